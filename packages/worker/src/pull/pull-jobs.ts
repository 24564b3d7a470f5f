import { setTimeout as later } from "node:timers";
import type { TakenJobBody } from "@berth/api";
import type { WorkerClock } from "../clock.ts";
import type { Handler, WorkOptions } from "../handler.ts";
import type { Logger } from "../logger.ts";
import { Seats } from "../seats.ts";
import { Heartbeat } from "./heartbeat.ts";
import { pauseAfter, type Persistence } from "./insist.ts";
import { workOnJob } from "./work-on-job.ts";
import type { WorkerServer } from "./worker-server.ts";

export interface PullOptions extends WorkOptions {
  readonly handler: Handler<never>;
  readonly takesBytes?: boolean;
  readonly server: WorkerServer;
  readonly workerId: string;
  readonly about: string;
  readonly clock: WorkerClock;
  readonly logger: Logger;
  readonly random: () => number;
  readonly drainMs: number;
  readonly secondsLeft: () => number | undefined;
  readonly leastSecondsLeft: number;
  /** Aborts when no more jobs are to be taken. */
  readonly stop: AbortSignal;
}

const waitSeconds = 25;
const mostAtOnce = 100;
const leastWaitMs = 250;
/** For giving jobs back and telling results, when time is up. */
const lastWordsMs = 5_000;

/**
 * Takes jobs until `stop` aborts or too little time is left, and works on them. Resolves when those that were taken are
 * done, or given back `drainMs` later.
 */
export async function pullJobs(options: PullOptions): Promise<void> {
  const {
    server,
    workerId,
    clock,
    logger,
    random,
    drainMs,
    executionTimeoutMs,
    handler,
    takesBytes = false,
  } = options;
  const seats = new Seats(options);
  const stopped = new AbortController();
  const giveUp = new AbortController();
  const persistence: Persistence = { clock, logger, random, giveUp: giveUp.signal };
  const heartbeat = new Heartbeat({ server, workerId, clock, logger });
  const parts = {
    handler,
    takesBytes,
    server,
    heartbeat,
    persistence,
    executionTimeoutMs,
    stopped: stopped.signal,
  };
  const running = new Set<Promise<void>>();
  const begin = (job: TakenJobBody): void => {
    seats.take();
    const work = workOnJob(job, parts)
      .catch((error: unknown) => logger.error(`job ${job.id}: ${(error as Error).stack ?? String(error)}`))
      .finally(() => {
        running.delete(work);
        seats.leave();
      });
    running.add(work);
  };

  await takeUntilStopped(options, seats, running, begin);
  if (running.size === 0) return;
  logger.info(`${running.size} running; no more jobs are taken`);
  const bound = later(() => {
    stopped.abort(new Error("the worker ends"));
    later(() => giveUp.abort(), lastWordsMs).unref();
  }, drainMs);
  while (running.size > 0) await Promise.all(running);
  clearTimeout(bound);
}

async function takeUntilStopped(
  { server, workerId, about, clock, logger, random, secondsLeft, leastSecondsLeft, stop }: PullOptions,
  seats: Seats,
  running: ReadonlySet<Promise<void>>,
  begin: (job: TakenJobBody) => void,
): Promise<void> {
  for (let failures = 0; !stop.aborted;) {
    const left = secondsLeft();
    if (left !== undefined && left < leastSecondsLeft)
      return logger.info(`${Math.floor(left)} s are left, too little for another job`);
    const free = await seats.free();
    if (free === 0) {
      await Promise.race([...running, clock.pause(1000, stop)]);
      continue;
    }
    const askedAt = clock.now();
    const answer = await server.take(
      {
        workerId,
        limit: Math.min(free, mostAtOnce),
        waitSeconds:
          left === undefined ? waitSeconds : Math.min(waitSeconds, Math.max(0, left - leastSecondsLeft)),
        ...(left === undefined ? {} : { secondsLeft: left }),
        about,
      },
      stop,
    );
    if (answer.kind === "done") {
      failures = 0;
      for (const job of answer.value) begin(job);
      // whoever stands between may not let us wait there
      if (answer.value.length === 0 && clock.now() - askedAt < leastWaitMs)
        await clock.pause(leastWaitMs, stop);
      continue;
    }
    if (stop.aborted) return;
    failures += 1;
    const reason = answer.kind === "away" ? answer.reason : answer.message;
    const pauseMs = pauseAfter(failures, random(), answer.kind === "away" ? answer.retryAfterMs : undefined);
    logger.warn(`no jobs can be taken (${reason}); next try in ${Math.round(pauseMs)} ms`);
    await clock.pause(pauseMs, stop);
  }
}
