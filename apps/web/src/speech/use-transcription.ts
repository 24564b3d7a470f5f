import type { TranscriptionReply } from "@berth/api/openai";
import { useEffect, useRef, useState } from "react";
import { client } from "../api/client.ts";
import { failureOf } from "../api/failure.ts";
import type { Recording } from "./use-recorder.ts";

export interface Heard {
  /** Seconds of the audio, of all there are. */
  readonly seconds: number;
  readonly duration: number;
}

export type TranscriptionState =
  | { readonly kind: "none" }
  | {
      readonly kind: "hearing";
      readonly since: number;
      readonly text: string;
      /** Unknown until the first piece is heard. */
      readonly heard: Heard | undefined;
      /** Why it has not begun yet, as the server tells it. */
      readonly waiting: string | undefined;
    }
  | { readonly kind: "done"; readonly reply: TranscriptionReply; readonly tookMs: number }
  | { readonly kind: "failed"; readonly reason: string; readonly text: string }
  | { readonly kind: "stopped"; readonly text: string };

export interface TranscriptionRequest {
  readonly audio: Recording;
  readonly model: string;
  /** As the engine guesses it when absent. */
  readonly language: string | undefined;
}

export interface Transcription {
  readonly state: TranscriptionState;
  readonly run: (request: TranscriptionRequest) => void;
  readonly stop: () => void;
  readonly clear: () => void;
}

/** One transcription at a time, told as it is heard; leaving the page stops the engine. */
export function useTranscription(): Transcription {
  const [state, setState] = useState<TranscriptionState>({ kind: "none" });
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  const run = async (request: TranscriptionRequest): Promise<void> => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    const since = Date.now();
    let text = "";
    let heard: Heard | undefined;
    const show = (waiting?: string): void => setState({ kind: "hearing", since, text, heard, waiting });
    show();
    try {
      const events = client.streamTranscription(formOf(request), {
        signal: controller.signal,
        onComment: show,
      });
      for await (const event of events) {
        if (event.type === "transcript.text.done")
          return setState({ kind: "done", reply: event, tookMs: Date.now() - since });
        text += event.delta;
        heard = event.progress ?? heard;
        show();
      }
    } catch (error) {
      // another run, or the page's end, has taken over
      if (running.current !== controller) return;
      setState(
        controller.signal.aborted
          ? { kind: "stopped", text }
          : { kind: "failed", reason: failureOf(error).message, text },
      );
    }
  };
  return {
    state,
    run: (request) => void run(request),
    stop: () => running.current?.abort(),
    clear: () => {
      const before = running.current;
      running.current = undefined;
      before?.abort();
      setState({ kind: "none" });
    },
  };
}

function formOf({ audio, model, language }: TranscriptionRequest) {
  return {
    file: audio,
    model,
    response_format: "verbose_json" as const,
    timestamp_granularities: ["segment" as const],
    ...(language === undefined ? {} : { language }),
  };
}
