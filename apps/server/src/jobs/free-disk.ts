import { BerthError } from "@berth/api";
import type { Clock } from "@berth/std/clock";

export interface DiskSpace {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

export interface FreeDiskOptions {
  /** Of the disk that the queue's file lies on. */
  readonly space: () => Promise<DiskSpace>;
  readonly clock: Pick<Clock, "sleep">;
  /** Told when nobody can say how much is left: what was seen last is believed then. */
  readonly report: (error: unknown) => void;
}

/** What has to be left, for what was accepted before to be worked on: results, and all else that lies there. */
const leastBytes = 512 * 1024 * 1024;
/** Of a small disk. */
const leastPart = 1 / 20;
const betweenMs = 5_000;

/** Whether the disk has room for more jobs: looked at now and then, not for each of them. */
export class FreeDisk {
  readonly #options: FreeDiskOptions;
  #isFull = false;

  constructor(options: FreeDiskOptions) {
    this.#options = options;
  }

  /** Throws `insufficient_disk` where what is left is for those that are there already. */
  require(): void {
    if (!this.#isFull) return;
    throw new BerthError(
      "insufficient_disk",
      "the disk of the queue is nearly full: nothing more is queued until there is room again",
    );
  }

  async look(): Promise<void> {
    try {
      const { freeBytes, totalBytes } = await this.#options.space();
      this.#isFull = freeBytes < Math.min(leastBytes, totalBytes * leastPart);
    } catch (error) {
      this.#options.report(error);
    }
  }

  /** Looks until the signal aborts. */
  async keep(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.look();
      await this.#options.clock.sleep(betweenMs, signal).catch(() => undefined);
    }
  }
}
