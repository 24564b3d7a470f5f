import { BerthError } from "@berth/api/error";

const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "not permitted",
  EROFS: "the file system is read-only",
  EEXIST: "a file is in the way",
  ENOTDIR: "part of the path is not a directory",
  ENOENT: "the directory does not exist",
};

/** Turns a failure to make or write a file or directory into an error that names the fix; returns any other as it is. */
export function explainFileError(
  error: unknown,
  path: string,
  fix = "make it writable, or choose another place with BERTH_STATE_DIR or BERTH_HOME_DIR",
): unknown {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  if (code === "ENOSPC" || code === "EDQUOT")
    return new BerthError("insufficient_disk", `no room left on the disk of ${path}`, { cause: error });
  const reason = reasons[code];
  if (reason === undefined) return error;
  return new BerthError("read_only", `cannot write ${path}: ${reason}; ${fix}`, { cause: error });
}
