import type { ServerResponse } from "node:http";
import type { Clock } from "@berth/std/clock";
import { errorBody, isBerthError, type ErrorBody } from "@berth/api";

/** One request being answered. */
export interface Exchange {
  readonly body: unknown;
  readonly response: ServerResponse;
  /** Aborts when the client leaves or the server closes. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** A fresh identifier: `chatcmpl-...`. */
  readonly newId: (prefix: string) => string;
  readonly log: (line: string) => void;
}

/** Seconds since 1970, as OpenAI dates its answers. */
export function createdAt({ clock }: Exchange): number {
  return Math.floor(clock.now() / 1000);
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

/** Tells the client what went wrong; one that has part of an answer already gets a broken transfer. */
export function tellFailure(response: ServerResponse, error: unknown): void {
  if (response.destroyed) return;
  if (response.headersSent) return void response.destroy();
  const { status, body } = describeError(error);
  // what is left of a body that was refused would be taken for the next request
  if (!response.req.complete) response.setHeader("connection", "close");
  sendJson(response, status, body);
}
