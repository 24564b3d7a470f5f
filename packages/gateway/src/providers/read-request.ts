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
import { requireTranslatable } from "./require-translatable.ts";

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

function refuseOthers(
  request: Readonly<Record<string, unknown>>,
  taken: ReadonlySet<string>,
  kind: string,
): void {
  const translated = ["messages", "prompt", "input", ...taken];
  requireTranslatable(request, { translated, provider: `a provider of kind ${kind}` });
}
