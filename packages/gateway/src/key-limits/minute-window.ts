import { secondAt, windowSeconds } from "./slot-layout.ts";

/**
 * What was counted in the last minute, a number for each second and their sum. A count is forgotten 60 to 61 seconds
 * after it was made, so that no 60 seconds, wherever they begin, hold more than the limit.
 */

/** Forgets what is over. `windows` are where in `slot` the windows lie. Returns the present second. */
export function advance(slot: Float64Array, windows: readonly number[], nowMs: number): number {
  const now = Math.floor(nowMs / 1000);
  const last = slot[secondAt] ?? 0;
  // the clock may step back a little; by more than a minute, and the old counts say nothing
  if (now <= last && last - now < windowSeconds) return last;
  const passed = now < last ? windowSeconds : Math.min(now - last, windowSeconds);
  for (const at of windows) {
    for (let second = now - passed + 1; second <= now; second += 1) {
      const place = at + 1 + (second % windowSeconds);
      slot[at] = (slot[at] ?? 0) - (slot[place] ?? 0);
      slot[place] = 0;
    }
  }
  slot[secondAt] = now;
  return now;
}

/** Adds to what was counted in a second of the past; nothing when that is over. */
export function count(slot: Float64Array, at: number, second: number, amount: number): void {
  const last = slot[secondAt] ?? 0;
  if (second > last || last - second >= windowSeconds) return;
  const place = at + 1 + (second % windowSeconds);
  slot[place] = (slot[place] ?? 0) + amount;
  slot[at] = (slot[at] ?? 0) + amount;
}

/** When there will be room for `amount`, if nothing else comes; `undefined`: never. */
export function roomAtMs(slot: Float64Array, at: number, amount: number, limit: number): number | undefined {
  if (amount > limit) return undefined;
  const last = slot[secondAt] ?? 0;
  let sum = slot[at] ?? 0;
  for (let second = last - windowSeconds + 1; second <= last; second += 1) {
    sum -= slot[at + 1 + (second % windowSeconds)] ?? 0;
    if (sum + amount <= limit) return (second + windowSeconds) * 1000;
  }
  return undefined;
}
