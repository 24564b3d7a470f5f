import { BerthError } from "@berth/api";
import { isPlainPath } from "@berth/std/plain-path";

/**
 * Refuses a path (with query) that is another one to whoever tidies it up: `..`, backslashes, signs that must be written by
 * their number, and those that need not. It is sent on below an endpoint's own path, and stays there. Throws `invalid_request`.
 */
export function requirePlainPath(path: string): void {
  const url = URL.parse(`http://endpoint${path}`);
  const isPlain =
    url !== null &&
    url.host === "endpoint" &&
    isPlainPath(url.pathname) &&
    path === url.pathname + url.search;
  if (isPlain) return;
  throw new BerthError(
    "invalid_request",
    "path: write it plainly, from / on: without . and .. and nothing between slashes, other signs by their number (%20), letters as they are",
    { param: "path" },
  );
}
