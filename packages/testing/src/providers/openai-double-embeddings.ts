import { json, type Script } from "../fake-model-server-script.ts";
import { promptsOf } from "./openai-double-completions.ts";
import type { OpenAiWire } from "./openai-double-wire.ts";
import { asText, type Fields, fields, list } from "./provider-double.ts";
import { embeddingOf, relevance, tokensOf } from "./reply.ts";

/** What `POST …/embeddings` answers: vectors of length 1 that depend on the text alone, as numbers or in base64. */
export function embeddings(wire: OpenAiWire, given: unknown): Script {
  const body = fields(given) ?? {};
  const texts = promptsOf(body.input);
  if (texts === undefined || texts.includes("")) {
    return wire.failure({
      kind: "invalid",
      message:
        "'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.",
    });
  }
  if (body.model === undefined) {
    return wire.failure({ kind: "invalid", message: "you must provide a model parameter" });
  }
  const { encoding_format: encoding = "float", dimensions = 8 } = body;
  if (encoding !== "float" && encoding !== "base64") {
    return wire.failure({
      kind: "invalid",
      message: `Invalid value: '${String(encoding)}'. Supported values are: 'float' and 'base64'.`,
      param: "encoding_format",
      code: "invalid_value",
    });
  }
  const model = wire.modelNamed(body.model);
  if (model === undefined) return wire.failure({ kind: "unknown_model", model: asText(body.model) });
  const tokens = tokensOf(texts.join(" ")).length;
  return json({
    object: "list",
    data: texts.map((text, index) => ({
      object: "embedding",
      index,
      embedding: encoded(embeddingOf(text, Number(dimensions)), encoding),
    })),
    model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  });
}

/** Base64 is of 32-bit numbers, the least byte first. */
function encoded(vector: readonly number[], encoding: "float" | "base64"): number[] | string {
  return encoding === "float"
    ? vector.slice()
    : Buffer.from(new Float32Array(vector).buffer).toString("base64");
}

/**
 * What a `/rerank` answers, the most relevant first, in the shape of Jina's API and its followers: vLLM
 * (entrypoints, RerankResponse) and llama.cpp (tools/server, which tells no documents).
 */
export function rerank(wire: OpenAiWire, given: unknown, shape: "jina" | "vllm" | "llama.cpp"): Script {
  const {
    model: name,
    query,
    documents: offered,
    top_n: top,
    return_documents: returned,
  } = fields(given) ?? {};
  const documents = list(offered)?.map((document) => fields(document)?.text ?? document);
  if (typeof query !== "string") {
    return wire.failure({ kind: "invalid", message: '"query" must be provided', param: "query" });
  }
  if (documents === undefined || !documents.every((document) => typeof document === "string")) {
    return wire.failure({
      kind: "invalid",
      message: '"documents" must be a non-empty string array',
      param: "documents",
    });
  }
  const model = wire.modelNamed(name);
  if (model === undefined) return wire.failure({ kind: "unknown_model", model: String(name) });
  const tells = shape === "vllm" || (shape === "jina" && returned === true);
  const results = documents
    .map((text, index): Fields & { readonly relevance_score: number } => ({
      index,
      ...(tells ? { document: { text } } : {}),
      relevance_score: relevance(query, text),
    }))
    .toSorted((a, b) => b.relevance_score - a.relevance_score)
    .slice(0, typeof top === "number" && top > 0 ? top : documents.length);
  const total = tokensOf([query, ...documents].join(" ")).length;
  switch (shape) {
    case "vllm":
      return json({ id: "rerank-1", model, usage: { prompt_tokens: total, total_tokens: total }, results });
    case "jina":
      return json({ model, object: "list", usage: { total_tokens: total }, results });
    case "llama.cpp":
      return json({ model, object: "list", usage: { prompt_tokens: total, total_tokens: total }, results });
  }
}
