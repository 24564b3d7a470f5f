import type { IncomingMessage } from "node:http";
import { BerthError } from "@berth/api";

/**
 * Reads a JSON body. Throws BerthError: `payload_too_large` as soon as it is known, `invalid_json` for anything that is
 * not JSON in UTF-8, with what the parser says.
 */
export async function readJson(request: IncomingMessage, maxBodyBytes: number): Promise<unknown> {
  const tooLarge = (): BerthError =>
    new BerthError("payload_too_large", `the body is larger than ${maxBodyBytes} bytes`, {
      details: { maxBodyBytes },
    });
  if (Number(request.headers["content-length"] ?? 0) > maxBodyBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  // leaving the loop must not cut the connection: the refusal is still to be told
  const parts: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false });
  for await (const chunk of parts) {
    size += chunk.length;
    if (size > maxBodyBytes) throw tooLarge();
    chunks.push(chunk);
  }
  const bytes = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new BerthError("invalid_json", "the body is not UTF-8", { cause: error });
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BerthError("invalid_json", `the body is not JSON: ${reason}`, { cause: error });
  }
}
