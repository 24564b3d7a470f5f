import { BerthError } from "@berth/api";
import { embeddingRequestSchema, parseRequest } from "@berth/api/openai";
import type { LlamaHost } from "../core/host.ts";
import { modelOf } from "./chat.ts";
import { sendJson, type Exchange } from "../../../serving/exchange.ts";
import { itemsOf, tokenList } from "./token-list.ts";

/** `POST /v1/embeddings`: vectors of length one, as numbers or as base64 of little-endian 32-bit floats. */
export async function embeddings(host: LlamaHost, exchange: Exchange): Promise<void> {
  const request = parseRequest(embeddingRequestSchema, exchange.body);
  const length = host.facts.embeddingLength;
  if (typeof request.dimensions === "number" && request.dimensions !== length)
    throw new BerthError("unsupported", `dimensions cannot be chosen: this model's vectors have ${length}`, {
      param: "dimensions",
    });
  const inputs = itemsOf(request.input, "input").map(({ item, param }) => {
    if (item.length === 0) throw new BerthError("invalid_request", `${param} is empty`, { param });
    return typeof item === "string" ? item : tokenList(host, item, param);
  });
  const { vectors, promptTokens } = await host.embed(inputs, exchange.signal);
  const asBase64 = request.encoding_format === "base64";
  sendJson(exchange.response, 200, {
    object: "list",
    data: vectors.map((vector, index) => ({
      object: "embedding",
      index,
      embedding: asBase64 ? base64Of(vector) : Array.from(vector),
    })),
    model: modelOf(request.model, host),
    usage: { prompt_tokens: promptTokens, total_tokens: promptTokens },
  });
}

function base64Of(vector: Float32Array): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes.toString("base64");
}
