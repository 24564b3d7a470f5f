import type { FinishReason, TextCompletion, TokenLogprob } from "../../openai/shapes.ts";
import type { ProviderAnswer, ProviderCall } from "../provider.ts";
import { streamOf } from "../translated-answer.ts";
import { frameOf, type Frame } from "./frame.ts";
import type { Piece } from "./piece.ts";
import { isBare, untilEnd, wholeOfPieces } from "./whole-of-pieces.ts";

/** The continuation of a text, made of what a model says. Rejects with what the pieces throw before the first of them. */
export async function completionOfPieces(
  call: ProviderCall,
  pieces: AsyncIterable<Piece>,
): Promise<ProviderAnswer> {
  const frame = frameOf(call, "cmpl");
  if (call.stream) return streamOf(chunksOf(frame, pieces));
  const { choices, usage } = await wholeOfPieces(pieces);
  const body: TextCompletion = {
    ...frame,
    object: "text_completion",
    choices: choices.map(({ text, tokens, finish }, index) => choiceOf(index, text, tokens, 0, finish)),
    ...(usage === undefined ? {} : { usage }),
  };
  return { kind: "whole", body };
}

async function* chunksOf(frame: Frame, pieces: AsyncIterable<Piece>): AsyncGenerator<TextCompletion> {
  const chars = new Map<number, number>();
  let usage: Piece["usage"];
  for await (const piece of untilEnd(pieces)) {
    usage = piece.usage ?? usage;
    if (isBare(piece)) continue;
    const { choice = 0, text = "", tokens = [], finish = null } = piece;
    const offset = chars.get(choice) ?? 0;
    chars.set(choice, offset + text.length);
    yield {
      ...frame,
      object: "text_completion",
      choices: [choiceOf(choice, text, tokens, offset, finish)],
    };
  }
  if (usage !== undefined) yield { ...frame, object: "text_completion", choices: [], usage };
}

function choiceOf(
  index: number,
  text: string,
  tokens: readonly TokenLogprob[],
  offset: number,
  finish: FinishReason | null,
): TextCompletion["choices"][number] {
  return {
    index,
    text,
    finish_reason: finish,
    logprobs: tokens.length === 0 ? null : logprobsOf(tokens, offset),
  };
}

function logprobsOf(tokens: readonly TokenLogprob[], offset: number): object {
  let at = offset;
  return {
    tokens: tokens.map(({ token }) => token),
    token_logprobs: tokens.map(({ logprob }) => logprob),
    top_logprobs: tokens.map(({ top_logprobs: top = [] }) =>
      Object.fromEntries(top.map(({ token, logprob }) => [token, logprob])),
    ),
    text_offset: tokens.map(({ token }) => {
      const from = at;
      at += token.length;
      return from;
    }),
  };
}
