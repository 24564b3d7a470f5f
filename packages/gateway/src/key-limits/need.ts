import type { Budget } from "@berth/api";

/** The most that a request can use; of GPU time, which only its end can tell, what it usually uses at the most. */
export interface Need {
  /** Input and output together. */
  readonly tokensAtMost: number;
  readonly costAtMostUsd: number;
  readonly gpuSecondsAtMost: number;
}

/** What a request has used. */
export interface Used {
  readonly tokens: number;
  readonly costUsd: number;
  readonly gpuSeconds: number;
}

/** A budget's kind, without its amount. */
export type BudgetKind = Pick<Budget, "period" | "unit">;

export const budgetUnits = ["usd", "tokens", "gpu-seconds"] as const satisfies readonly Budget["unit"][];
export const budgetKinds: readonly BudgetKind[] = (["day", "month"] as const).flatMap((period) =>
  budgetUnits.map((unit) => ({ period, unit })),
);

/** Parts of a unit that amounts are counted in: whole numbers add up exactly, in whatever order. */
const partsPerUnit: Readonly<Record<Budget["unit"], number>> = {
  usd: 1e9,
  tokens: 1,
  "gpu-seconds": 1000,
};

export function toParts(unit: Budget["unit"], amount: number): number {
  return Math.ceil(amount * partsPerUnit[unit]);
}

export function fromParts(unit: Budget["unit"], parts: number): number {
  return parts / partsPerUnit[unit];
}
