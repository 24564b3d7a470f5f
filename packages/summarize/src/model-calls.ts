import type { ErrorCode } from "@berth/api";

/** What summarising needs of whoever answers chats. */
export interface ModelCalls {
  /** Tokens of prompt and answer together; `undefined` where nobody knows. Throws when there is no such model. */
  contextTokens(model: string, signal: AbortSignal): Promise<number | undefined>;
  /** By the model's own tokenizer; `undefined` where its server does not count. */
  countTokens(model: string, text: string, signal: AbortSignal): Promise<number | undefined>;
  /** An answer as it is written. Throws ModelCallFailure, or the signal's reason. */
  chat(call: ChatCall, signal: AbortSignal): AsyncIterable<ChatPiece>;
}

export interface ChatCall {
  readonly model: string;
  readonly prompt: string;
  readonly maxOutputTokens: number;
}

export type ChatPiece =
  | { readonly kind: "text"; readonly text: string }
  /** Comes once, last. What the server does not tell is absent. */
  | {
      readonly kind: "end";
      readonly promptTokens?: number | undefined;
      readonly completionTokens?: number | undefined;
      readonly finishReason?: string | undefined;
    };

/**
 * Why a call was not answered: the prompt is longer than the model's context, whoever answers takes no more at the
 * moment, it may go well later, or it never will.
 */
export type FailureKind = "too-long" | "busy" | "try-again" | "refused";

export class ModelCallFailure extends Error {
  readonly kind: FailureKind;
  /** What it is told as when it is final. */
  readonly code: ErrorCode;
  /** How long whoever refused wants to be left alone. */
  readonly retryAfterMs: number | undefined;

  constructor(
    kind: FailureKind,
    message: string,
    options: {
      readonly code?: ErrorCode;
      readonly retryAfterMs?: number | undefined;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = "ModelCallFailure";
    this.kind = kind;
    this.code = options.code ?? "upstream_failed";
    this.retryAfterMs = options.retryAfterMs;
  }
}
