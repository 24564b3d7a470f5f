import { BerthError } from "@berth/api";
import {
  chatRequestSchema,
  completionRequestSchema,
  embeddingRequestSchema,
  parseRequest,
  type ChatRequest,
  type CompletionRequest,
  type EmbeddingRequest,
} from "@berth/api/openai";
import type { ProviderCall } from "./provider.ts";

/**
 * The request of a call, checked. `taken`: the fields that the translator reads. Throws BerthError naming the field:
 * `invalid_request` for one that is wrong, `unsupported` for one that is not taken, unless leaving it out changes nothing.
 */
export function readChat({ request, upstream }: ProviderCall, taken: ReadonlySet<string>): ChatRequest {
  const chat = parseRequest(chatRequestSchema, request);
  refuseOthers(chat, taken, upstream.target.kind);
  return chat;
}

/** The same for a text to be continued. */
export function readCompletion(
  { request, upstream }: ProviderCall,
  taken: ReadonlySet<string>,
): CompletionRequest {
  const completion = parseRequest(completionRequestSchema, request);
  refuseOthers(completion, taken, upstream.target.kind);
  return completion;
}

/** The same for texts to become vectors. */
export function readEmbedding(
  { request, upstream }: ProviderCall,
  taken: ReadonlySet<string>,
): EmbeddingRequest {
  const embedding = parseRequest(embeddingRequestSchema, request);
  refuseOthers(embedding, taken, upstream.target.kind);
  return embedding;
}

/** Whoever reads requests reads these; or they say nothing to a model. */
const never = new Set([
  "model",
  "messages",
  "prompt",
  "input",
  "stream",
  "stream_options",
  "user",
  "metadata",
  "safety_identifier",
  "prompt_cache_key",
  "prompt_cache_retention",
]);

/** What a field says that asks for nothing. */
const neutral: Readonly<Record<string, readonly unknown[]>> = {
  n: [1],
  best_of: [1],
  frequency_penalty: [0],
  presence_penalty: [0],
  repetition_penalty: [1],
  min_p: [0],
  top_k: [0, -1],
  logprobs: [false],
  top_logprobs: [0],
  echo: [false],
  suffix: [""],
  store: [false],
  service_tier: ["auto", "default"],
  tool_choice: ["auto", "none"],
  parallel_tool_calls: [true],
  encoding_format: ["float"],
};

function refuseOthers(
  request: Readonly<Record<string, unknown>>,
  taken: ReadonlySet<string>,
  kind: string,
): void {
  for (const [field, value] of Object.entries(request)) {
    if (never.has(field) || taken.has(field) || isNeutral(field, value)) continue;
    throw new BerthError("unsupported", `${field}: a provider of kind ${kind} has nothing like it`, {
      param: field,
    });
  }
}

function isNeutral(field: string, value: unknown): boolean {
  if (value === null || value === undefined || neutral[field]?.includes(value) === true) return true;
  if (Array.isArray(value)) return value.length === 0;
  if (typeof value !== "object") return false;
  if (field === "response_format") return "type" in value && value.type === "text";
  return Object.keys(value).length === 0;
}
