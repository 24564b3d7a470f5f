import type { Clock } from "./clock.ts";

/** The time is over, and there is no answer. */
export class DeadlinePassed extends Error {}

/**
 * Runs `work` with a signal that aborts when `signal` does or after `ms`, and rejects then, whether `work` heeds the
 * signal or not.
 */
export async function withDeadline<T>(
  clock: Pick<Clock, "sleep">,
  ms: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const limit = new AbortController();
  const { promise: given, reject: giveUp } = Promise.withResolvers<never>();
  const abort = (reason: unknown): void => {
    giveUp(reason);
    limit.abort(reason);
  };
  const onAbort = (): void => abort(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  clock.sleep(ms, limit.signal).then(
    () => abort(new DeadlinePassed(`no answer within ${ms} ms`)),
    // the sleep was cut short: nobody waits for it any more
    () => undefined,
  );
  try {
    return await Promise.race([work(limit.signal), given]);
  } finally {
    signal.removeEventListener("abort", onAbort);
    limit.abort();
  }
}
