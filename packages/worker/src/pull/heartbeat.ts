import type { JobProgress } from "@berth/api";
import type { WorkerClock } from "../clock.ts";
import type { Logger } from "../logger.ts";
import type { HeldLease, WorkerServer } from "./worker-server.ts";

interface LiveLease {
  readonly leaseMs: number;
  readonly over: () => void;
  progress: JobProgress | undefined;
  isTold: boolean;
}

/** New progress is told soon, but not each step of it. */
const leastGapMs = 1000;
const leasesAtOnce = 1000;

/** Renews all leases of a worker, a third of the shortest one's life apart, and sooner where there is progress to tell. */
export class Heartbeat {
  readonly #leases = new Map<string, LiveLease>();
  readonly #server: Pick<WorkerServer, "renew">;
  readonly #workerId: string;
  readonly #clock: WorkerClock;
  readonly #logger: Logger;
  #wake = new AbortController();
  #isBeating = false;

  constructor(parts: {
    readonly server: Pick<WorkerServer, "renew">;
    readonly workerId: string;
    readonly clock: WorkerClock;
    readonly logger: Logger;
  }) {
    this.#server = parts.server;
    this.#workerId = parts.workerId;
    this.#clock = parts.clock;
    this.#logger = parts.logger;
  }

  /** Renews the lease until `remove`; `over` hears that it is not held any more, once. */
  add(lease: string, leaseMs: number, over: () => void): void {
    this.#leases.set(lease, { leaseMs, over, progress: undefined, isTold: true });
    // its interval may be shorter than what is being waited for
    this.#wake.abort();
    if (!this.#isBeating) void this.#run();
  }

  remove(lease: string): void {
    this.#leases.delete(lease);
    if (this.#leases.size === 0) this.#wake.abort();
  }

  progress(lease: string, progress: JobProgress): void {
    const live = this.#leases.get(lease);
    if (live === undefined) return;
    live.progress = progress;
    live.isTold = false;
    this.#wake.abort();
  }

  async #run(): Promise<void> {
    this.#isBeating = true;
    let lastAt = this.#clock.now();
    while (this.#leases.size > 0) {
      this.#wake = new AbortController();
      const live = [...this.#leases.values()];
      const intervalMs = Math.min(...live.map(({ leaseMs }) => leaseMs)) / 3;
      const dueMs = live.some(({ isTold }) => !isTold) ? Math.min(leastGapMs, intervalMs) : intervalMs;
      const waitMs = lastAt + dueMs - this.#clock.now();
      if (waitMs > 0) {
        await this.#clock.pause(waitMs, this.#wake.signal);
        continue;
      }
      lastAt = this.#clock.now();
      await this.#beat(intervalMs);
    }
    this.#isBeating = false;
  }

  /** One that hangs is left when the next is due: there are two more before a lease is lost. */
  async #beat(withinMs: number): Promise<void> {
    const entries = [...this.#leases].slice(0, leasesAtOnce);
    const told = entries.map(([lease, live]): HeldLease => {
      live.isTold = true;
      return { lease, ...(live.progress === undefined ? {} : { progress: live.progress }) };
    });
    const answer = await this.#server.renew(this.#workerId, told, withinMs);
    if (answer.kind !== "done") {
      // the next beat tries again; a lease that is lost meanwhile is told then
      this.#logger.warn(
        `leases could not be renewed: ${answer.kind === "away" ? answer.reason : answer.message}`,
      );
      return;
    }
    for (const [index, [lease, live]] of entries.entries()) {
      if (answer.value[index] !== "over" || !this.#leases.has(lease)) continue;
      this.#leases.delete(lease);
      live.over();
    }
  }
}
