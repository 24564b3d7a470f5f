/**
 * What a command on a host is: `short` ones end soon; `launch` waits for a scheduler, `stop` for an end, `upload` for a
 * slow line, `follow` for as long as a person looks; `relay` is the one process that carries connections.
 */
export type Lane = "short" | "launch" | "stop" | "upload" | "follow" | "relay";

/** sshd takes ten sessions of one connection (MaxSessions). */
const sessionCount = 10;

/** Of the sessions, how many a lane has for itself alone, and how many it may take while others are free. */
const shares: Readonly<Record<Lane, { readonly kept: number; readonly most: number }>> = {
  short: { kept: 2, most: 3 },
  launch: { kept: 1, most: 3 },
  stop: { kept: 1, most: 4 },
  upload: { kept: 1, most: 2 },
  follow: { kept: 1, most: 4 },
  relay: { kept: 1, most: 1 },
};

/** Pure. What the others keep for themselves is never taken, so that no kind of work waits for another. */
export function mayEnter(used: Readonly<Record<Lane, number>>, lane: Lane): boolean {
  if (used[lane] >= shares[lane].most) return false;
  const taken = Object.entries(shares).reduce(
    (sum, [name, { kept }]) => sum + Math.max(kept, used[name as Lane] + (name === lane ? 1 : 0)),
    0,
  );
  return taken <= sessionCount;
}

interface Waiting {
  readonly lane: Lane;
  readonly enter: () => void;
}

/** Shares a connection's sessions out among commands; those of a lane enter in turn. */
export class Lanes {
  readonly #used: Record<Lane, number> = { short: 0, launch: 0, stop: 0, upload: 0, follow: 0, relay: 0 };
  readonly #waiting: Waiting[] = [];

  /** Resolves with what gives the session back (once; later calls do nothing). Rejects when the signal aborts first. */
  async acquire(lane: Lane, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    const isNext = this.#waiting.every((waiting) => waiting.lane !== lane);
    if (isNext && mayEnter(this.#used, lane)) this.#used[lane] += 1;
    else await this.#turn(lane, signal);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#used[lane] -= 1;
      this.#letIn();
    };
  }

  #turn(lane: Lane, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting = {
        lane,
        enter: (): void => {
          signal.removeEventListener("abort", leave);
          resolve();
        },
      };
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(signal.reason as Error);
      };
      this.#waiting.push(waiting);
      signal.addEventListener("abort", leave, { once: true });
    });
  }

  #letIn(): void {
    for (const waiting of this.#waiting.slice()) {
      if (!mayEnter(this.#used, waiting.lane)) continue;
      this.#used[waiting.lane] += 1;
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      waiting.enter();
    }
  }
}
