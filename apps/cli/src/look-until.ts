import { setTimeout as sleep } from "node:timers/promises";
import { isBerthApiError } from "@berth/client";
import { CliError } from "./exit.ts";

const pollMs = 250;
/** How long the server may be away (restarting, say) before waiting is given up. */
const patienceMs = 15_000;

const awayCodes: ReadonlySet<string> = new Set(["server_unreachable", "connection_lost", "shutting_down"]);

export interface LookOptions<T> {
  readonly look: (signal: AbortSignal) => Promise<T>;
  readonly reached: (seen: T) => boolean;
  readonly onLook: (seen: T) => void;
  readonly signal: AbortSignal;
  /** How it is told that it took too long: `pilot is still STARTING`. */
  readonly still: (seen: T | undefined) => string;
  readonly timeoutMs?: number | undefined;
}

/** Looks until it is as wished, and resolves with what was seen then. Throws `timedOut` with the last thing seen. */
export async function lookUntil<T>(options: LookOptions<T>): Promise<T> {
  const { signal, timeoutMs } = options;
  const startedMs = performance.now();
  let seen: T | undefined;
  let seenMs = startedMs;
  for (;;) {
    const found = await options.look(signal).catch((error: unknown) => {
      if (seen === undefined || !isAway(error) || performance.now() - seenMs > patienceMs) throw error;
      return undefined;
    });
    if (found !== undefined) {
      seen = found;
      seenMs = performance.now();
      options.onLook(found);
      if (options.reached(found)) return found;
    }
    if (timeoutMs !== undefined && performance.now() - startedMs >= timeoutMs)
      throw new CliError("timedOut", options.still(seen));
    await sleep(pollMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/** The server is not there at the moment: it may come back. */
export function isAway(error: unknown): boolean {
  return isBerthApiError(error) && awayCodes.has(error.code);
}
