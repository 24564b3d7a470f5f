import type { Clock } from "@berth/std/clock";
import type { SchedulerMeter } from "../cluster/index.ts";
import { isQueueDue } from "./ask-schedule.ts";

/** What the launches would like to know. */
export interface SchedulerWishes {
  /** Something waits in the queue, or for the scheduler's word. */
  readonly queue: boolean;
  /** To explain an end. */
  readonly accounting: boolean;
  /** Jobs wait whose places in the queue can be told. */
  readonly places: boolean;
}

const placesEveryMs = 60_000;

/** Whose turn it is to be asked, within what the cluster's budget allows. What there is no room for has its turn later. */
export class SchedulerTurns {
  readonly #meter: SchedulerMeter;
  readonly #clock: Clock;
  #queueAt: number | undefined;
  #accountingAt = 0;
  #placesAt: number | undefined;
  #changeAt = 0;
  /** Times in a row that the scheduler did not answer. */
  #failures = 0;

  constructor(meter: SchedulerMeter, clock: Clock) {
    this.#meter = meter;
    this.#clock = clock;
  }

  /** The scheduler has news. */
  noteChange(): void {
    this.#changeAt = this.#clock.monotonic();
  }

  noteAnswer(isAnswered: boolean): void {
    this.#failures = isAnswered ? 0 : this.#failures + 1;
  }

  /** Of the wishes those that are asked now; they count as asked. */
  take(wishes: SchedulerWishes): SchedulerWishes {
    // whoever was asked longer ago: a small budget starves neither
    const isAccountingFirst = this.#accountingAt <= (this.#queueAt ?? 0);
    const first = isAccountingFirst && this.#takeAccounting(wishes);
    const queue = this.#takeQueue(wishes);
    const accounting = first || (!isAccountingFirst && this.#takeAccounting(wishes));
    return { queue, accounting, places: queue && this.#takePlaces(wishes) };
  }

  #takeQueue({ queue }: SchedulerWishes): boolean {
    const now = this.#clock.monotonic();
    const isDue = isQueueDue({
      now,
      lastAskedAt: this.#queueAt,
      lastChangeAt: this.#changeAt,
      isWanted: queue,
      failures: this.#failures,
      lastMinute: this.#meter.lastMinute,
    });
    if (!isDue || !this.#meter.take()) return false;
    this.#queueAt = now;
    return true;
  }

  #takeAccounting({ accounting }: SchedulerWishes): boolean {
    if (!accounting || !this.#meter.take()) return false;
    this.#accountingAt = this.#clock.monotonic();
    return true;
  }

  #takePlaces({ places }: SchedulerWishes): boolean {
    const now = this.#clock.monotonic();
    const isDue = this.#placesAt === undefined || now - this.#placesAt >= placesEveryMs;
    if (!places || !isDue || !this.#meter.take()) return false;
    this.#placesAt = now;
    return true;
  }
}
