import type { IncomingMessage } from "node:http";
import type { JobProgress } from "@berth/api";
import { type JobLine, jobLinesType, type ToldLine } from "@berth/api/job-lines";
import type { Handler, HandlerContext, HandlerRequest } from "../handler.ts";
import { HandlerError } from "../handler-error.ts";
import { JsonText } from "../result.ts";
import { askSocket, readWhole } from "./ask-socket.ts";
import { readJobLines } from "./read-job-lines.ts";
import { refusalOf } from "./refusal.ts";

/** Python, as far as it is called. */
export interface CalledPython {
  readonly socketPath: string;
  /** After a connection broke: resolves when its process goes on all the same, and never when that has ended. */
  readonly afterBreak: () => Promise<void>;
}

/**
 * Each job is a call of Python's host, which tells of it in a job's lines: what is yielded is yielded here, and results stay
 * the texts that they are. The signal ends the call, and with it what Python does. A refusal fails the job with its words.
 */
export function pythonHandler(python: CalledPython): Handler<never> {
  const handler = async (
    { input, meta }: HandlerRequest<Uint8Array>,
    { signal, progress }: HandlerContext,
  ): Promise<unknown> => {
    const guarded = <T>(work: Promise<T>): Promise<T> => guard(python, signal, work);
    const answer = await guarded(
      askSocket(python.socketPath, {
        path: meta.path,
        headers: {
          accept: jobLinesType,
          "content-type": meta.contentType ?? "application/json",
          "x-request-id": meta.requestId,
        },
        body: input,
        signal,
      }),
    );
    if (!isLines(answer)) return responseOf(answer, await guarded(readWhole(answer)));
    const lines = guardedLines(answer, guarded, progress);
    const first = await lines.next();
    if (first.done !== true && first.value.kind !== "value") return resultOf(first.value);
    return yielded(first.done === true ? [] : [first.value], lines);
  };
  return handler as Handler<never>;
}

function isLines({ headers }: IncomingMessage): boolean {
  return (headers["content-type"] ?? "").startsWith(jobLinesType);
}

/** Without those of progress, which is told. */
async function* guardedLines(
  answer: IncomingMessage,
  guarded: <T>(work: Promise<T>) => Promise<T>,
  progress: HandlerContext["progress"],
): AsyncGenerator<ToldLine> {
  const lines = readJobLines(answer);
  for (;;) {
    const step = await guarded(lines.next());
    if (step.done === true) return;
    if (step.value.kind === "progress") {
      const { done, total, message } = JSON.parse(step.value.text) as JobProgress;
      progress(done, total ?? undefined, message ?? undefined);
    } else yield step.value;
  }
}

async function* yielded(
  before: readonly ToldLine[],
  lines: AsyncIterable<ToldLine>,
): AsyncGenerator<JsonText> {
  for (const { text } of before) yield new JsonText(text);
  for await (const line of lines) {
    if (line.kind === "error") throw errorOf(line.text);
    yield new JsonText(line.text);
  }
}

function resultOf({ kind, text }: ToldLine): JsonText | Response {
  if (kind === "error") throw errorOf(text);
  if (kind !== "answer") return new JsonText(text);
  const { status, contentType, base64 } = JSON.parse(text) as JobLine["answer"];
  return wholeOf(status, contentType, Buffer.from(base64, "base64"));
}

function responseOf({ statusCode = 502, headers }: IncomingMessage, body: Buffer): Response {
  return wholeOf(statusCode, headers["content-type"] ?? "application/octet-stream", body);
}

function wholeOf(status: number, contentType: string, body: Buffer): Response {
  if (status < 200 || status > 299) throw refusalOf(status, body.toString("utf8"));
  const empty = body.length === 0 || status === 204 || status === 205;
  return new Response(empty ? null : new Uint8Array(body), {
    status,
    headers: { "content-type": contentType },
  });
}

function errorOf(text: string): HandlerError {
  const { code, message, details } = JSON.parse(text) as JobLine["error"];
  return new HandlerError(code, message, details === null ? {} : { details });
}

async function guard<T>(python: CalledPython, signal: AbortSignal, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    // a handler that has ended its process is no failed job: somebody else gets it
    await python.afterBreak();
    throw new HandlerError("handler_broke_off", `Python's answer broke off: ${(cause as Error).message}`, {
      status: 502,
      cause,
    });
  }
}
