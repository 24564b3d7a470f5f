/**
 * What translators exchange: OpenAI's answers, as far as they read and write them. More fields may be there and are kept.
 * Requests are read by the schemas of `@berth/api/openai`.
 */

export interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens?: number;
  readonly total_tokens: number;
  readonly prompt_tokens_details?: {
    readonly cached_tokens?: number;
    /** Ours: what the server wrote to its cache, which some charge for. */
    readonly cache_write_tokens?: number;
  };
  readonly completion_tokens_details?: { readonly reasoning_tokens?: number };
}

export type FinishReason = "stop" | "length" | "tool_calls" | "content_filter" | "function_call";

/** What only Google's models say of themselves, as its own translation of OpenAI's API tells it. */
export interface ExtraContent {
  /** What was thought, sealed: base64, to be sent back in its place with the next request. */
  readonly google?: { readonly thought_signature?: string };
}

/** Of Anthropic's models: what was thought, sealed, to be sent back as it is with the next request. */
export type ThinkingBlock =
  | { readonly type: "thinking"; readonly thinking: string; readonly signature: string }
  | { readonly type: "redacted_thinking"; readonly data: string };

export interface ToolCall {
  readonly id: string;
  readonly type: "function";
  /** `arguments` is JSON as text. */
  readonly function: { readonly name: string; readonly arguments: string };
  readonly extra_content?: ExtraContent;
}

export interface TokenLogprob {
  readonly token: string;
  readonly logprob: number;
  readonly bytes?: readonly number[] | null;
  readonly top_logprobs?: readonly { readonly token: string; readonly logprob: number }[];
}

export interface ChatMessage {
  readonly role: "assistant";
  readonly content: string | null;
  readonly refusal?: string | null;
  /** What the model thought before it answered. */
  readonly reasoning_content?: string | null;
  readonly thinking_blocks?: readonly ThinkingBlock[];
  readonly extra_content?: ExtraContent;
  readonly tool_calls?: readonly ToolCall[];
}

export interface ChatCompletion {
  readonly id: string;
  readonly object: "chat.completion";
  /** Seconds since 1970 UTC. */
  readonly created: number;
  readonly model: string;
  readonly choices: readonly {
    readonly index: number;
    readonly message: ChatMessage;
    readonly finish_reason: FinishReason | null;
    readonly logprobs?: { readonly content: readonly TokenLogprob[] | null } | null;
  }[];
  readonly usage?: Usage | null;
}

export interface ToolCallDelta {
  readonly index: number;
  readonly id?: string;
  readonly type?: "function";
  readonly function?: { readonly name?: string; readonly arguments?: string };
  readonly extra_content?: ExtraContent;
}

export interface ChatDelta {
  readonly role?: "assistant";
  readonly content?: string | null;
  readonly refusal?: string | null;
  readonly reasoning_content?: string | null;
  /** Each whole, in order. */
  readonly thinking_blocks?: readonly ThinkingBlock[];
  readonly extra_content?: ExtraContent;
  readonly tool_calls?: readonly ToolCallDelta[];
}

export interface ChatChunk {
  readonly id: string;
  readonly object: "chat.completion.chunk";
  readonly created: number;
  readonly model: string;
  /** Empty in the chunk that only tells the usage. */
  readonly choices: readonly {
    readonly index: number;
    readonly delta: ChatDelta;
    readonly finish_reason: FinishReason | null;
    readonly logprobs?: { readonly content: readonly TokenLogprob[] | null } | null;
  }[];
  readonly usage?: Usage | null;
}

/** Whole, or with `object: "text_completion"` too as one piece of a stream. */
export interface TextCompletion {
  readonly id: string;
  readonly object: "text_completion";
  readonly created: number;
  readonly model: string;
  readonly choices: readonly {
    readonly index: number;
    readonly text: string;
    readonly finish_reason: FinishReason | null;
    readonly logprobs?: unknown;
  }[];
  readonly usage?: Usage | null;
}

export interface EmbeddingList {
  readonly object: "list";
  readonly model: string;
  readonly data: readonly {
    readonly object: "embedding";
    readonly index: number;
    /** Numbers, or base64 of little-endian 32-bit floats where that was asked for. */
    readonly embedding: readonly number[] | string;
  }[];
  readonly usage?: Usage | null;
}

export interface RerankList {
  readonly model: string;
  readonly results: readonly {
    readonly index: number;
    readonly relevance_score: number;
    readonly document?: { readonly text: string };
  }[];
  readonly usage?: { readonly total_tokens?: number; readonly prompt_tokens?: number } | null;
}
