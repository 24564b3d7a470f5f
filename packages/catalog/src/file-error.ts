import { constants } from "node:os";

/** The system's name for what went wrong with a file (`ENOENT`), or `undefined` for other errors. */
export function fileErrorCode(error: unknown): string | undefined {
  // Node has no name for a quota that is used up
  if (error instanceof Error && "errno" in error && error.errno === -constants.errno.EDQUOT) return "EDQUOT";
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** Nothing lies there: the path, a folder of it, or what a link points at is not there. */
export function isMissing(error: unknown): boolean {
  const code = fileErrorCode(error);
  return code === "ENOENT" || code === "ENOTDIR" || code === "ELOOP";
}

/** This user may not do it there. */
export function isDenied(error: unknown): boolean {
  const code = fileErrorCode(error);
  return code === "EACCES" || code === "EPERM" || code === "EROFS";
}
