import { Worker } from "node:worker_threads";
import { BerthError } from "@berth/api";
import { toldAsError, type ToldError } from "./told-error.ts";

export interface ThreadOptions<From> {
  /** The thread's program, and the file it has open. */
  readonly program: URL;
  readonly path: string;
  /** For messages: `the ledger`. */
  readonly what: string;
  readonly onMessage: (message: From) => void;
  /** It ended by itself. The next message starts another. */
  readonly onEnd?: (reason: string) => void;
}

export type ThreadAnswer =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly error: ToldError };

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** A thread of our own and what it is asked for: each question is answered once, also when the thread dies. */
export class ThreadCalls<To, From> {
  readonly #options: ThreadOptions<From>;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #lastId = 0;
  #closed = false;

  constructor(options: ThreadOptions<From>) {
    this.#options = options;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** Posts a question, whose answer is handed to `settle`. */
  ask(question: (id: number) => To): Promise<unknown> {
    if (this.#closed)
      return Promise.reject(new BerthError("shutting_down", `${this.#options.what} is closed`));
    return this.#ask(question);
  }

  #ask(question: (id: number) => To): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const id = (this.#lastId += 1);
      this.#waiting.set(id, { resolve, reject });
      try {
        this.post(question(id));
      } catch (error) {
        this.#take(id);
        throw error;
      }
      this.#worker?.ref();
    });
  }

  post(message: To, given: readonly ArrayBuffer[] = []): void {
    this.#worker ??= this.#start();
    this.#worker.postMessage(message, given);
  }

  settle(answer: ThreadAnswer): void {
    const waiting = this.#take(answer.id);
    if (answer.ok) waiting?.resolve(answer.value);
    else waiting?.reject(toldAsError(answer.error));
  }

  /** Ends the thread when that question is answered; a thread that never was is not asked. */
  async close(question: (id: number) => To): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const worker = this.#worker;
    if (worker === undefined) return;
    await this.#ask(question);
    await worker.terminate();
  }

  #start(): Worker {
    const { program, path, onMessage } = this.#options;
    const worker = new Worker(program, { workerData: path });
    // it keeps a process alive only for who waits for an answer; a server that stops closes it
    worker.unref();
    worker.on("message", onMessage);
    let reason = "its thread ended";
    worker.on("error", (error) => (reason = error instanceof Error ? error.message : String(error)));
    worker.on("exit", () => this.#end(worker, reason));
    return worker;
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#worker?.unref();
    return waiting;
  }

  #end(worker: Worker, reason: string): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.#options.onEnd?.(reason);
    for (const id of this.#waiting.keys())
      this.#take(id)?.reject(new BerthError("internal", `${this.#options.what} cannot be read: ${reason}`));
  }
}
