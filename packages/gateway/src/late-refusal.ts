import { BerthError, errorCodes, type ErrorCode } from "@berth/api";

/**
 * What to tell the client of a held stream, who has got a 200 already, when the upstream then answers with something
 * other than a stream: the upstream's own words, where it has said any.
 */
export function lateRefusal(service: string, status: number, body: string): BerthError {
  const said = errorIn(body);
  const details = { service, status };
  if (said === undefined) {
    const what = status === 200 ? "something other than a stream" : `status ${status}`;
    return new BerthError("upstream_failed", `\`${service}\` was started and then answered with ${what}`, {
      details,
    });
  }
  return new BerthError(isErrorCode(said.code) ? said.code : "upstream_failed", said.message, {
    param: typeof said.param === "string" ? said.param : undefined,
    details,
  });
}

export interface SaidError {
  readonly message: string;
  readonly code?: unknown;
  readonly param?: unknown;
}

/**
 * The error in a body, or in a stream's first event: OpenAI's envelope, `{"error": "..."}`, `{"message": "..."}` (older
 * vLLM), `{"detail": ...}` (FastAPI, Replicate). `undefined` where there are no such words.
 */
export function errorIn(body: string): SaidError | undefined {
  const json = /^\s*(?:event:[^\n]*\n)?data:\s*([^\r\n]*)/.exec(body)?.[1] ?? body;
  try {
    const value = JSON.parse(json) as unknown;
    // Gemini puts it into a list
    return saidIn(Array.isArray(value) ? value[0] : value);
  } catch {
    // no JSON: it has said nothing that can be passed on
    return undefined;
  }
}

function saidIn(value: unknown): SaidError | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { error, message, detail, ...others } = value as Readonly<Record<string, unknown>>;
  if (typeof error === "string") return { message: error };
  if (typeof error === "object" && error !== null) {
    const inner = error as { readonly message?: unknown; readonly code?: unknown; readonly param?: unknown };
    return typeof inner.message === "string"
      ? { message: inner.message, code: inner.code, param: inner.param }
      : undefined;
  }
  if (typeof message === "string") return { message, code: others["code"], param: others["param"] };
  if (typeof detail === "string") return { message: detail };
  return undefined;
}

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === "string" && Object.hasOwn(errorCodes, code);
}
