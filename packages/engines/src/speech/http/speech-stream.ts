import type { ServerResponse } from "node:http";
import { inspect } from "node:util";
import { isBerthError } from "@berth/api";
import type { TranscriptEvent } from "@berth/api/openai";
import { describeError } from "../../serving/exchange.ts";

/** Whoever waits for a long piece must not think that nobody is there. */
const commentMs = 10_000;

/** Server-sent events of one transcription, as OpenAI's: they end with `transcript.text.done`. */
export class SpeechStream {
  readonly #response: ServerResponse;
  readonly #timer: NodeJS.Timeout;

  constructor(response: ServerResponse) {
    this.#response = response;
    response.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache",
      "x-accel-buffering": "no",
    });
    response.flushHeaders();
    this.#timer = setInterval(() => response.write(": listening\n\n"), commentMs);
    response.on("close", () => clearInterval(this.#timer));
  }

  send(event: TranscriptEvent): void {
    this.#response.write(frame(event));
  }

  end(event: TranscriptEvent): void {
    clearInterval(this.#timer);
    this.#response.end(frame(event));
  }

  /** Tells the error as an event and breaks the transfer: nobody shall take a part for the whole. */
  fail(error: unknown, log: (line: string) => void): void {
    clearInterval(this.#timer);
    if (!isBerthError(error)) log(`failed: ${inspect(error)}`);
    if (this.#response.destroyed) return;
    this.#response.write(frame(describeError(error).body), () => this.#response.destroy());
  }
}

function frame(value: object): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}
