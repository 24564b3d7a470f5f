import type { TakenJobBody } from "@berth/api";
import { HandlerError, toldErrorOf } from "../handler-error.ts";
import { readInput } from "../read-input.ts";
import { jsonOf, resultOf } from "../result.ts";
import { runHandler, timedSignal } from "../run-handler.ts";
import { loggerFor } from "../logger.ts";
import { progressOf } from "../progress.ts";
import type { Handler } from "../handler.ts";
import type { Heartbeat } from "./heartbeat.ts";
import { insist, type Persistence } from "./insist.ts";
import { ValueStream } from "./value-stream.ts";
import type { Answer, CompleteResult, Finished, WorkerServer } from "./worker-server.ts";

export interface JobParts {
  readonly handler: Handler<never>;
  /** It gets bodies as they came, whatever they are: another server reads them. */
  readonly takesBytes: boolean;
  readonly server: WorkerServer;
  readonly heartbeat: Heartbeat;
  readonly persistence: Persistence;
  /** The handler's own bound, beside that of the job. */
  readonly executionTimeoutMs: number | undefined;
  /** Aborts when the worker ends and can wait no longer: the job is given back. */
  readonly stopped: AbortSignal;
}

/** Why a handler is to end though nobody has cancelled its job. */
const leaseOver = "the job is not this worker's any more: it was cancelled, timed out or given to another";

/** Works on the job to its end, and tells it. Resolves when the server knows, or need not. */
export async function workOnJob(job: TakenJobBody, parts: JobParts): Promise<void> {
  const { server, heartbeat, persistence, stopped } = parts;
  const { id, lease } = job;
  const over = new AbortController();
  const lose = (): void => over.abort(new Error(leaseOver));
  heartbeat.add(lease, job.leaseMs, lose);
  try {
    const outcome = await attempt(job, parts, over, lose);
    if (over.signal.aborted) return persistence.logger.info(leaseOver, { requestId: id });
    if (outcome.kind === "stopped") {
      await insist(`job ${id}, given back,`, () => server.giveBack(lease), persistence);
      return;
    }
    if (outcome.kind === "late") {
      // the queue ends it by its own clock: whatever is said of it now would only be another end
      const seconds = job.executionTimeoutMs / 1000;
      persistence.logger.error(`the handler was not done within ${seconds} s`, { requestId: id });
      return;
    }
    await tell(job, outcome, parts);
  } finally {
    heartbeat.remove(lease);
    // nothing of it may go on
    if (!over.signal.aborted && stopped.aborted) over.abort(stopped.reason);
  }
}

type Attempt =
  | { readonly kind: "result"; readonly result: CompleteResult }
  | { readonly kind: "failed"; readonly thrown: unknown }
  | { readonly kind: "stopped" }
  /** It took longer than the job may. */
  | { readonly kind: "late" };

async function attempt(
  job: TakenJobBody,
  { handler, takesBytes, server, heartbeat, persistence, executionTimeoutMs = Infinity, stopped }: JobParts,
  over: AbortController,
  lose: () => void,
): Promise<Attempt> {
  const bound = Math.min(executionTimeoutMs, job.executionTimeoutMs);
  const { signal, done } = timedSignal(AbortSignal.any([over.signal, stopped]), bound);
  const ended = new AbortController();
  // whoever cannot wait has no more time for values than for anything else
  const giveUp = AbortSignal.any([persistence.giveUp, signal, ended.signal]);
  const stream = new ValueStream(
    (first, values) =>
      insist(`values of job ${job.id}`, () => server.append(job.lease, first, values), {
        ...persistence,
        giveUp,
      }),
    lose,
  );
  const logger = loggerFor(persistence.logger, job.id);
  try {
    const { id: requestId, attempt: number, path, contentType } = job;
    const body = Buffer.from(job.body, "base64");
    const input = takesBytes ? body : readInput(body, contentType);
    const outcome = await runHandler(
      handler,
      { input, meta: { requestId, attempt: number, path, contentType } },
      {
        signal,
        logger,
        progress: (count, total, message) => heartbeat.progress(job.lease, progressOf(count, total, message)),
      },
      (value) => stream.push(jsonOf(value)),
    );
    return {
      kind: "result",
      result: outcome.kind === "streamed" ? await stream.end() : await resultOf(outcome.value),
    };
  } catch (thrown) {
    if (stopped.aborted && signal.reason === stopped.reason && thrown === signal.reason)
      return { kind: "stopped" };
    const isLate = signal.aborted && !over.signal.aborted && !stopped.aborted;
    if (isLate && job.executionTimeoutMs <= executionTimeoutMs) return { kind: "late" };
    return { kind: "failed", thrown };
  } finally {
    done();
    // of what has failed, no values are told any more
    ended.abort();
  }
}

async function tell(
  { id, lease }: TakenJobBody,
  outcome: Exclude<Attempt, { kind: "stopped" | "late" }>,
  { server, persistence }: JobParts,
): Promise<void> {
  const { logger } = persistence;
  const told = (answer: Answer<Finished> | undefined): void => {
    if (answer?.kind === "done" && answer.value.kind === "superseded")
      logger.info("the job had ended already; this result was not needed", { requestId: id });
  };
  const fail = async (thrown: unknown): Promise<void> => {
    const error = toldErrorOf(thrown);
    logger.error(error.details ?? error.message, { requestId: id });
    const answer = await insist(`the failure of job ${id}`, () => server.fail(lease, error), persistence);
    if (answer?.kind === "refused")
      logger.error(`the failure was refused: ${answer.message}`, { requestId: id });
    else told(answer);
  };
  if (outcome.kind === "failed") return fail(outcome.thrown);
  const answer = await insist(
    `the result of job ${id}`,
    () => server.complete(lease, outcome.result),
    persistence,
  );
  if (answer?.kind !== "refused") return told(answer);
  const code = answer.status === 413 ? "result_too_large" : "result_refused";
  await fail(new HandlerError(code, `the server did not take the result: ${answer.message}`));
}
