import { BerthError } from "@berth/api";

/**
 * Refuses a path that others may read as another one: `.`, `..` or nothing between slashes, however they are written, a
 * backslash, a letter written by its number. Throws BerthError `invalid_request`.
 */
export function requirePlainPath(path: string): void {
  const plain = path.replaceAll(/%2f|%5c|\\/gi, "/").replaceAll(/%2e/gi, ".");
  const isPlain =
    !/\/\/|(?:^|\/)\.{1,2}(?:\/|$)|\\/.test(plain) &&
    !path.includes("\\") &&
    !/%(?:[46][1-9a-f]|[57][0-9a]|3[0-9]|2d|5f|7e)/i.test(path);
  if (!isPlain)
    throw new BerthError("invalid_request", "the path can be read in several ways: write it plainly");
}
