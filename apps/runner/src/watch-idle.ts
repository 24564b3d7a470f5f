import type { Clock } from "@berth/std/clock";
import type { Traffic } from "./front/front.ts";

/** Aborts when no request has been under way for so long. Stops looking when `over` aborts. */
export function watchIdle(
  timeoutMs: number,
  given: { readonly traffic: () => Traffic; readonly clock: Clock; readonly over: AbortSignal },
): AbortSignal {
  const { traffic, clock, over } = given;
  const idle = new AbortController();
  const watch = async (): Promise<void> => {
    // a clock that jumps must end nothing: only time in which this process ran counts
    let quietMs = 0;
    let lastActivityAt = traffic().lastActivityAt;
    const stepMs = Math.max(10, Math.min(timeoutMs / 10, 5_000));
    while (quietMs < timeoutMs) {
      await clock.sleep(stepMs, over);
      const now = traffic();
      const isQuiet = now.inFlight === 0 && now.lastActivityAt === lastActivityAt;
      quietMs = isQuiet ? quietMs + stepMs : 0;
      lastActivityAt = now.lastActivityAt;
    }
    idle.abort(new Error("idle"));
  };
  watch().catch((error: unknown) => {
    if (!over.aborted) throw error;
  });
  return idle.signal;
}
