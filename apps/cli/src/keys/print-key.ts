import type { BudgetState, Key } from "@berth/api";
import type { Cli } from "../cli.ts";
import { bar } from "../terminal/bar.ts";
import { renderFacts } from "../terminal/facts.ts";
import { relativeTime } from "../terminal/relative-time.ts";
import type { Column } from "../terminal/table.ts";
import { budgetText } from "./limit-options.ts";

const barColumns = 20;

/** A key's facts, and below them how its budgets stand; with --json all of it. */
export function printKey(cli: Cli, key: Key): void {
  if (cli.options.json === true) return cli.printJson(key);
  for (const line of renderFacts(facts(key, cli.io.now()), cli.style.dim)) cli.print(line);
  if (key.budgets.length === 0) return;
  cli.print("");
  cli.table(budgetColumns(cli), key.budgets);
}

function facts(key: Key, nowMs: number): (readonly [string, string | null])[] {
  const time = (atMs: number | null): string =>
    atMs === null ? "never" : `${relativeTime(atMs, nowMs)} (${new Date(atMs).toISOString()})`;
  const count = (value: number | undefined): string | null => (value === undefined ? null : String(value));
  const { limits } = key;
  return [
    ["id", key.id],
    ["name", key.name],
    ["key", `${key.prefix}…`],
    ["status", key.status],
    ["scopes", key.scopes.join(", ")],
    ["models", key.models?.join(", ") ?? "any"],
    ["owner", key.owner],
    ["tags", key.tags.length === 0 ? null : key.tags.join(", ")],
    ["requests a minute", count(limits.requestsPerMinute)],
    ["tokens a minute", count(limits.tokensPerMinute)],
    ["at once", count(limits.parallel)],
    ["texts kept", key.logBodies ? "yes" : "no"],
    ["created", time(key.createdAt)],
    ["expires", time(key.expiresAt)],
    ["last used", time(key.lastUsedAt)],
  ];
}

function budgetColumns({ io, style }: Cli): readonly Column<BudgetState>[] {
  const amount = (value: number, unit: string): string => `${Number(value.toFixed(6))} ${unit}`;
  const used = ({ spent, reserved }: BudgetState): number => spent + reserved;
  return [
    { title: "BUDGET", cell: budgetText },
    { title: "SPENT", cell: ({ spent, unit }) => amount(spent, unit) },
    { title: "RESERVED", cell: ({ reserved, unit }) => amount(reserved, unit) },
    { title: "LEFT", cell: (budget) => amount(Math.max(0, budget.amount - used(budget)), budget.unit) },
    {
      title: "USED",
      cell: (budget) => bar(used(budget) / budget.amount, barColumns),
      paint: (budget) => (used(budget) >= budget.amount ? style.red : style.cyan),
      expendable: 1,
    },
    { title: "ANEW", cell: ({ resetsAt }) => relativeTime(resetsAt, io.now()) },
  ];
}
