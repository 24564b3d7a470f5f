import { FairLine } from "../../../serving/fair-line.ts";
import { bestSequence } from "./prefix.ts";

/** What the pool needs to know of a sequence. */
export interface PooledSequence {
  /** The tokens whose keys and values it holds. */
  readonly contextTokens: readonly number[];
}

interface Slot<Sequence> {
  readonly sequence: Sequence;
  promptTokens: number;
  lastUse: number;
}

interface Waiter<Sequence> {
  readonly prompt: readonly number[];
  readonly take: (slot: Slot<Sequence>) => void;
}

/** A sequence on loan. Give it back once, when nothing runs on it any more. */
export interface Lease<Sequence> {
  readonly sequence: Sequence;
  release(): void;
}

/** A fixed number of sequences, lent to one answer each; whoever finds none idle waits in a fair line. */
export class SequencePool<Sequence extends PooledSequence> {
  readonly #idle: Slot<Sequence>[];
  readonly #line = new FairLine<Waiter<Sequence>>();
  #uses = 0;

  constructor(sequences: readonly Sequence[]) {
    this.#idle = sequences.map((sequence) => ({ sequence, promptTokens: 0, lastUse: 0 }));
  }

  get waiting(): number {
    return this.#line.length;
  }

  get idle(): number {
    return this.#idle.length;
  }

  /**
   * Resolves with the idle sequence that suits the prompt best, as soon as it is the owner's turn. Rejects with the
   * signal's reason when it aborts first, and then no sequence is taken.
   */
  async lend(prompt: readonly number[], owner: object, signal: AbortSignal): Promise<Lease<Sequence>> {
    signal.throwIfAborted();
    const slot = this.#takeBest(prompt) ?? (await this.#wait(prompt, owner, signal));
    return { sequence: slot.sequence, release: () => this.#giveBack(slot) };
  }

  #takeBest(prompt: readonly number[]): Slot<Sequence> | undefined {
    const cached = this.#idle.map(({ sequence, promptTokens, lastUse }) => ({
      tokens: sequence.contextTokens,
      promptTokens,
      lastUse,
    }));
    const slot = this.#idle.splice(bestSequence(cached, prompt), this.#idle.length === 0 ? 0 : 1)[0];
    if (slot === undefined) return undefined;
    slot.promptTokens = prompt.length;
    slot.lastUse = ++this.#uses;
    return slot;
  }

  #wait(prompt: readonly number[], owner: object, signal: AbortSignal): Promise<Slot<Sequence>> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#line.remove(owner, waiter);
        reject(signal.reason as Error);
      };
      const waiter: Waiter<Sequence> = {
        prompt,
        take: (slot) => {
          signal.removeEventListener("abort", onAbort);
          resolve(slot);
        },
      };
      signal.addEventListener("abort", onAbort, { once: true });
      this.#line.push(owner, waiter);
    });
  }

  #giveBack(slot: Slot<Sequence>): void {
    this.#idle.push(slot);
    const next = this.#line.shift();
    if (next === undefined) return;
    const best = this.#takeBest(next.prompt);
    if (best !== undefined) next.take(best);
  }
}
