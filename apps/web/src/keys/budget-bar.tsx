import type { BudgetState } from "@berth/api";
import type { ReactNode } from "react";
import { formatExpected } from "../format/time.ts";
import { classNames } from "../parts/class-names.ts";
import { useNow } from "../state/now.ts";
import { amountWords, periodWords } from "./budget-words.ts";

/** How much of a budget is spent and reserved, and when it begins anew. */
export function BudgetBar({ budget }: { budget: BudgetState }): ReactNode {
  const { period, unit, amount, spent, reserved, resetsAt } = budget;
  const now = useNow();
  const part = (value: number): string => `${Math.min(100, (value / amount) * 100)}%`;
  const isSpent = spent + reserved >= amount;
  return (
    <div className="max-w-80 py-0.5">
      <span className="flex flex-wrap justify-between gap-x-3 text-sm">
        <span>
          {amountWords(spent, unit)} <span className="text-ink-3">of {amountWords(amount, unit)}</span>{" "}
          <span className="text-ink-3">{periodWords[period]}</span>
        </span>
        {isSpent && <span className="text-bad">✕ used up</span>}
      </span>
      <span
        aria-hidden
        className="mt-0.5 flex h-[5px] overflow-hidden rounded-full border border-line bg-sunk"
      >
        <span
          className={classNames("h-full", isSpent ? "bg-bad" : "bg-accent")}
          style={{ width: part(spent) }}
        />
        <span className="h-full bg-accent opacity-45" style={{ width: part(reserved) }} />
      </span>
      <span className="block text-xs text-ink-3">
        {reserved > 0 && `${amountWords(reserved, unit)} reserved · `}anew {formatExpected(resetsAt, now)}
      </span>
    </div>
  );
}
