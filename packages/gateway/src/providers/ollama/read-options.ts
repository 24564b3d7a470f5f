import type { ProviderUpstream } from "@berth/api";
import type { ChatRequest, CompletionRequest } from "@berth/api/openai";
import { reasoningEffort, type ReasoningEffort } from "../reasoning-effort.ts";

/** Of chats and completions, what Ollama can be told: all else is refused. */
const common = [
  "max_tokens",
  "max_completion_tokens",
  "temperature",
  "top_p",
  "top_k",
  "min_p",
  "repetition_penalty",
  "frequency_penalty",
  "presence_penalty",
  "seed",
  "stop",
  "logprobs",
  "top_logprobs",
] as const;
export const completionFields: ReadonlySet<string> = new Set(common);
export const chatFields: ReadonlySet<string> = new Set([
  ...common,
  "tools",
  "response_format",
  "reasoning_effort",
]);

/** What a request says of the model and how it runs, beside what is said to it. */
export function readOptions(
  request: ChatRequest | CompletionRequest,
  { contextTokens, maxOutputTokens, target }: ProviderUpstream,
): object {
  const { stop, logprobs, top_logprobs: topOfChat } = request as ChatRequest;
  const most = (request as ChatRequest).max_completion_tokens ?? request.max_tokens ?? maxOutputTokens;
  const wantsLogprobs = logprobs === true || typeof logprobs === "number";
  const top = typeof logprobs === "number" ? logprobs : topOfChat;
  return {
    options: {
      // otherwise Ollama's own, which is small
      num_ctx: contextTokens ?? undefined,
      num_predict: most ?? undefined,
      temperature: request.temperature ?? undefined,
      top_p: request.top_p ?? undefined,
      top_k: request.top_k ?? undefined,
      min_p: request.min_p ?? undefined,
      repeat_penalty: request["repetition_penalty"] ?? undefined,
      frequency_penalty: request.frequency_penalty ?? undefined,
      presence_penalty: request.presence_penalty ?? undefined,
      seed: request.seed ?? undefined,
      stop: typeof stop === "string" ? [stop] : (stop ?? undefined),
    },
    // what does not fit is to be told, not to be cut off
    truncate: false,
    keep_alive: keepAliveOf(target),
    ...(wantsLogprobs ? { logprobs: true, top_logprobs: top ?? undefined } : {}),
  };
}

/** A span as "5m", or seconds as a number: -1 for ever. */
export function keepAliveOf({ options }: ProviderUpstream["target"]): string | number | undefined {
  const { keepAlive } = options;
  return keepAlive !== undefined && /^-?\d+$/.test(keepAlive) ? Number(keepAlive) : keepAlive;
}

/** Newer releases know a most. */
const thinking: Readonly<Record<ReasoningEffort, boolean | string>> = {
  none: false,
  minimal: "low",
  low: "low",
  medium: "medium",
  high: "high",
  xhigh: "max",
};

/** `undefined` leaves it to the model. */
export function thinkOf(request: ChatRequest): boolean | string | undefined {
  const effort = reasoningEffort(request);
  return effort === undefined ? undefined : thinking[effort];
}

export function formatOf({ response_format: format }: ChatRequest): "json" | object | undefined {
  switch (format?.type) {
    case undefined:
    case "text":
      return undefined;
    case "json_object":
      return "json";
    case "json_schema":
      return format.json_schema.schema;
  }
}
