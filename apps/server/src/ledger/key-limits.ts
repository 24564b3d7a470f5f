import type { KeyLimits } from "@berth/api";
import type { KeyLimitsPort } from "@berth/control";
import { type BudgetKind, budgetKinds, type LimitBook } from "@berth/gateway";
import type { Clock } from "@berth/std/clock";
import type { UsageStore } from "@berth/store";

type Spent = ReadonlyMap<string, readonly { readonly budget: BudgetKind; readonly amount: number }[]>;

/**
 * Keys' limits in the gateway's book. What a key used before it had limits is asked of the ledger. `tellSlot` hears
 * where the book has a key, and, before its place is given to another, that it has it no more.
 */
export function keyLimits(
  book: LimitBook,
  usage: Pick<UsageStore, "groupUsage">,
  clock: Pick<Clock, "now">,
  tellSlot: (keyId: string, slot: number | undefined) => void,
): KeyLimitsPort {
  const inBook = new Set<string>();
  return {
    setLimits: async (limits) => {
      const isNew = [...limits].some(([id, given]) => isLimited(given) && !inBook.has(id));
      const spent: Spent = isNew ? await readSpent(usage, clock.now()) : new Map();
      for (const [id, given] of limits) {
        if (!isLimited(given)) {
          if (!inBook.delete(id)) continue;
          tellSlot(id, undefined);
          book.remove(id);
          continue;
        }
        const slot = book.setLimits(id, given, clock.now());
        if (inBook.has(id)) continue;
        for (const { budget, amount } of spent.get(id) ?? []) book.setSpent(id, budget, amount);
        tellSlot(id, slot);
        inBook.add(id);
      }
    },
    budgets: (keyId) => book.budgets(keyId, clock.now()),
  };
}

function isLimited(limits: KeyLimits): boolean {
  return Object.values(limits).some((limit) => limit !== undefined);
}

/** By key, what was used in this day and this month (UTC). */
async function readSpent(usage: Pick<UsageStore, "groupUsage">, nowMs: number): Promise<Spent> {
  const date = new Date(nowMs);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  const starts = { day: Date.UTC(year, month, date.getUTCDate()), month: Date.UTC(year, month) };
  const spent = new Map<string, { budget: BudgetKind; amount: number }[]>();
  for (const period of ["day", "month"] as const) {
    const rows = await usage.groupUsage({ by: "key", fromMs: starts[period], toMs: nowMs + 1 });
    for (const row of rows) {
      const amounts = {
        usd: row.costUsd,
        tokens: row.inputTokens + row.outputTokens,
        "gpu-seconds": row.gpuSeconds,
      };
      const known = spent.get(String(row.group)) ?? [];
      spent.set(String(row.group), known);
      for (const budget of budgetKinds)
        if (budget.period === period) known.push({ budget, amount: amounts[budget.unit] });
    }
  }
  return spent;
}
