import type { Logger } from "./logger.ts";

/** What a handler is called with. */
export interface HandlerRequest<Input = unknown> {
  /** The body of the call, parsed, where it is JSON; otherwise its bytes (`Uint8Array`). */
  readonly input: Input;
  readonly meta: {
    /** The job's id, or the `x-request-id` of a call (of a job's: its id, a dot, and the attempt); one is made up where there is none. */
    readonly requestId: string;
    /** 1 for the first time that the job is worked on. */
    readonly attempt: number;
    /** As it was called: `/predict`. */
    readonly path: string;
    /** What the body is said to be; `undefined`: nothing is said. */
    readonly contentType: string | undefined;
  };
}

export interface HandlerContext {
  /** Aborts when nobody waits for the result any more: cancelled, timed out, handed to another, the caller gone. */
  readonly signal: AbortSignal;
  /** Tells how far the work is. Returns at once; what is told in quick succession may be told as one. */
  readonly progress: (done: number, total?: number, message?: string) => void;
  /** Its lines bear the request's id. */
  readonly logger: Logger;
}

/**
 * The user's function. It returns (or resolves to) a JSON value, a `Uint8Array` or a `Response`; as a generator, it yields
 * JSON values: they stream, and whoever does not stream gets them as one array.
 */
export type Handler<Input = unknown> = (request: HandlerRequest<Input>, context: HandlerContext) => unknown;

/** How many requests are worked on at once, and how long. */
export interface WorkOptions {
  /** Requests at once; 1 when absent. */
  readonly concurrency?: number;
  /** Asked before each request is taken, with the number allowed before; answers the number allowed now. When it throws, that is 1. */
  readonly concurrencyModifier?: (current: number) => number | Promise<number>;
  /** How long one request may take; as long as its job may, or without end, when absent. */
  readonly executionTimeoutMs?: number;
}

/** Where jobs are taken from, or calls come in. What is absent is read from the environment. */
export interface PlaceOptions {
  /** The server's address: BERTH_URL. */
  readonly url?: string;
  /** A key with the scope `worker`: BERTH_API_KEY. */
  readonly key?: string;
  /** An endpoint's name or id: its jobs are taken. BERTH_ENDPOINT. */
  readonly endpoint?: string;
  /** Calls come in at this Unix socket: BERTH_SOCKET. */
  readonly socket?: string;
  /** Calls come in at this port of the loopback: BERTH_PORT. */
  readonly port?: number;
  /** How long running work may go on after SIGTERM (25 s); then jobs are given back. */
  readonly drainMs?: number;
  /** How long this process can still work; by default from SLURM_JOB_END_TIME. `undefined`: without end. */
  readonly secondsLeft?: () => number | undefined;
  /** With less time left than this (30 s), no job is taken any more and the worker ends. */
  readonly leastSecondsLeft?: number;
}

export interface HandlerOptions<Input = unknown> extends WorkOptions, PlaceOptions {
  readonly mode?: "handler";
  readonly handler: Handler<Input>;
}

/** A server that runs beside the worker: every path is passed on to it. */
export interface ProxyOptions extends WorkOptions, PlaceOptions {
  readonly mode: "proxy";
  readonly baseUrl: string;
  /** Asked every half second until it says true; nothing is passed on before. */
  readonly checkStart: () => boolean | Promise<boolean>;
  /** How long until the first byte of an answer; then 408. 3 minutes when absent. */
  readonly responseTimeoutMs?: number;
  /** How long an answer may take from its first byte to its last. 3 minutes when absent. */
  readonly transferTimeoutMs?: number;
}

export type StartOptions<Input = unknown> = HandlerOptions<Input> | ProxyOptions;
