import type { UsageRow } from "@berth/api";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { X } from "lucide-react";
import { useMemo, type ReactNode } from "react";
import { usageQuery } from "../api/queries.ts";
import { formatUsd } from "../format/money.ts";
import { formatCount, formatRough } from "../format/size.ts";
import { Button, buttonClass } from "../parts/button.tsx";
import { Copyable } from "../parts/copy-button.tsx";
import { Figures } from "../parts/figures.tsx";
import { Empty, Loading, Problem } from "../parts/notice.tsx";
import { Card, Page } from "../parts/page.tsx";
import { Select } from "../parts/select.tsx";
import { useHour } from "../state/now.ts";
import { plainSearch } from "../state/search.ts";
import { DataTable } from "../table/data-table.tsx";
import { formatSort, parseSort, type Sort } from "../table/sort.ts";
import { spending, usageColumns, usageGroups, usageSides, type UsageBy } from "./usage-columns.tsx";
import { UsagePlots } from "./usage-plots.tsx";
import { readRange, usageRanges, usageSpan } from "./usage-range.ts";
import { errorPercent, usageTotals } from "./usage-series.ts";

type Search = {
  readonly range?: string;
  readonly by?: string;
  readonly key?: string;
  readonly model?: string;
  readonly provider?: string;
  readonly route?: string;
  readonly sort?: string;
};

export function UsagePage(): ReactNode {
  const search: Search = useSearch({ from: "/inside/usage" });
  const navigate = useNavigate({ from: "/usage" });
  const change = (part: Search): void =>
    void navigate({
      search: (before) => plainSearch({ ...before, ...part }),
      replace: true,
      resetScroll: false,
    });
  const range = readRange(search.range);
  const { step } = usageRanges[range];
  const span = usageSpan(range, useHour());
  const { key, model, provider, route } = search;
  const of = { from: span.fromMs, key, model, provider, route };
  const by = readGroup(search.by);
  const course = useQuery(usageQuery({ ...of, by: step }));
  const spenders = useQuery(usageQuery({ ...of, by }));
  const error = course.error ?? spenders.error;
  return (
    <Page
      title="Usage"
      actions={
        <div className="w-36">
          <Select
            label="Time"
            value={range}
            onChange={(next) => change({ range: next === "24h" ? "" : next })}
            choices={Object.entries(usageRanges).map(([value, { title }]) => ({ value, label: title }))}
          />
        </div>
      }
    >
      {usageSides.map((by) => (
        <Only key={by} by={by} value={search[by]} onDrop={() => change({ [by]: "" })} />
      ))}
      {error !== null && (
        <Problem
          error={error}
          retry={() => {
            void course.refetch();
            void spenders.refetch();
          }}
        />
      )}
      {error === null && course.data === undefined && (
        <Card>
          <Loading what="usage" />
        </Card>
      )}
      {course.data?.length === 0 && <NothingUsed title={usageRanges[range].title} />}
      {course.data !== undefined && course.data.length > 0 && (
        <>
          <Totals rows={course.data} />
          <UsagePlots rows={course.data} span={span} step={step} />
          <Spenders
            rows={spenders.data}
            by={by}
            sort={parseSort(search.sort ?? "spending")}
            onSort={(sort) => change({ sort: formatSort(sort) })}
            onGroup={(next) => change({ by: next === "model" ? "" : next })}
          />
        </>
      )}
    </Page>
  );
}

function Totals({ rows }: { rows: readonly UsageRow[] }): ReactNode {
  const totals = usageTotals(rows);
  const percent = errorPercent(totals) ?? 0;
  return (
    <Figures
      figures={[
        { name: "Requests", value: formatCount(totals.requests) },
        {
          name: "Tokens in",
          value: formatRough(totals.inputTokens),
          note: totals.cachedTokens === 0 ? undefined : `${formatRough(totals.cachedTokens)} cached`,
        },
        { name: "Tokens out", value: formatRough(totals.outputTokens) },
        { name: "Cost", value: formatUsd(totals.costUsd) },
        { name: "GPU-seconds", value: formatCount(Math.round(totals.gpuSeconds)) },
        {
          name: "Failed",
          value: formatCount(totals.errors),
          note: totals.errors === 0 ? undefined : `${Math.round(percent * 10) / 10} %`,
        },
      ]}
    />
  );
}

function Spenders({
  rows,
  by,
  sort,
  onSort,
  onGroup,
}: {
  rows: readonly UsageRow[] | undefined;
  by: UsageBy;
  sort: Sort;
  onSort: (sort: Sort) => void;
  onGroup: (by: UsageBy) => void;
}): ReactNode {
  const sorted = useMemo(() => rows?.toSorted((a, b) => spending(b) - spending(a)) ?? [], [rows]);
  const most = sorted[0] === undefined ? 0 : spending(sorted[0]);
  const columns = useMemo(() => usageColumns(by, most), [by, most]);
  return (
    <Card
      title="Who used how much"
      aside={
        <div className="w-34 text-base text-ink">
          <Select
            label="Added up by"
            value={by}
            onChange={(next) => onGroup(readGroup(next))}
            choices={usageSides.map((value) => ({
              value,
              label: `By ${usageGroups[value].title.toLowerCase()}`,
            }))}
          />
        </div>
      }
    >
      {rows === undefined ? (
        <Loading what="usage" />
      ) : (
        <DataTable
          label={`Usage by ${by}`}
          rows={sorted}
          columns={columns}
          rowKey={({ group }) => String(group)}
          sort={sort}
          onSort={onSort}
        />
      )}
    </Card>
  );
}

/** The page is about one model, key, provider or route alone; says so, and lets it go. */
function Only({
  by,
  value,
  onDrop,
}: {
  by: UsageBy;
  value: string | undefined;
  onDrop: () => void;
}): ReactNode {
  if (value === undefined) return null;
  const { title } = usageGroups[by];
  return (
    <p className="mb-3 flex flex-wrap items-center gap-2">
      <span className="text-ink-2">
        {title} <NameLink by={by} name={value} /> alone
      </span>
      <Button onClick={onDrop}>
        <X size={14} aria-hidden />
        Any {title.toLowerCase()}
      </Button>
    </p>
  );
}

/** Providers and routes have pages of their own. */
function NameLink({ by, name }: { by: UsageBy; name: string }): ReactNode {
  const className = "font-mono text-sm text-ink";
  switch (by) {
    case "model":
    case "key":
      return <span className={className}>{name}</span>;
    case "provider":
      return (
        <Link to="/providers/$name" params={{ name }} className={`${className} hover:underline`}>
          {name}
        </Link>
      );
    case "route":
      return (
        <Link to="/routes" search={{ q: name }} className={`${className} hover:underline`}>
          {name}
        </Link>
      );
  }
}

function NothingUsed({ title }: { title: string }): ReactNode {
  return (
    <Card>
      <Empty title={`Nothing was asked in the last ${title}`}>
        <p>
          Every request leaves a line: who asked which model, how many tokens it read and wrote, what it cost
          and how long it took. Here they are added up.
        </p>
        <p className="mt-3">
          <Copyable text="berth usage --by key --since 30d" what="the command" />
        </p>
        <p className="mt-4">
          <Link to="/chat" className={buttonClass("primary")}>
            Ask something
          </Link>
        </p>
      </Empty>
    </Card>
  );
}

function readGroup(word: string | undefined): UsageBy {
  return usageSides.find((side) => side === word) ?? "model";
}
