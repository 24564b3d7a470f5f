import type { ChatRequest } from "@berth/api/openai";
import type { ChatChunk } from "@berth/client";

/** How an answer came. */
export interface AnswerStats {
  readonly firstTokenMs: number | undefined;
  /** While it was being written, not while it was waited for. */
  readonly tokensPerSecond: number | undefined;
  readonly completionTokens: number;
}

export interface Answer {
  readonly text: string;
  readonly finishReason: string | undefined;
  readonly usage: NonNullable<ChatChunk["usage"]> | undefined;
  readonly stats: AnswerStats;
}

export interface AnswerListener {
  readonly onText: (text: string) => void;
  /** What a reasoning model thinks before it answers. */
  readonly onReasoning?: (text: string) => void;
}

/** Reads a streamed answer to its end, timing it by `nowMs`. Throws what the stream throws; what came until then was told. */
export async function readAnswer(
  chunks: AsyncIterable<ChatChunk>,
  listener: AnswerListener,
  nowMs: () => number,
): Promise<Answer> {
  const startedMs = nowMs();
  let firstMs: number | undefined;
  let lastMs = startedMs;
  let pieces = 0;
  let text = "";
  let finishReason: string | undefined;
  let usage: Answer["usage"];
  for await (const chunk of chunks) {
    const choice = chunk.choices[0];
    usage = chunk.usage ?? usage;
    finishReason = choice?.finish_reason ?? finishReason;
    const content = choice?.delta.content ?? "";
    const reasoning = choice?.delta.reasoning_content ?? "";
    if (content === "" && reasoning === "") continue;
    lastMs = nowMs();
    firstMs ??= lastMs;
    pieces += 1;
    if (reasoning !== "") listener.onReasoning?.(reasoning);
    if (content === "") continue;
    text += content;
    listener.onText(content);
  }
  const completionTokens = usage?.completion_tokens ?? pieces;
  const writingMs = firstMs === undefined ? 0 : lastMs - firstMs;
  return {
    text,
    finishReason,
    usage,
    stats: {
      firstTokenMs: firstMs === undefined ? undefined : firstMs - startedMs,
      // The first token's time is the prompt's.
      tokensPerSecond:
        writingMs > 0 && completionTokens > 1 ? ((completionTokens - 1) * 1000) / writingMs : undefined,
      completionTokens,
    },
  };
}

/** `42 tokens · 31.5 tokens/s · first after 0.12 s`. */
export function describeStats({ completionTokens, tokensPerSecond, firstTokenMs }: AnswerStats): string {
  return [
    `${completionTokens} ${completionTokens === 1 ? "token" : "tokens"}`,
    ...(tokensPerSecond === undefined ? [] : [`${tokensPerSecond.toFixed(1)} tokens/s`]),
    ...(firstTokenMs === undefined ? [] : [`first after ${(firstTokenMs / 1000).toFixed(2)} s`]),
  ].join(" · ");
}

export type Message = ChatRequest["messages"][number];
