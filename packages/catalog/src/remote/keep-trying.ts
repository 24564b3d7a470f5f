import { type BerthError, isBerthError } from "@berth/api";
import { backoffMs } from "@berth/std/backoff";
import type { Clock } from "@berth/std/clock";

export interface Patience {
  readonly clock: Clock;
  readonly random: () => number;
  /** A place that stays out of reach for longer fails the work. One that waits for its user never does. */
  readonly maxAwayMs: number;
}

/** Where the work ends with the connection; the same order goes on with what has arrived. */
export const onLoginNodeMs = 15 * 60_000;
/** A Slurm job goes on without us, and whatever it comes to is found. */
export const inSlurmJobMs = Number.POSITIVE_INFINITY;

const backoff = { firstMs: 1_000, maxMs: 60_000, jitter: 0.3 };

export interface Tries<T> {
  /** Once; all of it goes on from what has arrived. `heard` is to be called whenever the place has told something. */
  readonly work: (heard: () => void) => Promise<T>;
  /** Hears what is waited for, once each time that the connection is lost. */
  readonly onWait: (error: BerthError) => void;
}

/** Does the work again after a connection was lost. Throws what the work throws when it is not that, and the signal's reason. */
export async function keepTrying<T>(
  { clock, random, maxAwayMs }: Patience,
  { work, onWait }: Tries<T>,
  signal: AbortSignal,
): Promise<T> {
  let heardAt = clock.monotonic();
  let failures = 0;
  let waitsFor: string | undefined;
  const heard = (): void => {
    heardAt = clock.monotonic();
    failures = 0;
    waitsFor = undefined;
  };
  for (;;) {
    try {
      return await work(heard);
    } catch (error) {
      signal.throwIfAborted();
      if (!isBerthError(error)) throw error;
      switch (awayOf(error)) {
        case undefined:
          throw error;
        case "unreachable":
          if (clock.monotonic() - heardAt > maxAwayMs) throw error;
          break;
        case "needs-user":
          // it is there, and says what it wants
          heardAt = clock.monotonic();
      }
      failures += 1;
      if (error.message !== waitsFor) onWait(error);
      waitsFor = error.message;
      await clock.sleep(backoffMs(failures, backoff, random), signal);
    }
  }
}

function awayOf({ code }: BerthError): "unreachable" | "needs-user" | undefined {
  if (code === "host_unreachable") return "unreachable";
  return code === "login_required" || code === "host_key_refused" ? "needs-user" : undefined;
}
