import type { ChatMessage } from "@berth/api";
import type { ChatChunk } from "@berth/client";

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON, as the model wrote it: whole only when the answer is. */
  readonly arguments: string;
}

/** An answer while it is written: what has come so far, and when. Times are of one steady clock, in milliseconds. */
export interface Answer {
  readonly content: string;
  readonly reasoning: string;
  readonly toolCalls: readonly ToolCall[];
  readonly startedAtMs: number;
  readonly firstAtMs: number | undefined;
  readonly lastAtMs: number | undefined;
  /** Pieces that held something; engines mostly send a token in each. */
  readonly pieces: number;
  readonly promptTokens: number | undefined;
  readonly completionTokens: number | undefined;
  /** What the server says that it cost; nothing is reckoned here. */
  readonly costUsd: number | undefined;
  readonly finishReason: string | undefined;
  /** Why nothing has come yet, as the server last told. */
  readonly waiting: string | undefined;
}

export function beginAnswer(nowMs: number): Answer {
  return {
    content: "",
    reasoning: "",
    toolCalls: [],
    startedAtMs: nowMs,
    firstAtMs: undefined,
    lastAtMs: undefined,
    pieces: 0,
    promptTokens: undefined,
    completionTokens: undefined,
    costUsd: undefined,
    finishReason: undefined,
    waiting: undefined,
  };
}

/** The answer with one more piece of the stream. Only the first of several choices is told. */
export function withChunk(answer: Answer, chunk: ChatChunk, nowMs: number): Answer {
  const choice = chunk.choices.find(({ index }) => index === 0);
  const { content, reasoning_content: reasoning, tool_calls: toolCalls } = choice?.delta ?? {};
  const holds = Boolean(content) || Boolean(reasoning) || (toolCalls?.length ?? 0) > 0;
  return {
    ...answer,
    content: answer.content + (content ?? ""),
    reasoning: answer.reasoning + (reasoning ?? ""),
    toolCalls: toolCalls === undefined ? answer.toolCalls : withToolCalls(answer.toolCalls, toolCalls),
    firstAtMs: answer.firstAtMs ?? (holds ? nowMs : undefined),
    lastAtMs: holds ? nowMs : answer.lastAtMs,
    pieces: answer.pieces + Number(holds),
    promptTokens: chunk.usage?.prompt_tokens ?? answer.promptTokens,
    completionTokens: chunk.usage?.completion_tokens ?? answer.completionTokens,
    costUsd: chunk.usage?.cost ?? answer.costUsd,
    finishReason: choice?.finish_reason ?? answer.finishReason,
    waiting: holds ? undefined : answer.waiting,
  };
}

/** A comment of the stream tells why the request is held; empty ones only keep the connection open. */
export function withComment(answer: Answer, text: string): Answer {
  return text.trim() === "" || answer.firstAtMs !== undefined ? answer : { ...answer, waiting: text.trim() };
}

type Measures = Pick<
  ChatMessage,
  "firstTokenMs" | "tokensPerSecond" | "promptTokens" | "completionTokens" | "costUsd"
>;

/** What can be said of the answer's speed and cost. Tokens are the engine's count, or the pieces until it has told. */
export function measure(answer: Answer): Measures {
  const { startedAtMs, firstAtMs, lastAtMs, pieces, promptTokens, completionTokens, costUsd } = answer;
  if (firstAtMs === undefined || lastAtMs === undefined) return {};
  const tokens = completionTokens ?? pieces;
  const spanMs = lastAtMs - firstAtMs;
  return {
    firstTokenMs: Math.round(firstAtMs - startedAtMs),
    completionTokens: tokens,
    ...(promptTokens === undefined ? {} : { promptTokens }),
    ...(costUsd === undefined ? {} : { costUsd }),
    // the first token opens the span, so it is not counted in it
    ...(tokens > 1 && spanMs > 0
      ? { tokensPerSecond: Math.round(((tokens - 1) / spanMs) * 10_000) / 10 }
      : {}),
  };
}

/** The answer as a message of the conversation, however it ended. */
export function answerMessage(
  answer: Answer,
  given: { readonly id: string; readonly model: string; readonly createdAt: number },
  end: { readonly finishReason?: string | undefined; readonly error?: string | undefined },
): ChatMessage {
  const finishReason = end.finishReason ?? answer.finishReason;
  return {
    ...given,
    role: "assistant",
    content: answer.content,
    ...(answer.reasoning === "" ? {} : { reasoning: answer.reasoning }),
    ...(answer.toolCalls.length === 0 ? {} : { toolCalls: [...answer.toolCalls] }),
    ...measure(answer),
    ...(finishReason === undefined ? {} : { finishReason }),
    ...(end.error === undefined ? {} : { error: end.error }),
  };
}

type ToolCallPieces = NonNullable<ChatChunk["choices"][number]["delta"]["tool_calls"]>;

function withToolCalls(calls: readonly ToolCall[], pieces: ToolCallPieces): readonly ToolCall[] {
  const merged = [...calls];
  for (const { index, id, function: part } of pieces) {
    const before = merged[index] ?? { id: "", name: "", arguments: "" };
    merged[index] = {
      id: id ?? before.id,
      name: before.name + (part?.name ?? ""),
      arguments: before.arguments + (part?.arguments ?? ""),
    };
  }
  return merged;
}
