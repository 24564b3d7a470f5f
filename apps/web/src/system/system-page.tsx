import type { System } from "@berth/api";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useDeferredValue, type ReactNode } from "react";
import { checksQuery, settingsQuery, systemQuery } from "../api/queries.ts";
import { formatBytes, formatCount, formatMiB } from "../format/size.ts";
import { formatMoment } from "../format/time.ts";
import { Badge } from "../parts/badge.tsx";
import { Button } from "../parts/button.tsx";
import { Copyable } from "../parts/copy-button.tsx";
import { Facts, type Fact } from "../parts/facts.tsx";
import { Findings } from "../parts/findings.tsx";
import { Ago } from "../parts/moment.tsx";
import { Empty, Loading, Problem } from "../parts/notice.tsx";
import { Card, Page } from "../parts/page.tsx";
import { plainSearch } from "../state/search.ts";
import { FilterBar } from "../table/filter-bar.tsx";
import { matches } from "../table/filter.ts";

/** The server itself: what it is, what is wrong with it, and how it was set. */
export function SystemPage(): ReactNode {
  const { data, error, refetch } = useQuery(systemQuery);
  return (
    <Page title="System">
      {error !== null && data === undefined && <Problem error={error} retry={() => void refetch()} />}
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(300px,5fr)_minmax(0,7fr)]">
        <Card title="This server">
          {data === undefined ? <Loading what="the server" /> : <Facts facts={facts(data)} />}
        </Card>
        <div className="flex min-w-0 flex-col gap-4">
          <Checks />
          <Settings />
        </div>
      </div>
    </Page>
  );
}

function Checks(): ReactNode {
  const { data, error, isFetching, refetch, dataUpdatedAt } = useQuery(checksQuery);
  return (
    <Card
      title="Checks"
      aside={
        <span className="inline-flex items-center gap-3">
          {data !== undefined && <Ago at={dataUpdatedAt} />}
          <Button onClick={() => void refetch()} disabled={isFetching}>
            {isFetching ? "Looking …" : "Look again"}
          </Button>
        </span>
      }
    >
      {error !== null && data === undefined && <Problem error={error} retry={() => void refetch()} />}
      {error === null && data === undefined && <Loading what="checks" />}
      {data !== undefined && (
        <div className="px-3.5 py-3">
          <Findings label="What berth doctor finds" findings={data} />
        </div>
      )}
    </Card>
  );
}

function Settings(): ReactNode {
  const { data, error, refetch } = useQuery(settingsQuery);
  const { q = "" } = useSearch({ from: "/inside/system" });
  const navigate = useNavigate({ from: "/system" });
  const onFilter = useCallback(
    (next: string) => void navigate({ search: plainSearch({ q: next }), replace: true, resetScroll: false }),
    [navigate],
  );
  const filter = useDeferredValue(q);
  const shown = data?.filter(({ id, flag, value, description, origin }) =>
    matches(filter, id, flag, value, description, origin),
  );
  return (
    <Card title="Settings" aside="Set when it is started: berth start, or the environment">
      {error !== null && data === undefined && <Problem error={error} retry={() => void refetch()} />}
      {error === null && data === undefined && <Loading what="settings" />}
      {data !== undefined && shown !== undefined && (
        <>
          <FilterBar
            value={q}
            onChange={onFilter}
            placeholder="Filter by name, value, where it is from …"
            found={shown.length}
            total={data.length}
          />
          <ul aria-label="Settings">
            {shown.map(({ id, flag, value, unit, origin, description }) => (
              <li
                key={id}
                className="grid grid-cols-1 gap-x-4 border-t border-line px-3.5 py-2 sm:grid-cols-[minmax(0,5fr)_minmax(0,6fr)]"
              >
                <div className="min-w-0">
                  <span className="font-mono text-sm wrap-anywhere">{id}</span>
                  {flag !== null && (
                    <span className="block font-mono text-xs wrap-anywhere text-ink-3">{flag}</span>
                  )}
                </div>
                <div className="min-w-0">
                  <span className="flex flex-wrap items-baseline gap-x-2">
                    <span className="font-mono text-sm wrap-anywhere">
                      {value ?? <span className="text-ink-3">not set</span>}
                      {value !== null && unit !== null && ` ${unit}`}
                    </span>
                    {origin !== "default" && <Badge title="Where the value is from">{origin}</Badge>}
                  </span>
                  <span className="block text-sm text-ink-3">{description}</span>
                </div>
              </li>
            ))}
          </ul>
          {shown.length === 0 && <Empty title="Nothing fits the filter">Take a word away.</Empty>}
        </>
      )}
    </Card>
  );
}

function facts(system: System): readonly Fact[] {
  const { memory, disk, gpus, hub } = system;
  const base = system.urls[0] ?? location.origin;
  return [
    ["Version", system.version],
    ["Host", `${system.host}, process ${system.pid}`],
    ["Started", formatMoment(system.startedAt)],
    ["Home", <Copyable key="home" text={system.homeDir} what="the path" />],
    [
      "State",
      system.stateDir === system.homeDir ? null : (
        <Copyable key="state" text={system.stateDir} what="the path" />
      ),
    ],
    ["Addresses", system.urls.map((url) => <Copyable key={url} text={url} what="the address" />)],
    ["Log-in", system.authentication ? "keys and sessions" : "none: whoever reaches it may do everything"],
    ["Cores", formatCount(system.cpuCores)],
    ["Memory", `${formatMiB(memory.freeMiB)} free of ${formatMiB(memory.totalMiB)}`],
    ["Disk", `${formatBytes(disk.freeBytes)} free of ${formatBytes(disk.totalBytes)}`],
    [
      "GPUs",
      gpus.length === 0
        ? "none"
        : gpus
            .map(({ name, memoryMiB }) => (memoryMiB === null ? name : `${name}, ${formatMiB(memoryMiB)}`))
            .join("; "),
    ],
    [
      "Hub",
      `${hub.endpoint}${hub.offline ? ", not reached: HF_HUB_OFFLINE is set" : ""}${hub.hasToken ? ", with a token" : ""}`,
    ],
    [
      "Metrics",
      <span key="metrics">
        <Copyable text={`curl -H "Authorization: Bearer $BERTH_KEY" ${base}/metrics`} what="the command" />
        <span className="block text-sm text-ink-3">For Prometheus, with an admin key.</span>
      </span>,
    ],
    ["API", <Copyable key="api" text={`${base}/v1`} what="the address" />],
  ];
}
