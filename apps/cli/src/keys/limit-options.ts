import type { Budget, KeyLimits } from "@berth/api";
import { InvalidArgumentError, type Command } from "commander";
import { collect } from "../collect.ts";
import { wholeNumber } from "../read-number.ts";

const none = "none";

export interface LimitOptions {
  readonly rpm?: number | typeof none;
  readonly tpm?: number | typeof none;
  readonly parallel?: number | typeof none;
  readonly budget?: readonly (Budget | typeof none)[];
  readonly tag?: readonly string[];
  readonly owner?: string;
  readonly logBodies?: boolean;
}

/** What keys are made with and changed by alike. */
export function addLimitOptions(command: Command): Command {
  return command
    .option("--rpm <count>", "requests a minute, or none", countOrNone)
    .option("--tpm <count>", "tokens a minute, input and output together, or none", countOrNone)
    .option("--parallel <count>", "requests under way at once, or none", countOrNone)
    .option(
      "--budget <amount/period>",
      "a hard limit, as 10usd/day, 1000000tokens/month or 3600gpu-seconds/day; again for more; or none",
      collectBudget,
    )
    .option("--tag <tag>", "a word of yours to find it by; give it again for more", collect)
    .option("--owner <name>", "whose it is")
    .option("--log-bodies", "keep what is asked and answered with it")
    .option("--no-log-bodies", "keep only counts (the default)");
}

/** The limits after the options; what they do not name stays. A budget takes the place of one of its kind. */
export function changeLimits(before: KeyLimits, options: LimitOptions): KeyLimits {
  const { budgets: budgetsBefore = [], ...rest } = before;
  const counts: Omit<KeyLimits, "budgets"> = { ...rest };
  for (const [name, value] of [
    ["requestsPerMinute", options.rpm],
    ["tokensPerMinute", options.tpm],
    ["parallel", options.parallel],
  ] as const) {
    if (value === none) delete counts[name];
    else if (value !== undefined) counts[name] = value;
  }
  let budgets = budgetsBefore;
  for (const budget of options.budget ?? []) {
    if (budget === none) budgets = [];
    else budgets = [...budgets.filter((other) => !isSameKind(other, budget)), budget];
  }
  return budgets.length === 0 ? counts : { ...counts, budgets };
}

/** Whether any of the options says something of limits. */
export function namesLimits({ rpm, tpm, parallel, budget }: LimitOptions): boolean {
  return [rpm, tpm, parallel, budget].some((option) => option !== undefined);
}

export function budgetText({ amount, unit, period }: Budget): string {
  return `${amount}${unit}/${period}`;
}

const readCount = wholeNumber(1, Number.MAX_SAFE_INTEGER);

function countOrNone(text: string): number | typeof none {
  return text === none ? none : readCount(text);
}

function collectBudget(
  text: string,
  before: readonly (Budget | typeof none)[] | undefined,
): readonly (Budget | typeof none)[] {
  return [...(before ?? []), text === none ? none : readBudget(text)];
}

function readBudget(text: string): Budget {
  const [, amount, unit, period] =
    /^(\d+(?:\.\d+)?) ?(usd|tokens|gpu-seconds)\/(day|month)$/.exec(text) ?? [];
  if (Number(amount) > 0)
    return {
      amount: Number(amount),
      unit: unit as Budget["unit"],
      period: period as Budget["period"],
    };
  throw new InvalidArgumentError(
    "Give an amount of usd, tokens or gpu-seconds a day or month, as 10usd/day, or none.",
  );
}

function isSameKind(one: Budget, other: Budget): boolean {
  return one.period === other.period && one.unit === other.unit;
}
