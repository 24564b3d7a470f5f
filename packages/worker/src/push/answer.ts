import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { JobProgress } from "@berth/api";
import { type JobLine, jobLinesType } from "@berth/api/job-lines";
import { statusOf, toldErrorOf } from "../handler-error.ts";
import { jsonOf, type Result, resultOf } from "../result.ts";
import type { Outcome } from "../run-handler.ts";

type BytesResult = Extract<Result, { readonly kind: "bytes" }>;

/** How a caller gets what a handler does. */
export interface Answer {
  value(value: unknown): Promise<void> | void;
  progress(progress: JobProgress): void;
  end(outcome: Outcome): Promise<void> | void;
  /** A stream that has begun ends with the error and a broken transfer, never with a clean end. */
  fail(thrown: unknown): void;
}

/** Chosen by what the caller accepts: a job's lines, server-sent events, lines of JSON, or all at once. */
export function answerFor(accept: string, wantsProgress: boolean, response: ServerResponse): Answer {
  if (accept.includes(jobLinesType)) return jobAnswer(response);
  if (/\btext\/event-stream\b/.test(accept)) return eventAnswer(response);
  if (/\bapplication\/x-ndjson\b/.test(accept)) return lineAnswer(response, wantsProgress);
  return wholeAnswer(response);
}

/** `data:` for each value; at the end `event: end`, or `event: error` with the error. */
function eventAnswer(response: ServerResponse): Answer {
  return streamAnswer(response, "text/event-stream", {
    value: (text) => `data: ${text}\n\n`,
    end: "event: end\ndata: {}\n\n",
    error: (text) => `event: error\ndata: ${text}\n\n`,
  });
}

/** Each value is a line; an error is a line `{"error": ...}` before the transfer breaks. */
function lineAnswer(response: ServerResponse, wantsProgress: boolean): Answer {
  const answer = streamAnswer(response, "application/x-ndjson", {
    value: (text) => `${text}\n`,
    end: "",
    error: (text) => `${text}\n`,
  });
  if (!wantsProgress) return answer;
  return { ...answer, progress: (progress) => answer.write(`${JSON.stringify({ progress })}\n`) };
}

/** Ends cleanly whatever comes: the last line says what it is. */
function jobAnswer(response: ServerResponse): Answer {
  const lines = streamAnswer(response, jobLinesType, {
    value: (text) => jobLine("value", text),
    end: "",
    error: () => "",
  });
  return {
    ...lines,
    progress: (progress) => lines.write(jobLine("progress", JSON.stringify(progress))),
    end: async (outcome) => {
      if (outcome.kind === "streamed") return lines.end(outcome);
      const result = await resultOf(outcome.value);
      if (result.kind === "json") lines.write(jobLine("result", result.text));
      else if (!response.headersSent) return sendBytes(response, result);
      else lines.write(jobLine("answer", JSON.stringify(base64Of(result))));
      response.end();
    },
    fail: (thrown) => {
      if (!response.headersSent) return sendError(response, thrown);
      response.end(jobLine("error", JSON.stringify(toldErrorOf(thrown))));
    },
  };
}

function jobLine(name: keyof JobLine, text: string): string {
  return `{"${name}":${text}}\n`;
}

function base64Of({ status, contentType, bytes }: BytesResult): JobLine["answer"] {
  return { status, contentType, base64: Buffer.from(bytes).toString("base64") };
}

interface Framing {
  readonly value: (text: string) => string;
  readonly end: string;
  readonly error: (text: string) => string;
}

function streamAnswer(
  response: ServerResponse,
  contentType: string,
  framing: Framing,
): Answer & { readonly write: (text: string) => boolean } {
  const write = (text: string): boolean => {
    if (!response.headersSent)
      response.writeHead(200, { "content-type": contentType, "cache-control": "no-store" });
    return response.write(text);
  };
  const value = async (given: unknown): Promise<void> => {
    if (write(framing.value(jsonOf(given))) || response.destroyed) return;
    await Promise.race([once(response, "drain"), once(response, "close")]);
  };
  return {
    write,
    value,
    progress: () => undefined,
    end: async (outcome) => {
      if (outcome.kind === "value") {
        const result = await resultOf(outcome.value);
        // what is no JSON value goes as it is
        if (result.kind === "bytes" && !response.headersSent) return sendBytes(response, result);
        await value(outcome.value);
      } else write("");
      response.end(framing.end);
    },
    fail: (thrown) => {
      if (!response.headersSent) return sendError(response, thrown);
      response.write(framing.error(JSON.stringify({ error: toldErrorOf(thrown) })), () => response.destroy());
    },
  };
}

function wholeAnswer(response: ServerResponse): Answer {
  const values: string[] = [];
  return {
    value: (value) => void values.push(jsonOf(value)),
    progress: () => undefined,
    end: async (outcome) => {
      const result =
        outcome.kind === "streamed"
          ? ({ kind: "json", text: `[${values.join(",")}]` } as const)
          : await resultOf(outcome.value);
      if (result.kind === "bytes") sendBytes(response, result);
      else sendJson(response, 200, result.text);
    },
    fail: (thrown) => sendError(response, thrown),
  };
}

function sendBytes(response: ServerResponse, result: BytesResult): void {
  response.writeHead(result.status, {
    "content-type": result.contentType,
    "content-length": result.bytes.length,
  });
  response.end(result.bytes);
}

export function sendError(response: ServerResponse, thrown: unknown): void {
  if (response.headersSent) return void response.destroy();
  sendJson(response, statusOf(thrown), JSON.stringify({ error: toldErrorOf(thrown) }));
}

export function sendJson(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}
