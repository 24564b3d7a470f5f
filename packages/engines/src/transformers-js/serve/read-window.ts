import type { HeardSegment } from "../../speech/recognizer.ts";

/** Whisper counts time in tokens, each of a fiftieth of a second. */
const secondsPerToken = 0.02;

export interface Window {
  readonly segments: readonly HeardSegment[];
  /** What follows from here was not heard: it must be heard anew. `undefined`: all was heard. */
  readonly resumeAt: number | undefined;
}

export interface WindowMarks {
  /** The token that means 0.00 seconds; greater ones are later times. */
  readonly firstTime: number;
  readonly isText: (token: number) => boolean;
  readonly textOf: (tokens: readonly number[]) => string;
}

/**
 * What a window's tokens say: stretches of text, each between its start and its end. Text whose end is missing lasts to
 * the window's. Two times at the end mean that the model stopped in the middle: the rest begins at the last one.
 */
export function readWindow(tokens: readonly number[], seconds: number, marks: WindowMarks): Window {
  const segments: HeardSegment[] = [];
  let start = 0;
  let text: number[] = [];
  const close = (end: number): void => {
    if (text.length > 0) segments.push({ start, end, text: marks.textOf(text), tokens: text });
    text = [];
  };
  for (const token of tokens) {
    if (token >= marks.firstTime) {
      const time = Math.min(seconds, (token - marks.firstTime) * secondsPerToken);
      close(time);
      start = time;
    } else if (marks.isText(token)) text.push(token);
  }
  const isOpen = text.length > 0;
  close(seconds);
  const times = tokens.filter((token) => token >= marks.firstTime);
  const spoken = tokens.filter((token) => token >= marks.firstTime || marks.isText(token));
  const endsTwice =
    !isOpen && times.length >= 2 && spoken.slice(-2).every((token) => token >= marks.firstTime);
  return { segments, resumeAt: endsTwice ? start : undefined };
}
