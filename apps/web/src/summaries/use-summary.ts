import type { SummaryEvent } from "@berth/api";
import { useEffect, useRef, useState } from "react";
import { client } from "../api/client.ts";
import { failureOf } from "../api/failure.ts";

export type SummaryProgress = Extract<SummaryEvent, { type: "progress" }>;
export type SummaryResult = Extract<SummaryEvent, { type: "done" }>;

export type SummaryState =
  | { readonly kind: "none" }
  | {
      readonly kind: "running";
      readonly since: number;
      /** Unknown while the documents are read. */
      readonly progress: SummaryProgress | undefined;
      readonly text: string;
    }
  | { readonly kind: "done"; readonly result: SummaryResult }
  | { readonly kind: "failed"; readonly reason: string; readonly text: string }
  | { readonly kind: "cancelled"; readonly text: string };

export interface SummaryRequest {
  readonly files: readonly File[];
  readonly model: string;
  readonly parallel: number;
  /** A question to answer instead, unless it is empty. */
  readonly question: string;
}

export interface Summary {
  readonly state: SummaryState;
  readonly run: (request: SummaryRequest) => void;
  readonly cancel: () => void;
}

/** One summary at a time, told as it is made; leaving the page cancels it. */
export function useSummary(): Summary {
  const [state, setState] = useState<SummaryState>({ kind: "none" });
  const running = useRef<AbortController>(undefined);
  useEffect(
    () => () => {
      const last = running.current;
      running.current = undefined;
      last?.abort();
    },
    [],
  );
  const run = async (request: SummaryRequest): Promise<void> => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    const since = Date.now();
    let text = "";
    let progress: SummaryProgress | undefined;
    const show = (): void => setState({ kind: "running", since, progress, text });
    show();
    try {
      for await (const event of client.summarize({ body: bodyOf(request), signal: controller.signal })) {
        switch (event.type) {
          case "progress":
            progress = event;
            break;
          case "part":
            break;
          case "delta":
            text += event.text;
            break;
          case "done":
            return setState({ kind: "done", result: event });
        }
        show();
      }
      throw new Error("The summary broke off.");
    } catch (error) {
      // another run, or the page's end, has taken over
      if (running.current !== controller) return;
      setState(
        controller.signal.aborted
          ? { kind: "cancelled", text }
          : { kind: "failed", reason: failureOf(error).message, text },
      );
    }
  };
  return {
    state,
    run: (request) => void run(request),
    cancel: () => running.current?.abort(),
  };
}

function bodyOf({ files, model, parallel, question }: SummaryRequest) {
  const file = files.map((each) => ({ name: each.name, bytes: each }));
  return { file, model, parallel, ...(question.trim() === "" ? {} : { ask: question.trim() }) };
}
