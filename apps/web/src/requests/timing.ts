import type { RequestRecord } from "@berth/api";

export interface Phase {
  readonly name: string;
  readonly ms: number;
  readonly tone: "wait" | "warn" | "accent" | "off";
}

/** What the time of a request went into, in its order: held, asked until the first token, written, our own. */
export function phases(record: RequestRecord): readonly Phase[] {
  const { heldMs, firstTokenMs, durationMs, overheadMs } = record;
  const first = firstTokenMs === null ? durationMs : Math.min(firstTokenMs, durationMs);
  return [
    { name: "held until somebody could answer", ms: heldMs, tone: "wait" as const },
    {
      name: firstTokenMs === null ? "answering" : "until the first token",
      ms: Math.max(0, first - heldMs - overheadMs),
      tone: "warn" as const,
    },
    {
      name: "writing the rest",
      ms: firstTokenMs === null ? 0 : durationMs - first,
      tone: "accent" as const,
    },
    { name: "Berth's own work", ms: overheadMs, tone: "off" as const },
  ].filter(({ ms }) => ms > 0);
}

/** Tokens a second after the first; nothing where there is no telling. */
export function tokensPerSecond(record: RequestRecord): number | undefined {
  const { outputTokens, firstTokenMs, durationMs } = record;
  if (outputTokens === null || firstTokenMs === null || outputTokens < 2) return undefined;
  const spanMs = durationMs - firstTokenMs;
  return spanMs <= 0 ? undefined : Math.round(((outputTokens - 1) / spanMs) * 10_000) / 10;
}
