import type { Changes } from "@berth/control";
import type { Clock } from "@berth/std/clock";
import type { JobCounts, JobStore } from "@berth/store";

export interface JobNewsOptions {
  readonly store: Pick<JobStore, "counts" | "onChange">;
  readonly changes: Pick<Changes, "publish">;
  readonly clock: Pick<Clock, "sleep">;
  readonly report: (error: unknown) => void;
}

/** How many of an endpoint's jobs wait, how many of those for nothing but somebody, and how many run. */
export interface OpenJobs {
  readonly queued: number;
  readonly ready: number;
  readonly running: number;
}

const betweenMs = 1_000;

/** How many jobs there are, from memory, and that some have changed: told at once, and then at most once a second. */
export class JobNews {
  readonly #options: JobNewsOptions;
  readonly #closing = new AbortController();
  readonly #stopListening: () => void;
  #counts: ReadonlyMap<string, JobCounts> = new Map();
  #changed = new Set<string>();
  #telling: Promise<void> | undefined;

  private constructor(options: JobNewsOptions) {
    this.#options = options;
    this.#stopListening = options.store.onChange(({ endpointId }) => {
      this.#changed.add(endpointId);
      this.#telling ??= this.#tell().finally(() => (this.#telling = undefined));
    });
  }

  /** Resolves when it is known how many there are. */
  static async open(options: JobNewsOptions): Promise<JobNews> {
    const news = new JobNews(options);
    news.#counts = await options.store.counts();
    return news;
  }

  /** At most a second old. */
  of(endpointId: string): OpenJobs {
    const { QUEUED = 0, ready = 0, RUNNING = 0 } = this.#counts.get(endpointId) ?? {};
    return { queued: QUEUED, ready, running: RUNNING };
  }

  /** Nothing is told any more. */
  async close(): Promise<void> {
    this.#stopListening();
    this.#closing.abort();
    await this.#telling;
  }

  async #tell(): Promise<void> {
    const { store, changes, clock, report } = this.#options;
    const { signal } = this.#closing;
    while (this.#changed.size > 0 && !signal.aborted) {
      const changed = this.#changed;
      this.#changed = new Set();
      try {
        this.#counts = await store.counts();
        for (const endpointId of changed) changes.publish({ type: "jobs", endpointId });
      } catch (error) {
        report(error);
      }
      await clock.sleep(betweenMs, signal).catch(() => undefined);
    }
  }
}
