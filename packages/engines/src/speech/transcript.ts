import type { SpeechTask } from "./recognizer.ts";

/** What was heard in a whole recording; times are seconds from its start and never run backwards. */
export interface Transcript {
  readonly task: SpeechTask;
  /** ISO 639-1 of what was spoken; `undefined` when it is not known. */
  readonly language: string | undefined;
  readonly seconds: number;
  readonly segments: readonly Segment[];
}

export interface Segment {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly tokens: readonly number[];
  /** Where the piece begins in which it was heard. */
  readonly pieceStart: number;
  readonly words: readonly Word[];
}

export interface Word {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

/** All of it, as the model wrote it: most begin with a space. */
export function rawText({ segments }: Pick<Transcript, "segments">): string {
  return segments.map(({ text }) => text).join("");
}
