import type { Budget } from "@berth/api";
import { budgetUnits } from "./need.ts";
import { dayAt, monthAt, spentAt } from "./slot-layout.ts";

const dayMs = 86_400_000;

/** Begins to count anew when a day or a month (UTC) has ended. A clock that steps back changes no amount. */
export function enterPeriod(slot: Float64Array, nowMs: number): void {
  const day = Math.floor(nowMs / dayMs);
  const lastDay = slot[dayAt] ?? 0;
  if (day === lastDay) return;
  const month = monthOf(nowMs);
  if (day > lastDay) slot.fill(0, spentAt, spentAt + budgetUnits.length);
  if (month > (slot[monthAt] ?? 0))
    slot.fill(0, spentAt + budgetUnits.length, spentAt + 2 * budgetUnits.length);
  slot[dayAt] = day;
  slot[monthAt] = month;
}

/** Months since the year 0. */
function monthOf(atMs: number): number {
  const date = new Date(atMs);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

/** When the day or month that `nowMs` lies in is over. */
export function periodEndMs(period: Budget["period"], nowMs: number): number {
  switch (period) {
    case "day":
      return (Math.floor(nowMs / dayMs) + 1) * dayMs;
    case "month": {
      const date = new Date(nowMs);
      return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
    }
  }
}
