import type { Clock } from "@berth/std/clock";
import type { JobStore, Swept } from "@berth/store";

export interface QueueUpkeepOptions {
  readonly store: JobStore;
  readonly clock: Clock;
  /** Results that are kept elsewhere and that nobody needs any more. */
  readonly forgetBlobs: (names: readonly string[]) => Promise<void>;
}

interface Moment {
  readonly now: number;
  readonly monotonic: number;
}

/** How often the queue is looked after. */
const sweepMs = 1_000;
/** Looked after so much later, or earlier, than that, it was away, or its clock was set: nobody could keep a lease. */
const lateMs = 2_000;

/** What nobody orders: leases and times that are over, delays that are, and what is to be forgotten. */
export class QueueUpkeep {
  readonly #options: QueueUpkeepOptions;
  readonly #closing: AbortSignal;
  readonly #closed: Promise<"closed">;
  /** When the queue was looked after last. */
  #seen: Moment | undefined;

  constructor(options: QueueUpkeepOptions, closing: AbortSignal) {
    this.#options = options;
    this.#closing = closing;
    this.#closed = new Promise((resolve) => {
      closing.addEventListener("abort", () => resolve("closed"));
    });
  }

  /** Before anything is taken: whoever works on a job goes on, but for that worker, which was of the process before this one. */
  async open(lostWorkerId: string): Promise<void> {
    await this.#resume(0, lostWorkerId);
  }

  /** Looks after the queue until it is closed. Rejects only when `report` throws. */
  async keep(report: (error: unknown) => void): Promise<void> {
    await Promise.all([
      this.#again(async () => {
        await this.#resumeIfAway();
        await this.sweep();
        this.#seen = this.#moment();
      }, report),
      // where they are may be out of reach: nothing else waits for that
      this.#again(() => this.#forgetBlobs(), report),
    ]);
  }

  async sweep(): Promise<void> {
    const { store, clock } = this.#options;
    let swept: Swept;
    do swept = await store.sweep(clock.now());
    while (swept.more && !this.#closing.aborted);
  }

  /** Does it now and then, until the queue is closed. */
  async #again(act: () => Promise<void>, report: (error: unknown) => void): Promise<void> {
    while (!this.#closing.aborted) {
      await act().catch(report);
      await this.#options.clock.sleep(sweepMs, this.#closing).catch(() => undefined);
    }
  }

  async #resumeIfAway(): Promise<void> {
    const { now, monotonic } = this.#moment();
    const passedMs = this.#seen === undefined ? 0 : now - this.#seen.now;
    if (this.#seen !== undefined && passedMs > -lateMs && passedMs < sweepMs + lateMs) return;
    await this.#resume(this.#seen === undefined ? 0 : passedMs - (monotonic - this.#seen.monotonic), null);
  }

  async #resume(leapMs: number, lostWorkerId: string | null): Promise<void> {
    const seen = this.#moment();
    await this.#options.store.resume({ leapMs: Math.round(leapMs), lostWorkerId }, seen.now);
    this.#seen = seen;
  }

  #moment(): Moment {
    const { clock } = this.#options;
    return { now: clock.now(), monotonic: clock.monotonic() };
  }

  async #forgetBlobs(): Promise<void> {
    const { store, forgetBlobs } = this.#options;
    for (;;) {
      const names = await store.unneededBlobs();
      if (names.length === 0) return;
      // those that it is not known of are told again after the next start
      if ((await Promise.race([forgetBlobs(names), this.#closed])) === "closed") return;
      await store.blobsForgotten(names);
    }
  }
}
