import { type JobError, type JobProgress, jobProgressSchema } from "@berth/api";
import { jobLinesType } from "@berth/api/job-lines";
import { readLines } from "@berth/std/read-lines";
import { readSse } from "@berth/std/sse-reader";
import type { EndpointAnswer } from "./dispatcher-call.ts";
import { brokenLine, readJobLines } from "./read-job-lines.ts";
import type { WholeResult } from "./results.ts";

/** What came of a call. */
export type CallEnd =
  | { readonly kind: "whole"; readonly result: WholeResult }
  /** It was told as it came. */
  | { readonly kind: "streamed"; readonly status: number }
  /** The endpoint's own refusal or failure. */
  | { readonly kind: "failed"; readonly error: JobError }
  /** No replica has seen anything of it: not an attempt. `pauseMs`: of its key; `undefined`: nobody else's would do better now. */
  | { readonly kind: "not_begun"; readonly error: JobError; readonly pauseMs: number | undefined }
  /** Nothing is known of what the endpoint would say: to be tried again. */
  | { readonly kind: "lost"; readonly error: JobError; readonly pauseMs: number | undefined };

export interface AnswerListener {
  /** Resolves when the next may come. */
  value(json: Uint8Array): Promise<void>;
  progress(progress: JobProgress): void;
}

/** Of a result. */
const mostBytes = 64 * 1024 * 1024;
/** Of a refusal, what is read. */
const mostRefusalBytes = 64 * 1024;
/** The endpoint cannot answer now, or whoever asks must wait. That what a handler has asked was too slow (408) is its own failure. */
const passing = new Set([425, 429, 502, 503, 504]);
/** A budget that begins anew later than that is told at once. */
const longestBudgetMs = 60_000;
/** Said amid a stream by the gateway: the replica is lost. */
const passingCodes = new Set([
  "upstream_failed",
  "upstream_timeout",
  "engine_died",
  "service_failed",
  "service_unavailable",
  "shutting_down",
]);

/** Reads an answer to its end. Rejects when it breaks off, and as the listener does. */
export async function readAnswer(answer: EndpointAnswer, listener: AnswerListener): Promise<CallEnd> {
  const { status, contentType, body } = answer;
  if (status < 200 || status > 299) return readRefusal(answer);
  switch (contentType.split(";", 1)[0]?.trim().toLowerCase()) {
    case "text/event-stream":
      return readEvents(answer, listener);
    case "application/x-ndjson":
    case "application/ndjson":
    case "application/jsonl":
      return readNdjson(answer, listener);
    case jobLinesType: {
      const end = await readJobLines(body, listener, mostBytes);
      return end.kind === "answer" ? readAnswer(end.answer, listener) : end;
    }
    case undefined:
    default: {
      const { bytes, isWhole } = await readAtMost(body, mostBytes);
      if (isWhole) return { kind: "whole", result: { status, contentType, bytes } };
      const message = `the result is larger than ${mostBytes / 2 ** 20} MiB: store it elsewhere, and answer with its address`;
      return { kind: "failed", error: { code: "result_too_large", message, details: null } };
    }
  }
}

async function readEvents({ status, body }: EndpointAnswer, listener: AnswerListener): Promise<CallEnd> {
  for await (const { data } of readSse(body)) {
    if (data === "[DONE]") continue;
    const value = parse(data);
    const error = value === undefined ? undefined : errorIn(value);
    if (error !== undefined && isEnvelope(value))
      return passingCodes.has(error.code)
        ? { kind: "lost", error, pauseMs: undefined }
        : { kind: "failed", error };
    await listener.value(Buffer.from(value === undefined ? JSON.stringify(data) : data.trim()));
  }
  return { kind: "streamed", status };
}

async function readNdjson({ status, body }: EndpointAnswer, listener: AnswerListener): Promise<CallEnd> {
  for await (const line of readLines(body)) {
    const value = parse(line);
    if (value === undefined) return brokenLine(line);
    const progress = progressIn(value);
    if (progress === undefined) await listener.value(Buffer.from(line.trim()));
    else listener.progress(progress);
  }
  return { kind: "streamed", status };
}

async function readRefusal(answer: EndpointAnswer): Promise<CallEnd> {
  const { status, body, retryAfterMs } = answer;
  const { bytes } = await readAtMost(body, mostRefusalBytes);
  const text = Buffer.from(bytes).toString("utf8");
  const error = errorIn(parse(text)) ?? {
    code: "handler_failed",
    message: `the endpoint answered with status ${status}`,
    details: null,
  };
  const told = { ...error, details: error.details ?? (text === "" ? null : text) };
  if (answer.hasBegun)
    return passing.has(status)
      ? { kind: "lost", error: told, pauseMs: retryAfterMs }
      : { kind: "failed", error: told };
  if (!helpsToWait(answer, told)) return { kind: "failed", error: told };
  // when a replica is ready is seen, not foretold
  return { kind: "not_begun", error: told, pauseMs: status === 429 ? retryAfterMs : undefined };
}

/** Whether a call that nobody has begun to work on may be made later: a key's limit says when, or that no time helps. */
function helpsToWait({ status, retryAfterMs }: EndpointAnswer, { code }: JobError): boolean {
  if (code === "budget_exceeded") return retryAfterMs !== undefined && retryAfterMs <= longestBudgetMs;
  if (status === 429) return retryAfterMs !== undefined;
  // its body was too slow on its way to this server's own gateway
  return status === 408 || passing.has(status);
}

/** `{"progress": {done, total, message}}` and nothing else. */
function progressIn(value: unknown): JobProgress | undefined {
  if (!isObject(value) || Object.keys(value).length !== 1) return undefined;
  const told = value["progress"];
  if (!isObject(told)) return undefined;
  return jobProgressSchema.safeParse({ total: null, message: null, ...told }).data;
}

/** The error of OpenAI's envelope, or of another's as far as it is like that. */
function errorIn(value: unknown): JobError | undefined {
  const told = isObject(value) ? value["error"] : undefined;
  if (typeof told === "string") return { code: "handler_failed", message: told, details: null };
  if (!isObject(told) || typeof told["message"] !== "string") return undefined;
  const { code, message, details } = told;
  return {
    code: typeof code === "string" && code !== "" ? code : "handler_failed",
    message,
    details: typeof details === "string" ? details : null,
  };
}

/** Amid a stream an error is told as one: a value of a handler's own may have a field of that name. */
function isEnvelope(value: unknown): boolean {
  if (!isObject(value) || Object.keys(value).length !== 1) return false;
  const told = value["error"];
  return isObject(told) && "type" in told && "code" in told;
}

async function readAtMost(
  body: AsyncIterable<Uint8Array>,
  limit: number,
): Promise<{ readonly bytes: Uint8Array; readonly isWhole: boolean }> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body) {
    pieces.push(piece);
    size += piece.length;
    if (size > limit) return { bytes: Buffer.concat(pieces).subarray(0, limit), isWhole: false };
  }
  return { bytes: Buffer.concat(pieces), isWhole: true };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // JSON has no such value
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
