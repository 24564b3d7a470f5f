import { BerthError, type ErrorCode, isBerthError } from "@berth/api";
import type { Blobs } from "../blobs.ts";

/**
 * Blobs whose failures callers may be told: where they are kept, and what was said there, is the `cause`. Whoever asks logs what is
 * the server's fault; the rest of it (a full disk is told as 422) is reported here.
 */
export function toldBlobs(blobs: Blobs, report: (error: unknown) => void): Blobs {
  const told = (error: unknown): unknown => {
    const outside = outsideWords(error);
    if (outside !== error && isBerthError(outside) && outside.status < 500) report(outside);
    return outside;
  };
  return {
    write: (name, bytes) => blobs.write(name, bytes).catch((error: unknown) => Promise.reject(told(error))),
    async *read(name) {
      try {
        yield* blobs.read(name);
      } catch (error) {
        throw told(error);
      }
    },
    forget: (names) => blobs.forget(names).catch((error: unknown) => Promise.reject(told(error))),
  };
}

/** What is wrong with what was asked for, and tells nothing of where it is. */
const ofTheAsker: ReadonlySet<ErrorCode> = new Set(["not_found", "invalid_request", "payload_too_large"]);

function outsideWords(error: unknown): unknown {
  const code = isBerthError(error) ? error.code : "internal";
  if (ofTheAsker.has(code)) return error;
  const message = `the store of results ${code === "insufficient_disk" ? "is full" : "cannot be reached"}`;
  return new BerthError(code, message, { cause: error });
}
