import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { workerClock } from "./clock.ts";
import type { Handler, PlaceOptions, StartOptions, WorkOptions } from "./handler.ts";
import { logger } from "./logger.ts";
import { proxiedHandler } from "./proxy/proxied-handler.ts";
import { serveProxy, targetOf } from "./proxy/serve-proxy.ts";
import { waitUntilStarted } from "./proxy/wait-until-started.ts";
import { pullJobs } from "./pull/pull-jobs.ts";
import { createWorkerServer } from "./pull/worker-server.ts";
import { listen } from "./push/listen.ts";
import { type Serve, serveHandler } from "./push/serve-handler.ts";
import { choosePlace, type Listen, type Place } from "./settings.ts";
import { takenOver } from "./taken-over.ts";
import { slurmSecondsLeft } from "./time-left.ts";

export interface RunningWorker {
  /** Takes no more work, finishes what runs or gives it back, and ends. Resolves with `ended`. */
  stop(): Promise<void>;
  /** Resolves when the worker has ended; rejects when it could not begin. */
  readonly ended: Promise<void>;
  /** Where calls come in, once they can; `undefined` where jobs are taken. */
  readonly port: Promise<number | undefined>;
}

/** What a worker works with, however it was told. */
export interface Work extends WorkOptions, PlaceOptions {
  readonly handler: Handler<never>;
  /** It gets bodies as they came, whatever they are. */
  readonly takesBytes: boolean;
  /** How calls are answered, where they come in. */
  readonly serve: (isStarted: () => boolean) => Serve;
  /** Asked until it says true; no job is taken before. */
  readonly checkStart?: () => boolean | Promise<boolean>;
  /** What runs the handler: `node 24.1.0`. */
  readonly about: string;
}

const drainMs = 25_000;
const leastSecondsLeft = 30;

/**
 * Starts working: takes an endpoint's jobs, or listens for calls, as options and environment say. It ends after SIGTERM or
 * SIGINT; a second signal ends the process at once. Throws at once for options that cannot be.
 */
export function start<Input = unknown>(options: StartOptions<Input>): RunningWorker {
  requireWork(options);
  // whoever has imported this program serves it himself
  if (takenOver(options as StartOptions<never>))
    return { stop: () => Promise.resolve(), ended: Promise.resolve(), port: Promise.resolve(undefined) };
  return startHere(options as StartOptions<never>);
}

/** The same, in a program that is its own host. */
export function startHere(options: StartOptions<never>): RunningWorker {
  return startWork(workOf(options));
}

/** The same, of work that any program does. */
export function startWork(work: Work): RunningWorker {
  const place = choosePlace(work, process.env);
  const stop = new AbortController();
  const opened = Promise.withResolvers<number | undefined>();
  opened.promise.catch(() => undefined);
  const forget = onSignals(() => stop.abort());
  const ended = run(work, place, stop.signal, opened.resolve).finally(forget);
  ended.catch((error: unknown) => opened.reject(error));
  return {
    ended,
    port: opened.promise,
    stop: () => {
      stop.abort();
      return ended;
    },
  };
}

async function run(
  work: Work,
  place: Place,
  stop: AbortSignal,
  opened: (port: number | undefined) => void,
): Promise<void> {
  if (place.kind === "push") return runPushed(work, place.listen, stop, opened);
  opened(undefined);
  if (work.checkStart !== undefined && !(await waitUntilStarted(work.checkStart, workerClock, stop))) return;
  const workerId = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`.replaceAll(/[^\w.:@/-]/g, "-");
  logger.info(`takes jobs of ${place.endpoint} at ${place.url} as ${workerId}`);
  await pullJobs({
    ...work,
    server: createWorkerServer({ ...place, fetch }),
    workerId,
    about: `${work.about} on ${hostname()}`,
    clock: workerClock,
    logger,
    random: Math.random,
    drainMs: work.drainMs ?? drainMs,
    secondsLeft: work.secondsLeft ?? (() => slurmSecondsLeft(process.env, workerClock)),
    leastSecondsLeft: work.leastSecondsLeft ?? leastSecondsLeft,
    stop,
  });
}

async function runPushed(
  work: Work,
  at: Listen,
  stop: AbortSignal,
  opened: (port: number | undefined) => void,
): Promise<void> {
  let isStarted = false;
  const listening = await listen(
    work.serve(() => isStarted),
    at,
  );
  logger.info(`listens at ${"path" in at ? at.path : `http://${at.host}:${listening.port}`}`);
  opened(listening.port);
  if (work.checkStart !== undefined) isStarted = await waitUntilStarted(work.checkStart, workerClock, stop);
  if (!stop.aborted) await new Promise((resolve) => stop.addEventListener("abort", resolve, { once: true }));
  await listening.close(work.drainMs ?? drainMs);
}

/** What options want worked with. */
export function workOf(options: StartOptions<never>): Work {
  const about = `node ${process.versions.node}`;
  if (options.mode !== "proxy")
    return { ...options, takesBytes: false, serve: () => serveHandler({ ...options, logger }), about };
  return {
    ...options,
    handler: proxiedHandler(options) as Handler<never>,
    takesBytes: true,
    serve: (isStarted) => serveProxy(options, isStarted),
    about,
  };
}

function requireWork<Input>(options: StartOptions<Input>): void {
  if (options.mode === "proxy") {
    targetOf(options.baseUrl);
    if (typeof options.checkStart !== "function")
      throw new TypeError("checkStart: give a function that says whether the server has started");
    return;
  }
  if (typeof options.handler !== "function")
    throw new TypeError("handler: give a function; start({ handler: ({ input }) => ... })");
}

function onSignals(first: () => void): () => void {
  let isAsked = false;
  const heed = (): void => {
    if (isAsked) process.exit(1);
    isAsked = true;
    first();
  };
  process.on("SIGTERM", heed);
  process.on("SIGINT", heed);
  return () => {
    process.off("SIGTERM", heed);
    process.off("SIGINT", heed);
  };
}
