import { BerthError } from "@berth/api";
import { isPlainPath } from "@berth/std/plain-path";

/** Refuses a path that others may read as another one. Throws BerthError `invalid_request`. */
export function requirePlainPath(path: string): void {
  if (!isPlainPath(path))
    throw new BerthError("invalid_request", "the path can be read in several ways: write it plainly");
}
