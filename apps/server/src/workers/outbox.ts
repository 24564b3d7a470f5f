import type { Observation, Usage } from "@berth/gateway";
import { type Finished, type FromThread, underWayAt } from "./thread-messages.ts";

/** What has happened waits so long, or until it is so much, to be told together. */
const gatherMs = 100;
const mostTogether = 500;
/** Of what was said in requests and answers, where that is kept. */
const mostCharsTogether = 4 * 1024 * 1024;
/** Characters that may be on their way: more means that nobody takes them. */
const mostUnderWay = 64 * 1024 * 1024;

/** In a thread: gathers what the server's own thread is to count and to write down. What it cannot take is lost, counted, and told. */
export class Outbox {
  readonly #post: (message: FromThread) => void;
  readonly #state: Int32Array;
  #observations: Observation[] = [];
  #usages: Usage[] = [];
  readonly #keys = new Set<string>();
  #chars = 0;
  #lost = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(post: (message: FromThread) => void, state: Int32Array) {
    this.#post = post;
    this.#state = state;
  }

  observe(observation: Observation): void {
    // not behind it: what is to be written down of the same request comes then
    if (this.#observations.length + this.#usages.length >= mostTogether) this.flush();
    this.#observations.push(observation);
    this.#timer ??= setTimeout(() => this.flush(), gatherMs);
  }

  /** Called right behind the observation of the same request, which is made of it again: half of the bytes are saved. */
  record(usage: Usage): void {
    this.#observations.pop();
    this.#usages.push(usage);
    this.#chars += (usage.bodies?.request.length ?? 0) + (usage.bodies?.response.length ?? 0);
    if (this.#chars >= mostCharsTogether) this.flush();
  }

  /** Of a request that is observed when it ends. */
  used(keyHash: string): void {
    this.#keys.add(keyHash);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#observations.length === 0 && this.#usages.length === 0 && this.#lost === 0) return;
    const gathered: Finished = {
      observations: this.#observations,
      usages: this.#usages,
      keys: [...this.#keys],
    };
    this.#observations = [];
    this.#usages = [];
    this.#chars = 0;
    this.#keys.clear();
    const finished = JSON.stringify(gathered);
    if (Atomics.load(this.#state, underWayAt) + finished.length > mostUnderWay) {
      this.#lost += gathered.usages.length;
      return;
    }
    Atomics.add(this.#state, underWayAt, finished.length);
    this.#post({ kind: "finished", finished, lost: this.#lost });
    this.#lost = 0;
  }
}
