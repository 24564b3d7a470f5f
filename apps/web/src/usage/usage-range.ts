const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

interface Range {
  readonly title: string;
  readonly spanMs: number;
  /** What one point of a plot adds up. */
  readonly step: "hour" | "day";
}

/** How far back the page looks, by the word in its address. */
export const usageRanges = {
  "24h": { title: "24 hours", spanMs: dayMs, step: "hour" },
  "7d": { title: "7 days", spanMs: 7 * dayMs, step: "hour" },
  "30d": { title: "30 days", spanMs: 30 * dayMs, step: "day" },
  "90d": { title: "90 days", spanMs: 90 * dayMs, step: "day" },
} as const satisfies Record<string, Range>;

export type UsageRangeName = keyof typeof usageRanges;

export function readRange(word: string | undefined): UsageRangeName {
  return word !== undefined && word in usageRanges ? (word as UsageRangeName) : "24h";
}

export interface UsageSpan {
  readonly fromMs: number;
  /** The start of the hour or day that is under way, as the last of the plots. */
  readonly lastMs: number;
  readonly stepMs: number;
}

/** Whole hours, or whole days of UTC, up to now: what the server adds up. */
export function usageSpan(name: UsageRangeName, nowMs: number): UsageSpan {
  const { spanMs, step } = usageRanges[name];
  const stepMs = step === "hour" ? hourMs : dayMs;
  const lastMs = Math.floor(nowMs / stepMs) * stepMs;
  return { fromMs: lastMs - spanMs + stepMs, lastMs, stepMs };
}
