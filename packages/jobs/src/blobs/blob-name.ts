import { BerthError } from "@berth/api";

/** Throws `invalid_request` for what might be more than a name: a path, or anything that some file system cannot hold. */
export function requireBlobName(name: string): void {
  if (name.length <= 200 && /^[\w-]+(?:\.[\w-]+)*$/.test(name)) return;
  throw new BerthError(
    "invalid_request",
    `${JSON.stringify(name)} cannot name a blob: use at most 200 letters, digits, _ and -, and single dots between them`,
  );
}

export function noBlob(name: string, cause?: unknown): BerthError {
  return new BerthError("not_found", `there is no blob ${name}: it was forgotten with its job`, { cause });
}
