import type { IncomingMessage } from "node:http";
import { HandlerError } from "../handler-error.ts";

export const maxBodyBytes = 20 * 1024 * 1024;

/** The whole body. Throws HandlerError `body_too_large` (413) beyond 20 MiB, `caller_gone` when it breaks off. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of request as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > maxBodyBytes)
        throw new HandlerError("body_too_large", `a body may have ${maxBodyBytes} bytes`, { status: 413 });
      parts.push(part);
    }
  } catch (error) {
    if (error instanceof HandlerError) throw error;
    throw new HandlerError("caller_gone", "the body broke off", { status: 400, cause: error });
  }
  return Buffer.concat(parts);
}
