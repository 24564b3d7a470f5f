import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Handler, WorkOptions } from "../handler.ts";
import { HandlerError, toldErrorOf } from "../handler-error.ts";
import { loggerFor, type Logger } from "../logger.ts";
import { progressOf } from "../progress.ts";
import { readInput } from "../read-input.ts";
import { runHandler, timedSignal } from "../run-handler.ts";
import { Seats } from "../seats.ts";
import { answerFor, sendError, sendJson } from "./answer.ts";
import { readBody } from "./read-body.ts";

export type Serve = (request: IncomingMessage, response: ServerResponse) => void;

export interface HandlerServer extends WorkOptions {
  readonly handler: Handler<never>;
  readonly logger: Logger;
}

/**
 * Answers `GET /healthcheck` (and `/health`), and runs the handler for each POST, whatever its path: `/predict` is the usual
 * one. A caller that goes away aborts the handler's signal.
 */
export function serveHandler({ handler, logger, executionTimeoutMs, ...work }: HandlerServer): Serve {
  const seats = new Seats(work);
  return (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://worker");
    if (request.method === "POST")
      return void answerCall(request, response, pathname).catch((error: unknown) =>
        sendError(response, error),
      );
    const isHealth = pathname === "/healthcheck" || pathname === "/health";
    if (isHealth && (request.method === "GET" || request.method === "HEAD"))
      return sendJson(
        response,
        200,
        JSON.stringify({ status: "ready", progress: null, parallel: seats.always ?? null }),
      );
    sendError(
      response,
      new HandlerError(
        "not_found",
        `${request.method} ${pathname}: call POST /predict, or GET /healthcheck`,
        {
          status: pathname === "/predict" ? 405 : 404,
        },
      ),
    );
  };

  async function answerCall(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const { headers } = request;
    const requestId = idOf(headers["x-request-id"]);
    response.setHeader("x-request-id", requestId);
    const gone = new AbortController();
    response.on("close", () => {
      if (!response.writableFinished)
        gone.abort(new HandlerError("caller_gone", "the caller has gone", { status: 499 }));
    });
    const answer = answerFor(headers.accept ?? "", headers["x-berth-progress"] === "true", response);
    const { signal, done } = timedSignal(gone.signal, executionTimeoutMs);
    try {
      const contentType = headers["content-type"];
      const input = readInput(await readBody(request), contentType);
      await seats.sit(signal);
      try {
        const outcome = await runHandler(
          handler,
          { input, meta: { requestId, attempt: attemptOf(headers["x-berth-attempt"]), path, contentType } },
          {
            signal,
            logger: loggerFor(logger, requestId),
            progress: (count, total, message) => {
              if (!response.writableEnded) answer.progress(progressOf(count, total, message));
            },
          },
          (value) => answer.value(value),
        );
        await answer.end(outcome);
      } finally {
        seats.leave();
      }
    } catch (thrown) {
      const { message, details } = toldErrorOf(thrown);
      logger.error(details ?? message, { requestId });
      answer.fail(thrown);
    } finally {
      done();
    }
  }
}

function idOf(header: string | string[] | undefined): string {
  return typeof header === "string" && /^[\w.:-]{1,128}$/.test(header) ? header : randomUUID();
}

function attemptOf(header: string | string[] | undefined): number {
  const attempt = Number(header ?? 1);
  return Number.isInteger(attempt) && attempt > 0 ? attempt : 1;
}
