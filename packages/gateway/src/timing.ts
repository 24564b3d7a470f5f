import type { Exchange } from "./exchange.ts";

/**
 * Where a request's time went until its answer began, in whole microseconds: `queue` (pauses between tries), `cold` (a
 * service was starting), `upstream` (whoever answered, all tries together), `own` (what is left: ours).
 */
export function timingOf(exchange: Exchange): string {
  const { overheadMs: own } = exchange;
  return `queue=${microseconds(exchange.queuedMs)}, cold=${microseconds(exchange.heldMs)}, upstream=${microseconds(exchange.upstreamMs)}, own=${microseconds(own)}`;
}

/** From the end of the client's body to now, less all waiting for others. */
export function ownMs(exchange: Exchange, nowMs: number): number {
  const { askedMs, queuedMs, heldMs, upstreamMs } = exchange;
  if (askedMs === undefined) return 0;
  return Math.max(0, nowMs - askedMs - queuedMs - heldMs - upstreamMs);
}

function microseconds(ms: number): number {
  return Math.round(ms * 1000);
}
