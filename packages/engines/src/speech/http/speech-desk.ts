import type { FileHandle } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { BerthError } from "@berth/api";
import type { AudioDecoder } from "../audio/decoder.ts";
import type { SpeechConfig } from "../config.ts";
import { sampleRate, type Recognizer, type Wish } from "../recognizer.ts";
import type { Transcript } from "../transcript.ts";
import { transcribe, type Progress } from "../transcribe.ts";
import { Turns } from "../turns.ts";

/** One request being answered. */
export interface SpeechExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Aborts when the client leaves or the server closes. */
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
}

/** Recordings that are decoded or heard, or wait for it; each holds its samples. */
const mostRecordings = 32;

/** Where recordings are brought to: decodes them and has them heard, one piece at a time, each recording in its turn. */
export class SpeechDesk {
  readonly config: SpeechConfig;
  /** Where uploads lie while they are heard. */
  readonly directory: string;
  readonly #decoder: AudioDecoder;
  readonly #turns = new Turns();
  readonly #progress = new Map<object, Progress>();
  readonly #recordings = new Set<Promise<unknown>>();

  constructor(config: SpeechConfig, decoder: AudioDecoder, directory: string) {
    this.config = config;
    this.#decoder = decoder;
    this.directory = directory;
  }

  /** The least part that is heard of the recordings under way, 0 to 1; `null` when there are none. */
  get fraction(): number | null {
    const parts = [...this.#progress.values()].map(({ seconds, duration }) =>
      duration === 0 ? 1 : seconds / duration,
    );
    return parts.length === 0 ? null : Math.min(...parts);
  }

  /** Resolves when none is under way any more. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#recordings);
  }

  /** Throws BerthError `too_many_waiting` when there is no more room. */
  async hear(
    recognizer: Recognizer,
    file: FileHandle,
    wish: Wish,
    signal: AbortSignal,
    onProgress?: (progress: Progress) => void,
  ): Promise<Transcript> {
    if (this.#recordings.size >= mostRecordings)
      throw new BerthError(
        "too_many_waiting",
        `${mostRecordings} recordings are being heard or wait already; try again later`,
        { details: { retryAfterSeconds: 10 } },
      );
    const hearing = this.#decodeAndHear(recognizer, file, wish, signal, onProgress);
    this.#recordings.add(hearing);
    try {
      return await hearing;
    } finally {
      this.#recordings.delete(hearing);
    }
  }

  async #decodeAndHear(
    recognizer: Recognizer,
    file: FileHandle,
    wish: Wish,
    signal: AbortSignal,
    onProgress: ((progress: Progress) => void) | undefined,
  ): Promise<Transcript> {
    const key = {};
    try {
      const samples = await this.#decoder.decode(file, this.config, signal);
      this.#progress.set(key, { seconds: 0, duration: samples.length / sampleRate, segments: [] });
      return await transcribe(recognizer, samples, wish, {
        turns: this.#turns,
        signal,
        onProgress: (progress) => {
          this.#progress.set(key, progress);
          onProgress?.(progress);
        },
      });
    } finally {
      this.#progress.delete(key);
    }
  }
}
