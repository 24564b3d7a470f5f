/** A loaded model that hears one piece of audio at a time. It knows nothing of files, of HTTP or of OpenAI's shapes. */

export type SpeechTask = "transcribe" | "translate";

/** Samples a second of all audio that recognizers hear: one channel, 16-bit. */
export const sampleRate = 16_000;
/** What Whisper hears at once. */
export const pieceSeconds = 30;

export interface Wish {
  readonly task: SpeechTask;
  /** ISO 639-1, `undefined`: the recognizer finds out. */
  readonly language: string | undefined;
  /** Text in the style and with the names that are to be expected. */
  readonly prompt: string | undefined;
  readonly temperature: number;
  /** Whether the times of single words are wanted. */
  readonly words: boolean;
}

/** Times are seconds from the start of what was heard. */
export interface HeardWord {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface HeardSegment extends HeardWord {
  /** Empty where the model does not tell. */
  readonly tokens: readonly number[];
  /** Absent where the model does not tell, or was not asked. */
  readonly words?: readonly HeardWord[];
}

export interface Heard {
  /** ISO 639-1; `undefined` when it is not known. */
  readonly language: string | undefined;
  readonly segments: readonly HeardSegment[];
}

export interface RecognizerFacts {
  readonly servedName: string;
  /** A model of English alone neither translates nor hears anything else. */
  readonly isMultilingual: boolean;
  /** Milliseconds since 1970. */
  readonly loadedAt: number;
}

export interface Recognizer {
  readonly facts: RecognizerFacts;
  /**
   * Hears at most 30 s. Rejects with the signal's reason as soon as it can be interrupted, which may be only when it has
   * heard all of it.
   */
  hear(samples: Int16Array, wish: Wish, signal: AbortSignal): Promise<Heard>;
  /** Resolves when the model's memory is free. */
  close(): Promise<void>;
}
