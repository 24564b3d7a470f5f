import { BerthError } from "@berth/api";

const filled = /\{(?:port|socket|key|launch|homeId|scratch|home|uid|gid)\}/;

/**
 * The word of a user's, which the runner passes on as it is. Throws `invalid_request`, naming `param`, for one that the
 * runner would fill in, or that no process can be given.
 */
export function literal(word: string, param: string): string {
  const braces = filled.exec(word)?.[0];
  if (braces !== undefined)
    throw new BerthError(
      "invalid_request",
      `${param}: "${word}" holds ${braces}, which Berth would fill in`,
      {
        param,
      },
    );
  if (word.includes("\0"))
    throw new BerthError("invalid_request", `${param}: a NUL character cannot be passed on`, { param });
  return word;
}
