import type { ChatChunk, ChatCompletion, ChatDelta, TokenLogprob } from "../../openai/shapes.ts";
import type { ProviderAnswer, ProviderCall } from "../provider.ts";
import { streamOf } from "../translated-answer.ts";
import { frameOf, type Frame } from "./frame.ts";
import type { Piece } from "./piece.ts";
import { isBare, untilEnd, wholeOfPieces } from "./whole-of-pieces.ts";

/** The answer to a chat, made of what a model says. Rejects with what the pieces throw before the first of them. */
export async function chatOfPieces(
  call: ProviderCall,
  pieces: AsyncIterable<Piece>,
): Promise<ProviderAnswer> {
  const frame = frameOf(call, "chatcmpl");
  if (!call.stream) return { kind: "whole", body: await completionOf(frame, pieces) };
  return streamOf(chunksOf(frame, pieces));
}

async function completionOf(frame: Frame, pieces: AsyncIterable<Piece>): Promise<ChatCompletion> {
  const { choices, usage } = await wholeOfPieces(pieces);
  return {
    ...frame,
    object: "chat.completion",
    choices: choices.map(({ text, reasoning, calls, tokens, finish }, index) => ({
      index,
      message: {
        role: "assistant",
        content: text === "" && calls.length > 0 ? null : text,
        ...(reasoning === "" ? {} : { reasoning_content: reasoning }),
        ...(calls.length === 0 ? {} : { tool_calls: calls }),
      },
      finish_reason: finish,
      logprobs: logprobsOf(tokens),
    })),
    ...(usage === undefined ? {} : { usage }),
  };
}

async function* chunksOf(frame: Frame, pieces: AsyncIterable<Piece>): AsyncGenerator<ChatChunk> {
  const callsBefore = new Map<number, number>();
  let usage: Piece["usage"];
  for await (const piece of untilEnd(pieces)) {
    usage = piece.usage ?? usage;
    if (isBare(piece)) continue;
    const { choice = 0, calls = [], tokens = [], finish } = piece;
    const before = callsBefore.get(choice);
    if (before === undefined) yield chunkOf(frame, choice, { role: "assistant", content: "" });
    callsBefore.set(choice, (before ?? 0) + calls.length);
    const said = saidIn(piece, before ?? 0);
    if (said !== undefined || tokens.length > 0)
      yield chunkOf(frame, choice, said ?? { content: "" }, { logprobs: logprobsOf(tokens) });
    // some clients add up contents without looking whether there is one
    if (finish !== undefined) yield chunkOf(frame, choice, { content: "" }, { finish_reason: finish });
  }
  if (usage !== undefined) yield { ...frame, object: "chat.completion.chunk", choices: [], usage };
}

function chunkOf(
  frame: Frame,
  index: number,
  delta: ChatDelta,
  more: Partial<ChatChunk["choices"][number]> = {},
): ChatChunk {
  return {
    ...frame,
    object: "chat.completion.chunk",
    choices: [{ index, delta, finish_reason: null, ...more }],
  };
}

function saidIn(
  { text = "", reasoning = "", calls = [] }: Piece,
  callsBefore: number,
): ChatDelta | undefined {
  if (text === "" && reasoning === "" && calls.length === 0) return undefined;
  return {
    ...(reasoning === "" ? {} : { reasoning_content: reasoning }),
    ...(text === "" ? {} : { content: text }),
    ...(calls.length === 0
      ? {}
      : { tool_calls: calls.map((call, at) => ({ index: callsBefore + at, ...call })) }),
  };
}

function logprobsOf(tokens: readonly TokenLogprob[]): { readonly content: readonly TokenLogprob[] } | null {
  return tokens.length === 0 ? null : { content: tokens };
}
