import { rerankRequestSchema, parseRequest } from "@berth/api/openai";
import type { LlamaHost } from "../core/host.ts";
import { modelOf } from "./chat.ts";
import { sendJson, type Exchange } from "../../../serving/exchange.ts";

/** `POST /v1/rerank`, in Cohere's and Jina's form: the best document first. */
export async function rerank(host: LlamaHost, exchange: Exchange): Promise<void> {
  const request = parseRequest(rerankRequestSchema, exchange.body);
  const texts = request.documents.map((document) =>
    typeof document === "string" ? document : document.text,
  );
  const { scores, promptTokens } = await host.rank(request.query, texts, exchange.signal);
  const results = scores
    .map((score, index) => ({ index, relevance_score: score }))
    .toSorted((a, b) => b.relevance_score - a.relevance_score || a.index - b.index)
    .slice(0, request.top_n ?? scores.length)
    .map((result) =>
      request.return_documents === true ? { ...result, document: { text: texts[result.index] } } : result,
    );
  sendJson(exchange.response, 200, {
    id: exchange.newId("rerank-"),
    model: modelOf(request.model, host),
    results,
    usage: { prompt_tokens: promptTokens, total_tokens: promptTokens },
  });
}
