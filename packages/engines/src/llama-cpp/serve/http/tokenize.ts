import { parseRequest, tokenizeRequestSchema } from "@berth/api/openai";
import type { LlamaHost } from "../core/host.ts";
import { sendJson, type Exchange } from "../../../serving/exchange.ts";

/** `POST /tokenize`, in llama.cpp's form: a text's tokens, without marks around them. */
export function tokenize(host: LlamaHost, exchange: Exchange): void {
  const { content } = parseRequest(tokenizeRequestSchema, exchange.body);
  const tokens = host.tokenize(content, false);
  sendJson(exchange.response, 200, { tokens, count: tokens.length });
}
