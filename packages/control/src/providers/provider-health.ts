import type { ProviderStatus } from "@berth/api";
import { backoffMs } from "@berth/std/backoff";
import type { ProviderLook } from "./provider-probe.ts";

/** How a provider was found, the last times it was looked at. */
export interface ProviderHealth {
  readonly status: Exclude<ProviderStatus, "off">;
  readonly reason: string | null;
  readonly checkedAt: number | null;
  /** Oldest first; `null` for a look that failed. */
  readonly latenciesMs: readonly (number | null)[];
  /** Looks in a row that failed. */
  readonly failures: number;
}

export const neverSeen: ProviderHealth = {
  status: "unknown",
  reason: null,
  checkedAt: null,
  latenciesMs: [],
  failures: 0,
};

const keptLooks = 60;
/** So many looks ago, a failure still counts against it. */
const recentLooks = 5;
const slowMs = 5_000;
const everyMs = 60_000;
const whileDown = { firstMs: 5_000, maxMs: everyMs, jitter: 0.2 };

export function healthAfter(before: ProviderHealth, look: ProviderLook, now: number): ProviderHealth {
  const took = look.kind === "answered" ? Math.round(look.ms) : null;
  const latenciesMs = [...before.latenciesMs, took].slice(-keptLooks);
  const seen = { checkedAt: now, latenciesMs };
  if (look.kind === "failed")
    return { ...seen, status: "down", reason: look.reason, failures: before.failures + 1 };
  const reason = complaint(look, latenciesMs);
  return { ...seen, status: reason === null ? "up" : "degraded", reason, failures: 0 };
}

/** When to look again. */
export function nextLookMs({ failures }: ProviderHealth, random: () => number): number {
  return failures === 0 ? everyMs : backoffMs(failures, whileDown, random);
}

function complaint(
  look: Extract<ProviderLook, { kind: "answered" }>,
  latenciesMs: readonly (number | null)[],
): string | null {
  if (look.complaint !== undefined) return look.complaint;
  if (look.ms >= slowMs) return `it took ${(look.ms / 1000).toFixed(1)} s to answer`;
  const recent = latenciesMs.slice(-recentLooks);
  const missed = recent.filter((ms) => ms === null).length;
  return missed === 0 ? null : `it did not answer ${missed} of the last ${recent.length} looks`;
}
