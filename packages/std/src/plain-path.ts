/**
 * Whether a path (without query) can be read in one way only: not with `.`, `..` or nothing between slashes, however they are
 * written, nor with a backslash, or a letter written by its number.
 */
export function isPlainPath(path: string): boolean {
  const plain = path.replaceAll(/%2f|%5c|\\/gi, "/").replaceAll(/%2e/gi, ".");
  return (
    !/\/\/|(?:^|\/)\.{1,2}(?:\/|$)/.test(plain) &&
    !path.includes("\\") &&
    !/%(?:[46][1-9a-f]|[57][0-9a]|3[0-9]|2d|5f|7e)/i.test(path)
  );
}
