import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { Keys } from "@berth/control";
import {
  type LimitBook,
  type Observation,
  observationOf,
  type RouteSource,
  type Usage,
} from "@berth/gateway";
import { backoffMs } from "@berth/std/backoff";
import type { Clock } from "@berth/std/clock";
import type { ThreadLoads } from "../endpoints/gateway-loads.ts";
import type { MainSocket } from "./main-socket.ts";
import type { NewsBoard } from "./news-board.ts";
import {
  type Finished,
  type FromThread,
  inFlightAt,
  type ThreadData,
  type ThreadSettings,
  type ToThread,
  underWayAt,
} from "./thread-messages.ts";

export interface GatewayThreadsOptions {
  /** Beside the server's own. */
  readonly count: number;
  readonly settings: Omit<ThreadSettings, "mainSocket" | "book">;
  readonly book: LimitBook;
  /** The threads' program; the real one where it is left out. */
  readonly entry?: URL;
  readonly mainSocket: MainSocket;
  readonly news: NewsBoard;
  readonly routes: RouteSource;
  readonly keys: Pick<Keys, "judged" | "verify">;
  readonly wake: (serviceId: string) => void;
  readonly suspect: (providerId: string) => void;
  /** What a thread counts of endpoints; nothing once it is gone. */
  readonly loads: (thread: number, loads: ThreadLoads | undefined) => void;
  readonly observe: (observation: Observation) => void;
  readonly record: (usage: Usage) => void;
  /** Told of errors that nobody foresaw. */
  readonly report: (error: unknown, requestId: string | undefined) => void;
  /** Told of requests that are missing in what was observed and recorded. */
  readonly onLost: (requests: number) => void;
  readonly onEnd: (thread: number, error: unknown) => void;
  readonly clock: Clock;
}

interface Thread {
  readonly worker: Worker;
  readonly state: Int32Array;
  readonly listening: PromiseWithResolvers<void>;
  readonly drained: PromiseWithResolvers<void>;
  readonly gone: PromiseWithResolvers<void>;
  readonly startedMs: number;
}

const restarts = { firstMs: 250, maxMs: 30_000, jitter: 0 };
/** Who has lived so long has not died of its start. */
const steadyMs = 60_000;
const hearsWithinMs = 2_000;
/** As the server's own thread: three halves of 8 MiB, as V8 counts. */
const resourceLimits = { maxYoungGenerationSizeMb: 24 };

/** The threads that carry requests beside the server's own. One that dies is started anew. */
export class GatewayThreads {
  readonly #options: GatewayThreadsOptions;
  readonly #threads = new Map<number, Thread>();
  readonly #failures = new Map<number, number>();
  #stopping = false;

  readonly #entry: URL;

  constructor(options: GatewayThreadsOptions) {
    this.#options = options;
    // beside this file, in sources as in a bundle
    const file = `./gateway-thread${extname(import.meta.url)}`;
    this.#entry = options.entry ?? new URL(file, import.meta.url);
  }

  /** Resolves when all of them listen; rejects with the reason why one does not. */
  async start(): Promise<void> {
    const numbers = Array.from({ length: this.#options.count }, (_, index) => index + 1);
    await Promise.all(numbers.map((number) => this.#start(number).listening.promise));
  }

  /** Requests that they carry. */
  get inFlight(): number {
    let sum = 0;
    for (const { state } of this.#threads.values()) sum += Atomics.load(state, inFlightAt);
    return sum;
  }

  /** As `Gateway.drain`; accepts nobody any more. */
  async drain(withinMs: number): Promise<void> {
    this.#stopping = true;
    this.#tell({ kind: "drain", withinMs });
    await this.#wait(withinMs, ({ drained, gone }) => Promise.race([drained.promise, gone.promise]));
  }

  /** Resolves when they are gone; what they still answer is broken off after `withinMs`. */
  async close(withinMs: number): Promise<void> {
    this.#tell({ kind: "close", withinMs });
    await this.#wait(withinMs, ({ gone }) => gone.promise);
    await this.#options.mainSocket.close(withinMs);
  }

  /** Resolves when `until` has for all of them. A thread that hears nothing any more is ended. */
  async #wait(withinMs: number, until: (thread: Thread) => Promise<void>): Promise<void> {
    const waits = [...this.#threads.values()].map(async (thread) => {
      const limit = setTimeout(() => void thread.worker.terminate(), withinMs + hearsWithinMs);
      await until(thread);
      clearTimeout(limit);
    });
    await Promise.all(waits);
  }

  #tell(message: ToThread): void {
    for (const { worker } of this.#threads.values()) worker.postMessage(message);
  }

  #start(number: number): Thread {
    const { news, routes, keys, book, settings, mainSocket, clock } = this.#options;
    const state = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
    const port = news.open(routes.snapshot(), keys.judged());
    const data: ThreadData = {
      ...settings,
      mainSocket: mainSocket.path,
      book: book.memory,
      thread: number,
      state,
      news: port,
      revision: news.revision,
    };
    const worker = this.#open(data);
    const thread: Thread = {
      worker,
      state,
      listening: Promise.withResolvers(),
      drained: Promise.withResolvers(),
      gone: Promise.withResolvers(),
      startedMs: clock.monotonic(),
    };
    this.#threads.set(number, thread);
    // it may fail when nobody waits for it
    thread.listening.promise.catch(() => undefined);
    let reason: unknown = new Error("it ended by itself");
    worker.on("message", (message: FromThread) => this.#receive(number, thread, message));
    worker.on("error", (error) => (reason = error));
    worker.on("exit", () => this.#end(number, thread, reason));
    return thread;
  }

  #open(data: ThreadData): Worker {
    try {
      return new Worker(this.#entry, { workerData: data, transferList: [data.news], resourceLimits });
    } catch (error) {
      // nobody will ever read the news
      data.news.close();
      throw error;
    }
  }

  #receive(number: number, { state, listening, drained }: Thread, message: FromThread): void {
    const { wake, suspect, loads, report } = this.#options;
    switch (message.kind) {
      case "listening":
        return listening.resolve();
      case "finished":
        Atomics.sub(state, underWayAt, message.finished.length);
        return this.#finish(JSON.parse(message.finished) as Finished, message.lost);
      case "wake":
        return wake(message.serviceId);
      case "suspect":
        return suspect(message.providerId);
      case "loads":
        return loads(number, message.loads);
      case "report":
        return report(message.error, message.requestId);
      case "drained":
        return drained.resolve();
    }
  }

  #finish({ observations, usages, keys }: Finished, lost: number): void {
    const { observe, record, onLost } = this.#options;
    for (const observation of observations) observe(observation);
    for (const usage of usages) {
      observe(observationOf(usage));
      record(usage);
    }
    // it notes their use
    for (const hash of keys) this.#options.keys.verify(hash);
    if (lost > 0) onLost(lost);
  }

  #end(number: number, thread: Thread, reason: unknown): void {
    const { news, book, clock } = this.#options;
    this.#threads.delete(number);
    this.#options.loads(number, undefined);
    news.giveBack(number);
    book.giveBack(number);
    thread.listening.reject(reason);
    thread.gone.resolve();
    if (this.#stopping) return;
    if (clock.monotonic() - thread.startedMs >= steadyMs) this.#failures.delete(number);
    this.#startAgain(number, reason);
  }

  #startAgain(number: number, reason: unknown): void {
    this.#options.onEnd(number, reason);
    const failures = (this.#failures.get(number) ?? 0) + 1;
    this.#failures.set(number, failures);
    const start = (): void => {
      if (this.#stopping) return;
      try {
        this.#start(number);
      } catch (error) {
        // the machine has no thread to give: the others go on
        this.#startAgain(number, error);
      }
    };
    setTimeout(start, backoffMs(failures, restarts)).unref();
  }
}
