import type { Heard, HeardSegment, HeardWord } from "./recognizer.ts";
import type { Segment, Word } from "./transcript.ts";

/**
 * What was heard in a piece, at its place in the whole: models give times beyond the piece's end and before their last
 * one, players want neither. Words whose times the model did not tell share their segment's, by their length.
 */
export function placeSegments(
  heard: Heard,
  piece: { readonly start: number; readonly end: number },
  wantsWords: boolean,
): Segment[] {
  let earliest = piece.start;
  return heard.segments
    .filter(({ text }) => text.trim() !== "")
    .map((segment) => {
      const place = placed(segment, piece, earliest);
      earliest = place.end;
      return {
        ...place,
        text: segment.text,
        tokens: segment.tokens,
        pieceStart: piece.start,
        words: wantsWords ? placeWords(segment, place, piece) : [],
      };
    });
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function placed(heard: Span, piece: Span, earliest: number): Span {
  const within = (seconds: number): number =>
    Math.min(piece.end, Math.max(earliest, piece.start + (Number.isFinite(seconds) ? seconds : 0)));
  const start = within(heard.start);
  return { start: cents(start), end: cents(Math.max(start, within(heard.end))) };
}

function placeWords(segment: HeardSegment, place: Span, piece: Span): Word[] {
  if (segment.words === undefined) return shareTime(segment.text, place);
  let earliest = place.start;
  return segment.words
    .filter(({ text }) => text.trim() !== "")
    .map((word: HeardWord) => {
      const { start, end } = placed(word, { start: piece.start, end: place.end }, earliest);
      earliest = end;
      return { word: word.text.trim(), start, end };
    });
}

/** Each word's part of the time is its part of the letters. */
function shareTime(text: string, { start, end }: Span): Word[] {
  const words = text.trim().split(/\s+/);
  const letters = words.reduce((sum, word) => sum + word.length, 0);
  let before = 0;
  return words.map((word) => {
    const at = (count: number): number => cents(start + ((end - start) * count) / letters);
    const from = at(before);
    before += word.length;
    return { word, start: from, end: at(before) };
  });
}

function cents(seconds: number): number {
  return Math.round(seconds * 100) / 100;
}
