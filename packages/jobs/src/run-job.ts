import { isBerthError, type JobError, type JobProgress } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import { DeadlinePassed, withDeadline } from "@berth/std/deadline";
import { type CallEndpoint, CallNotBegun } from "./dispatcher-call.ts";
import type { JobQueue } from "./job-queue.ts";
import type { TakenJob } from "./queue-orders.ts";
import type { QueueEndpoint } from "./queue-endpoint.ts";
import { type CallEnd, readAnswer } from "./read-answer.ts";
import type { Results } from "./results.ts";
import { ValueWriter, WorkIsOver } from "./value-writer.ts";

export interface RunJobOptions {
  readonly queue: JobQueue;
  readonly results: Results;
  readonly call: CallEndpoint;
  readonly clock: Clock;
}

/** Why a job is worked on no more: it has ended, or is somebody else's; or this server stops. */
export type StopReason = "over" | "stopping";

/** `nobody`: nobody could be called. `limited`: its key has reached a limit, for so long. */
export type Called =
  | { readonly kind: "called" | "nobody" }
  | { readonly kind: "limited"; readonly pauseMs: number };

type AttemptEnd = CallEnd | { readonly kind: StopReason };

/**
 * Calls the endpoint as a job says and tells the queue what came of it. `stop` aborts with a StopReason. Rejects as the queue does.
 */
export async function runJob(
  taken: TakenJob,
  endpoint: QueueEndpoint,
  options: RunJobOptions,
  stop: AbortSignal,
): Promise<Called> {
  const end = await attempt(taken, endpoint, options, stop);
  await tell(taken, end, endpoint, options);
  if (end.kind !== "not_begun") return { kind: "called" };
  return end.pauseMs === undefined ? { kind: "nobody" } : { kind: "limited", pauseMs: end.pauseMs };
}

async function tell(
  { lease, attempt: leases, job: { attempts } }: TakenJob,
  end: AttemptEnd,
  endpoint: QueueEndpoint,
  { queue, results }: RunJobOptions,
): Promise<void> {
  switch (end.kind) {
    case "whole":
      await results.complete(lease, end.result).catch(async (error: unknown) => {
        // there is no place for it: to try again would make it anew, for nothing
        if (!isBerthError(error) || error.status >= 500) throw error;
        await queue.fail(lease, errorOf(error), null);
      });
      return;
    case "streamed": {
      const body = { kind: "events" } as const;
      await queue.complete(lease, { status: end.status, contentType: "application/json", body });
      return;
    }
    case "failed":
      await queue.fail(lease, end.error, endpoint.rules.retriesFailures ? { attempts } : null);
      return;
    case "lost":
      await queue.fail(lease, end.error, { attempts, pauseMs: end.pauseMs });
      return;
    case "not_begun":
      // whatever else it was taken for was none either
      await queue.giveBack(lease, {
        error: end.error,
        times: leases - attempts + 1,
        pauseMs: end.pauseMs,
      });
      return;
    case "stopping":
      await queue.giveBack(lease);
      return;
    case "over":
      return;
  }
}

async function attempt(
  { job, call, lease, executionTimeoutMs }: TakenJob,
  endpoint: QueueEndpoint,
  { queue, call: callEndpoint, clock }: RunJobOptions,
  stop: AbortSignal,
): Promise<AttemptEnd> {
  const over = new AbortController();
  const ends = AbortSignal.any([stop, over.signal]);
  const writer = new ValueWriter((first, values) => queue.append(lease, first, values));
  const told = tellProgress(queue, lease, () => over.abort("over" satisfies StopReason));
  try {
    return await withDeadline(clock, executionTimeoutMs, ends, async (signal) => {
      const answer = await callEndpoint({ endpoint, job, call, mayTakeMs: executionTimeoutMs }, signal);
      const end = await readAnswer(answer, {
        value: (value) => writer.add(value),
        progress: (progress) => told.tell(progress),
      });
      await writer.end();
      await told.end();
      return end;
    });
  } catch (error) {
    if (ends.aborted) return { kind: ends.reason === "stopping" ? "stopping" : "over" };
    // the queue ends it by its own clock; whatever is said of it now would only be another end
    if (error instanceof WorkIsOver || error instanceof DeadlinePassed) return { kind: "over" };
    if (error instanceof CallNotBegun)
      return {
        kind: "not_begun",
        error: { code: "service_unavailable", message: error.message, details: null },
        pauseMs: undefined,
      };
    if (error instanceof RangeError)
      return { kind: "failed", error: { code: "result_too_large", message: error.message, details: null } };
    // the queue has refused what it yields, or cannot take it at the moment
    if (isBerthError(error) && error.code === "payload_too_large")
      return { kind: "failed", error: errorOf(error) };
    if (isBerthError(error) && error.code !== "upstream_failed") throw error;
    return { kind: "lost", error: errorOf(error), pauseMs: undefined };
  }
}

/** Tells how far a job is: the last that was said, one at a time. Failures show where the lease is renewed, too. */
function tellProgress(
  queue: JobQueue,
  lease: string,
  onOver: () => void,
): { tell(progress: JobProgress): void; end(): Promise<void> } {
  let next: JobProgress | undefined;
  let telling: Promise<void> | undefined;
  const tellAll = async (): Promise<void> => {
    try {
      while (next !== undefined) {
        const progress = next;
        next = undefined;
        const [held] = await queue.renew([{ lease, progress }]);
        if (held === "over") onOver();
      }
    } finally {
      // at once: what is told next begins anew
      telling = undefined;
    }
  };
  return {
    tell(progress) {
      next = progress;
      telling ??= tellAll().catch(() => undefined);
    },
    end: async () => telling,
  };
}

function errorOf(error: unknown): JobError {
  if (isBerthError(error)) return { code: error.code, message: error.message, details: null };
  return {
    code: "replica_lost",
    message: `the endpoint's answer broke off: ${(error as Error).message}`,
    details: null,
  };
}
