import type { RequestRecord } from "@berth/api";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Pause, Play } from "lucide-react";
import { useMemo, type ReactNode } from "react";
import { callableQuery, keysQuery, providersQuery, routesQuery } from "../api/queries.ts";
import { formatCount } from "../format/size.ts";
import { Button, buttonClass } from "../parts/button.tsx";
import { Copyable } from "../parts/copy-button.tsx";
import { Empty, Loading, Problem } from "../parts/notice.tsx";
import { Card, Page } from "../parts/page.tsx";
import { useHour } from "../state/now.ts";
import { plainSearch } from "../state/search.ts";
import { DataTable } from "../table/data-table.tsx";
import { Narrow } from "../table/narrow.tsx";
import { requestColumns } from "./request-columns.tsx";
import { logRows, requestLogQuery, type RequestFilter } from "./request-log.ts";
import { outcomeWords } from "./request-state.tsx";

type Search = {
  readonly key?: string;
  readonly model?: string;
  readonly provider?: string;
  readonly route?: string;
  readonly outcome?: string;
  readonly follow?: string;
};

const outcomes = Object.keys(outcomeWords) as readonly RequestRecord["outcome"][];

export function RequestsPage(): ReactNode {
  const search: Search = useSearch({ from: "/inside/requests" });
  const navigate = useNavigate({ from: "/requests" });
  const change = (part: Search): void =>
    void navigate({
      search: (before) => plainSearch({ ...before, ...part }),
      replace: true,
      resetScroll: false,
    });
  const { key, model, provider, route } = search;
  const outcome = outcomes.find((one) => one === search.outcome);
  const follow = search.follow !== undefined;
  const filter: RequestFilter = { key, model, provider, route, outcome };
  const log = useInfiniteQuery(requestLogQuery(filter, follow));
  const rows = useMemo(() => (log.data === undefined ? undefined : logRows(log.data.pages)), [log.data]);
  const isNarrowed = Object.values(filter).some((value) => value !== undefined);
  return (
    <Page
      title="Requests"
      actions={
        <Button onClick={() => change({ follow: follow ? "" : "yes" })} aria-pressed={follow}>
          {follow ? <Pause size={14} aria-hidden /> : <Play size={14} aria-hidden />}
          {follow ? "Following" : "Follow"}
        </Button>
      }
    >
      {log.error !== null && rows === undefined ? (
        <Problem error={log.error} retry={() => void log.refetch()} />
      ) : (
        <Card>
          <Filters search={search} outcome={outcome} change={change} rows={rows ?? []}>
            {rows !== undefined && (
              <span role="status" className="ml-auto text-sm whitespace-nowrap text-ink-3">
                {formatCount(rows.length)}
                {log.hasNextPage && " and older ones"}
              </span>
            )}
          </Filters>
          {rows === undefined && <Loading what="requests" />}
          {rows !== undefined && rows.length > 0 && <Log rows={rows} />}
          {rows?.length === 0 &&
            (isNarrowed ? (
              <Empty title="Nothing fits">Choose any key, any model, any outcome.</Empty>
            ) : (
              <NoRequests />
            ))}
          {log.hasNextPage && (
            <div className="border-t border-line px-3 py-2.5">
              <Button onClick={() => void log.fetchNextPage()} disabled={log.isFetchingNextPage}>
                {log.isFetchingNextPage ? "Reading …" : "Older ones"}
              </Button>
            </div>
          )}
        </Card>
      )}
    </Page>
  );
}

function Log({ rows }: { rows: readonly RequestRecord[] }): ReactNode {
  const keys = useQuery(keysQuery).data;
  const hour = useHour();
  const columns = useMemo(
    () => requestColumns((id) => keys?.find((key) => key.id === id)?.name ?? id, hour),
    [keys, hour],
  );
  return (
    <DataTable
      label="Requests"
      rows={rows}
      columns={columns}
      rowKey={({ id }) => id}
      sort={lastFirst}
      onSort={() => undefined}
    />
  );
}

const lastFirst = { column: "when", descending: true };

function Filters({
  search,
  outcome,
  change,
  rows,
  children,
}: {
  search: Search;
  outcome: RequestRecord["outcome"] | undefined;
  change: (part: Search) => void;
  rows: readonly RequestRecord[];
  children: ReactNode;
}): ReactNode {
  const keys = useQuery(keysQuery).data ?? [];
  const callable = useQuery(callableQuery).data ?? [];
  const providers = useQuery(providersQuery).data ?? [];
  const routes = useQuery(routesQuery).data ?? [];
  const names = {
    key: keys.map(({ name }) => name),
    // who is asked for by a name that leads nowhere is in the log too
    model: [...new Set([...callable.map(({ id }) => id), ...rows.map(({ model }) => model)])].filter(Boolean),
    provider: providers.map(({ name }) => name),
    route: routes.map(({ name }) => name),
  };
  return (
    <div className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-1.5">
      {(["key", "model", "provider", "route"] as const).map((name) => (
        <Narrow
          key={name}
          label={`${name.charAt(0).toUpperCase()}${name.slice(1)}`}
          value={search[name]}
          values={withValue(names[name], search[name])}
          word={(value) => value}
          onChange={(value) => change({ [name]: value ?? "" })}
        />
      ))}
      <Narrow
        label="Outcome"
        value={outcome}
        values={outcomes}
        word={(value) => outcomeWords[value]}
        onChange={(value) => change({ outcome: value ?? "" })}
      />
      {children}
    </div>
  );
}

/** What is asked for may have been removed since, and is still in the log. */
function withValue(names: readonly string[], value: string | undefined): readonly string[] {
  return value === undefined || names.includes(value) ? names : [...names, value];
}

function NoRequests(): ReactNode {
  return (
    <Empty title="No request yet">
      <p>
        Every request to a model leaves a line when it ends: who asked what, how long it took, what it cost.
        What was said is kept only where its key or its route says so.
      </p>
      <p className="mt-3">
        <Copyable text="berth requests -f" what="the command" />
      </p>
      <p className="mt-4">
        <Link to="/chat" className={buttonClass("primary")}>
          Ask something
        </Link>
      </p>
    </Empty>
  );
}
