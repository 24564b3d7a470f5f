import type { Budget } from "@berth/api";
import { formatUsd } from "../format/money.ts";
import { formatCount } from "../format/size.ts";

/** An amount of what a budget counts: $2.50, 1,000,000 tokens, 3,600 GPU-seconds. */
export function amountWords(amount: number, unit: Budget["unit"]): string {
  switch (unit) {
    case "usd":
      return formatUsd(amount);
    case "tokens":
      return `${formatCount(Math.round(amount))} tokens`;
    case "gpu-seconds":
      return `${formatCount(Math.round(amount * 10) / 10)} GPU-seconds`;
  }
}

export const periodWords: Readonly<Record<Budget["period"], string>> = { day: "a day", month: "a month" };
