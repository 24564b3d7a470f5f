import type { BerthError } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import type { Exchange } from "./exchange.ts";

/** Resolves after so long; rejects with the exchange's reason when it is cancelled before. */
export async function pause(exchange: Exchange, ms: number, clock: Clock): Promise<void> {
  const aborter = new AbortController();
  let cancelled: BerthError | undefined;
  exchange.begin({
    tick: () => undefined,
    cancel: (reason) => {
      cancelled = reason;
      aborter.abort(reason);
    },
  });
  try {
    await clock.sleep(ms, aborter.signal);
  } finally {
    exchange.end();
  }
  if (cancelled !== undefined) throw cancelled;
}
