import { bytesOf } from "./job-bytes.ts";
import type { JobCallOf, JobVerb } from "./job-messages.ts";

/** A commit of more would keep the first ones waiting. */
const commitCalls = 1_000;
const commitBytes = 16 * 1024 * 1024;

export interface WaitingCall {
  readonly id: number;
  readonly call: JobCallOf<JobVerb>;
}

/** What waits for the queue's thread. Pieces of bodies take it long: they come behind whatever else there is. */
export class JobLine {
  #calls: WaitingCall[] = [];
  #pieces: WaitingCall[] = [];
  #arePassedOver = false;

  get isEmpty(): boolean {
    return this.#calls.length + this.#pieces.length === 0;
  }

  add(asked: WaitingCall): void {
    (isPiece(asked) ? this.#pieces : this.#calls).push(asked);
  }

  /** What goes into the next commit at most, in that order; it waits until it is told to be done. */
  next(): readonly WaitingCall[] {
    const calls = this.#calls.slice(0, this.#countOfCommit());
    const pieces = this.#pieces.slice(0, commitCalls);
    // a commit that was full without them does not keep them away for ever
    return this.#arePassedOver
      ? [...pieces.slice(0, 1), ...calls, ...pieces.slice(1)]
      : [...calls, ...pieces];
  }

  /** Those have been answered. */
  done(answered: readonly WaitingCall[]): void {
    const gone = new Set(answered);
    const hadPieces = this.#pieces.length > 0;
    this.#calls = this.#calls.filter((asked) => !gone.has(asked));
    this.#pieces = this.#pieces.filter((asked) => !gone.has(asked));
    this.#arePassedOver = hadPieces && !answered.some(isPiece);
  }

  #countOfCommit(): number {
    let bytes = 0;
    for (const [index, { call }] of this.#calls.entries()) {
      bytes += bytesOf(call);
      if (index + 1 >= commitCalls || bytes >= commitBytes) return index + 1;
    }
    return this.#calls.length;
  }
}

function isPiece({ call }: WaitingCall): boolean {
  return call.verb === "readPiece";
}
