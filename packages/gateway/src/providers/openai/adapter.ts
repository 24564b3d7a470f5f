import type { ProviderKind, ProviderUpstream } from "@berth/api";
import type { OperationName } from "../../operation.ts";
import { authHeaders } from "../auth-headers.ts";
import type { ProviderAdapter, ProviderPlan } from "../provider.ts";

/** Under the provider's URL, which ends in `/v1`. */
const paths: Partial<Record<OperationName, string>> = {
  "chat.completions": "/chat/completions",
  completions: "/completions",
  embeddings: "/embeddings",
  rerank: "/rerank",
  "audio.transcriptions": "/audio/transcriptions",
  "audio.translations": "/audio/translations",
  "audio.speech": "/audio/speech",
  responses: "/responses",
  "images.generations": "/images/generations",
  tokenize: "/tokenize",
};

/** Servers that speak OpenAI's API: bytes pass through. */
export function openAiAdapter(kind: ProviderKind, operations: ReadonlySet<OperationName>): ProviderAdapter {
  return {
    kind,
    plan(operation: OperationName, { target }: ProviderUpstream): ProviderPlan | undefined {
      const path = paths[operation];
      if (path === undefined || !operations.has(operation)) return undefined;
      return {
        kind: "passthrough",
        path,
        ...(operation === "tokenize" ? { besideV1: true } : {}),
        headers: authHeaders(target),
        namesModel: true,
        countsStreams: target.options.streamUsage !== false,
        limitsCompletions: kind === "openai" && operation === "chat.completions",
      };
    },
  };
}

const everywhere: readonly OperationName[] = [
  "chat.completions",
  "completions",
  "embeddings",
  "audio.transcriptions",
  "audio.translations",
  "audio.speech",
  "images.generations",
];

export const openAi = openAiAdapter("openai", new Set([...everywhere, "responses"]));

/**
 * Whether a server knows `/responses` is not told by its kind: chats are what all of them have. `/tokenize` is vLLM's and
 * llama.cpp's; who has it not says so.
 */
export const openAiCompatible = openAiAdapter(
  "openai-compatible",
  new Set([...everywhere, "rerank", "tokenize"]),
);
