import type { Clock } from "@berth/std/clock";
import type { UsageStore } from "@berth/store";

export interface PurgeOptions {
  readonly usage: Pick<UsageStore, "purge">;
  readonly clock: Clock;
  readonly usageDays: number;
  readonly bodiesDays: number;
  readonly onError: (error: unknown) => void;
}

const dayMs = 86_400_000;
const firstMs = 5 * 60_000;
const everyMs = 60 * 60_000;
/** A budget of a month is made of sums, however early requests are forgotten. */
const totalsDays = 62;

/** Forgets what is old, once an hour, until the signal aborts. Failures go to `onError`, and it goes on. */
export async function keepPurging(options: PurgeOptions, signal: AbortSignal): Promise<void> {
  const { usage, clock, usageDays, bodiesDays, onError } = options;
  for (let waitMs = firstMs; !signal.aborted; waitMs = everyMs) {
    // an abort ends it
    const isTime = await clock.sleep(waitMs, signal).then(
      () => true,
      () => false,
    );
    if (!isTime) return;
    const before = (days: number): number => clock.now() - days * dayMs;
    await usage
      .purge({
        requestsMs: before(usageDays),
        bodiesMs: before(bodiesDays),
        totalsMs: before(Math.max(usageDays, totalsDays)),
      })
      .catch(onError);
  }
}
