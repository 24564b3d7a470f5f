import { BerthError, errorCodes, type ErrorCode } from "@berth/api";

/**
 * What to tell the client of a held stream, who has got a 200 already, when the upstream then answers with something
 * other than a stream: the upstream's own words, where it has said any in OpenAI's envelope.
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

function errorIn(body: string): { message: string; code?: unknown; param?: unknown } | undefined {
  try {
    const { error } = JSON.parse(body) as { error?: { message?: unknown } };
    return typeof error?.message === "string" ? { ...error, message: error.message } : undefined;
  } catch {
    // no JSON: it has said nothing that can be passed on
    return undefined;
  }
}

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === "string" && Object.hasOwn(errorCodes, code);
}
