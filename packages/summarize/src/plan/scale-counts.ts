import type { Piece } from "./part.ts";

/** A stretch of pieces that is counted by the model's own tokenizer in one go. */
export interface Stretch {
  readonly text: string;
  readonly pieces: readonly Piece[];
}

const stretchChars = 32_768;

/** Pieces in stretches of about 32,768 characters, in order. */
export function stretchesOf(pieces: readonly Piece[]): readonly Stretch[] {
  const groups: Piece[][] = [];
  let chars = 0;
  for (const piece of pieces) {
    const last = groups.at(-1);
    if (last === undefined || chars + piece.text.length > stretchChars) {
      groups.push([piece]);
      chars = 0;
    } else last.push(piece);
    chars += piece.text.length;
  }
  return groups.map((group) => ({ pieces: group, text: group.map(({ text }) => text).join("") }));
}

/** The stretch's pieces, each with its share of what the tokenizer has counted in all of it. */
export function share({ pieces }: Stretch, counted: number): readonly Piece[] {
  const estimated = pieces.reduce((sum, { tokens }) => sum + tokens, 0);
  return pieces.map((piece) => ({ ...piece, tokens: (piece.tokens * counted) / Math.max(1, estimated) }));
}
