import type { Script } from "../fake-model-server-script.ts";
import type { Fields, ProviderDoubleOptions } from "./provider-double.ts";
import type { Reply } from "./reply.ts";

export interface OpenAiReply extends Reply {
  /** Said instead of a text. */
  readonly refusal?: string;
  /** Instead of what follows from the text, the limits and the calls. */
  readonly finishReason?: "content_filter";
  /** How many of the prompt's tokens were in the cache. */
  readonly cachedTokens?: number;
  readonly error?: OpenAiFailure;
}

/** What goes wrong, before each server gives it its own shape. */
export type OpenAiFailure =
  | { readonly kind: "invalid"; readonly message: string; readonly param?: string; readonly code?: string }
  | { readonly kind: "unknown_model"; readonly model: string }
  | {
      readonly kind: "context_length";
      readonly limit: number;
      readonly tokens: number;
      readonly param: string;
    }
  | { readonly kind: "rate_limited"; readonly retryAfterMs: number }
  | { readonly kind: "content_filter" | "quota" | "server_error" | "overloaded" | "no_such_route" };

/** In what servers that speak OpenAI's API differ. */
export interface OpenAiWire {
  /** The real API checks what a request holds; others pass over what they do not know. */
  readonly checks: "all" | "types";
  readonly failure: (failure: OpenAiFailure) => Script;
  /** Undefined when the model is not known here. */
  readonly modelNamed: (name: unknown) => string | undefined;
  readonly contextTokens: number;
  /** Where a chat's thoughts are told; OpenAI itself counts them and keeps them. */
  readonly reasoningField: "reasoning" | "reasoning_content" | undefined;
  readonly keepsOfCompletionStop: "nothing" | "all but its last token";
  /** Fields beside OpenAI's: of a choice, given what stopped it, and of every chunk or answer. */
  readonly choiceExtras?: (stopSequence: string | undefined, text: string) => Fields;
  readonly answerExtras?: Fields;
  /** A text of no meaning beside each chunk, which hides how long the real one is; off when asked. */
  readonly obfuscation?: string;
  /** Fields of an answer that is not streamed. */
  readonly wholeExtras?: Fields;
  /** Events before the first, and before the last, of a chat's stream. */
  readonly before?: readonly Fields[];
  readonly beforeEnd?: readonly Fields[];
  /** `max_tokens`, `temperature` and `stop` are refused for these. */
  readonly reasoningModels: readonly string[];
}

export type OpenAiOptions = ProviderDoubleOptions<OpenAiReply>;

export const created = 1_741_569_952;
