import { HandlerError } from "./handler-error.ts";

const asJson = /^(?:$|application\/(?:[\w.-]+\+)?json\b|application\/x-www-form-urlencoded\b|text\/plain\b)/i;

/**
 * What a handler gets of a body: JSON is parsed; what says that it is something else (`audio/wav`) comes as bytes. curl and
 * others send JSON as a form or plain text, so these are read as JSON as well. An empty body is `null`. Throws HandlerError
 * `invalid_json` (400).
 */
export function readInput(body: Uint8Array, contentType: string | undefined): unknown {
  if (!asJson.test(contentType?.trim() ?? "")) return body;
  if (body.length === 0) return null;
  try {
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8")) as unknown;
  } catch (cause) {
    throw new HandlerError("invalid_json", `the body is not JSON: ${(cause as Error).message}`, {
      status: 400,
      cause,
    });
  }
}
