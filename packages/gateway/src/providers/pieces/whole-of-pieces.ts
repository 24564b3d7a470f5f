import type { FinishReason, TokenLogprob, ToolCall, Usage } from "../../openai/shapes.ts";
import { ProviderFailure } from "../provider-failure.ts";
import type { Piece } from "./piece.ts";

/** All that was said of one choice. */
export interface Choice {
  readonly text: string;
  readonly reasoning: string;
  readonly calls: readonly ToolCall[];
  readonly tokens: readonly TokenLogprob[];
  readonly finish: FinishReason;
}

/** Rejects with ProviderFailure when a choice, or all of it, has no end. */
export async function wholeOfPieces(
  pieces: AsyncIterable<Piece>,
): Promise<{ readonly choices: readonly Choice[]; readonly usage: Usage | undefined }> {
  const choices: Choice[] = [];
  let usage: Usage | undefined;
  for await (const piece of untilEnd(pieces)) {
    usage = piece.usage ?? usage;
    const at = piece.choice ?? 0;
    const before = choices[at];
    if (before === undefined && isBare(piece)) continue;
    choices[at] = {
      text: (before?.text ?? "") + (piece.text ?? ""),
      reasoning: (before?.reasoning ?? "") + (piece.reasoning ?? ""),
      calls: [...(before?.calls ?? []), ...(piece.calls ?? [])],
      tokens: [...(before?.tokens ?? []), ...(piece.tokens ?? [])],
      finish: piece.finish ?? before?.finish ?? "stop",
    };
  }
  return { choices, usage };
}

/** The same pieces. Throws ProviderFailure when they are over before each choice has told its end. */
export async function* untilEnd(pieces: AsyncIterable<Piece>): AsyncGenerator<Piece> {
  const begun = new Set<number>();
  const ended = new Set<number>();
  for await (const piece of pieces) {
    const choice = piece.choice ?? 0;
    if (!isBare(piece)) begun.add(choice);
    if (piece.finish !== undefined) ended.add(choice);
    yield piece;
  }
  if (begun.size > 0 && ended.size === begun.size) return;
  throw new ProviderFailure({ kind: "failed", message: "the answer stopped before its end" });
}

/** It tells nothing of any choice. */
export function isBare({ usage: _usage, choice: _choice, ...said }: Piece): boolean {
  return Object.values(said).every((value) => value === undefined);
}
