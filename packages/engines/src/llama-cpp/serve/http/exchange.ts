import type { ServerResponse } from "node:http";
import { errorBody, isBerthError, type ErrorBody } from "@berth/api";

/** One request being answered. */
export interface Exchange {
  readonly body: unknown;
  readonly response: ServerResponse;
  /** Aborts when the client leaves or the server closes. */
  readonly signal: AbortSignal;
  /** Seconds since 1970, for `created`. */
  readonly created: number;
  /** A fresh identifier: `chatcmpl-...`. */
  readonly newId: (prefix: string) => string;
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const text = JSON.stringify(value);
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}

/** What went wrong, as OpenAI's clients read it. Errors that are not ours are told by their message alone. */
export function describeError(error: unknown): { readonly status: number; readonly body: ErrorBody } {
  if (isBerthError(error)) return { status: error.status, body: error.toBody() };
  const message = error instanceof Error ? error.message : String(error);
  return { status: 500, body: errorBody("internal", `the engine failed: ${message}`) };
}

const doneFrame = "data: [DONE]\n\n";

/** Server-sent events to one client. Frames are ready-made text: `data: {...}\n\n`. */
export class EventStream {
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
    response.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache",
      "x-accel-buffering": "no",
    });
  }

  /** Writes at once; a promise when the client reads slower than this writes, settled when it has caught up or left. */
  write(frame: string): undefined | Promise<void> {
    if (this.#response.destroyed || this.#response.write(frame)) return undefined;
    return new Promise((resolve) => {
      const go = (): void => {
        this.#response.off("drain", go);
        this.#response.off("close", go);
        resolve();
      };
      this.#response.on("drain", go);
      this.#response.on("close", go);
    });
  }

  /** The clean end. */
  end(): void {
    this.#response.end(doneFrame);
  }

  /** Tells the error as an event and breaks the transfer: nobody shall take a part for the whole. */
  fail(error: unknown): void {
    if (this.#response.destroyed) return;
    const { body } = describeError(error);
    this.#response.write(`data: ${JSON.stringify(body)}\n\n`, () => this.#response.destroy());
  }
}
