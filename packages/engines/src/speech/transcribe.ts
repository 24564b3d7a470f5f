import { cutPieces } from "./audio/cut-pieces.ts";
import { placeSegments } from "./place-segments.ts";
import { sampleRate, type Recognizer, type Wish } from "./recognizer.ts";
import type { Segment, Transcript } from "./transcript.ts";
import type { Turns } from "./turns.ts";

/** How far a recording is heard. */
export interface Progress {
  readonly seconds: number;
  readonly duration: number;
  /** What was heard since the last time. */
  readonly segments: readonly Segment[];
}

const promptLetters = 400;

/**
 * Hears a recording piece by piece, in turns with others. The language of the first piece is the language of all; each
 * piece is told the end of what was heard before it. Rejects with the signal's reason.
 */
export async function transcribe(
  recognizer: Recognizer,
  samples: Int16Array,
  wish: Wish,
  { turns, signal, onProgress }: TranscribeMeans,
): Promise<Transcript> {
  const duration = samples.length / sampleRate;
  const owner = {};
  const segments: Segment[] = [];
  let language = wish.language;
  for (const { from, to } of cutPieces(samples)) {
    const asked: Wish = { ...wish, language, prompt: promptOf(wish, segments) };
    const heard = await turns.take(owner, signal, () =>
      recognizer.hear(samples.subarray(from, to), asked, signal),
    );
    signal.throwIfAborted();
    language ??= heard.language;
    const place = { start: from / sampleRate, end: to / sampleRate };
    const found = placeSegments(heard, place, wish.words);
    segments.push(...found);
    await onProgress?.({ seconds: place.end, duration, segments: found });
  }
  return { task: wish.task, language, seconds: duration, segments };
}

export interface TranscribeMeans {
  readonly turns: Turns;
  readonly signal: AbortSignal;
  /** Called after each piece; the next one waits for it. */
  readonly onProgress?: ((progress: Progress) => void | Promise<void>) | undefined;
}

function promptOf(wish: Wish, segments: readonly Segment[]): string | undefined {
  const before = segments.map(({ text }) => text).join("");
  const whole = `${wish.prompt ?? ""}${before.slice(-promptLetters)}`;
  return whole.trim() === "" ? undefined : whole;
}
