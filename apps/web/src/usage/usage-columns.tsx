import type { UsageRow } from "@berth/api";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { formatUsd } from "../format/money.ts";
import { formatCount, formatRough } from "../format/size.ts";
import { formatSpan } from "../format/time.ts";
import { Sub, type Column } from "../table/data-table.tsx";
import { errorPercent } from "./usage-series.ts";

export const usageSides = ["model", "key", "provider", "route"] as const;
export type UsageBy = (typeof usageSides)[number];

export const usageGroups: Readonly<Record<UsageBy, { readonly title: string; readonly none: string }>> = {
  model: { title: "Model", none: "no model that is here" },
  key: { title: "Key", none: "no key" },
  provider: { title: "Provider", none: "own services" },
  route: { title: "Route", none: "by their own names" },
};

/** Who used how much; each leads to the same page with it alone. */
export function usageColumns(by: UsageBy, most: number): readonly Column<UsageRow>[] {
  return [
    {
      name: "group",
      title: usageGroups[by].title,
      cell: (row) => (
        <>
          <GroupLink by={by} name={String(row.group)} />
          <span aria-hidden className="mt-1 block h-[5px] max-w-60 overflow-hidden rounded-full bg-sunk">
            <span
              className="block h-full bg-accent"
              style={{ width: `${most === 0 ? 0 : (spending(row) / most) * 100}%` }}
            />
          </span>
          <div className="md:hidden">
            <Sub>
              {formatRough(row.inputTokens)} in, {formatRough(row.outputTokens)} out ·{" "}
              {formatUsd(row.costUsd)}
            </Sub>
          </div>
        </>
      ),
      sortBy: ({ group }) => String(group),
    },
    number("requests", "Requests", ({ requests }) => requests, formatCount, "w-[96px]"),
    {
      name: "errors",
      title: "Errors",
      width: "w-[84px]",
      align: "right",
      cell: (row) => {
        const percent = errorPercent(row) ?? 0;
        const text = `${Math.round(percent * 10) / 10} %`;
        return row.errors === 0 ? (
          <span className="text-ink-3">0</span>
        ) : (
          <span className="text-bad">{text}</span>
        );
      },
      sortBy: errorPercent,
    },
    { ...number("input", "Tokens in", (row) => row.inputTokens, formatCount, "w-[112px]"), from: "md" },
    { ...number("output", "Tokens out", (row) => row.outputTokens, formatCount, "w-[112px]"), from: "md" },
    { ...number("cost", "Cost", (row) => row.costUsd, formatUsd, "w-[96px]"), from: "md" },
    {
      ...number(
        "gpu",
        "GPU-seconds",
        (row) => row.gpuSeconds,
        (value) => formatCount(Math.round(value)),
        "w-[112px]",
      ),
      from: "lg",
    },
    { ...number("first", "First token", (row) => row.firstTokenP50Ms, formatSpan, "w-[104px]"), from: "lg" },
    { ...number("first99", "99 %", (row) => row.firstTokenP99Ms, formatSpan, "w-[84px]"), from: "xl" },
    { ...number("duration", "Duration", (row) => row.durationP50Ms, formatSpan, "w-[96px]"), from: "xl" },
    { ...number("duration99", "99 %", (row) => row.durationP99Ms, formatSpan, "w-[84px]"), from: "xl" },
  ];
}

/** Money; where nothing costs any, tokens; where nothing counts them, requests. */
export function spending({ costUsd, inputTokens, outputTokens, requests }: UsageRow): number {
  return costUsd * 1e9 + (inputTokens + outputTokens) + requests / 1000;
}

function number(
  name: string,
  title: string,
  value: (row: UsageRow) => number | null,
  format: (value: number) => string,
  width: string,
): Column<UsageRow> {
  return {
    name,
    title,
    width,
    align: "right",
    cell: (row) => {
      const known = value(row);
      return known === null ? "–" : format(known);
    },
    sortBy: value,
  };
}

function GroupLink({ by, name }: { by: UsageBy; name: string }): ReactNode {
  if (name === "") return <span className="text-ink-3">{usageGroups[by].none}</span>;
  return (
    <Link to="/usage" search={(before) => ({ ...before, [by]: name })} className="font-[550] hover:underline">
      {name}
    </Link>
  );
}
