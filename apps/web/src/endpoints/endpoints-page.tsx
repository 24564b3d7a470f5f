import type { Endpoint } from "@berth/api";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useDeferredValue, useMemo, type ReactNode } from "react";
import { buttonClass } from "../parts/button.tsx";
import { Copyable } from "../parts/copy-button.tsx";
import { Empty, Loading, Problem } from "../parts/notice.tsx";
import { Card, Page } from "../parts/page.tsx";
import { plainSearch } from "../state/search.ts";
import { DataTable } from "../table/data-table.tsx";
import { FilterBar } from "../table/filter-bar.tsx";
import { matches } from "../table/filter.ts";
import { Narrow } from "../table/narrow.tsx";
import { formatSort, parseSort } from "../table/sort.ts";
import { useEndpointActions } from "./endpoint-actions.tsx";
import { endpointColumns } from "./endpoint-columns.tsx";
import { endpointsQuery } from "./endpoint-queries.ts";
import { endpointSigns } from "./endpoint-state.tsx";
import { servesWords } from "./endpoint-words.ts";

export function EndpointsPage(): ReactNode {
  const { data, error, refetch } = useQuery(endpointsQuery);
  return (
    <Page
      title="Endpoints"
      actions={
        <Link to="/endpoints/new" className={buttonClass("primary")}>
          Create an endpoint
        </Link>
      }
    >
      {data === undefined && error !== null ? (
        <Problem error={error} retry={() => void refetch()} />
      ) : (
        <Card>
          {data === undefined && <Loading what="endpoints" />}
          {data?.length === 0 && <NoEndpoints />}
          {data !== undefined && data.length > 0 && <EndpointList endpoints={data} />}
        </Card>
      )}
    </Page>
  );
}

function EndpointList({ endpoints }: { endpoints: readonly Endpoint[] }): ReactNode {
  const search = useSearch({ from: "/inside/endpoints" });
  const navigate = useNavigate({ from: "/endpoints" });
  const actions = useEndpointActions();
  const change = useCallback(
    (part: Partial<typeof search>) =>
      void navigate({
        search: (before) => plainSearch({ ...before, ...part }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  const filter = useDeferredValue(search.q ?? "");
  const shown = useMemo(
    () =>
      endpoints.filter(
        (one) =>
          (search.status === undefined || one.status === search.status) &&
          matches(
            filter,
            one.fullName,
            one.id,
            one.description,
            servesWords(one.configuration),
            one.visibility,
            endpointSigns[one.status].word,
          ),
      ),
    [endpoints, filter, search.status],
  );
  const onFilter = useCallback((q: string) => change({ q }), [change]);
  return (
    <>
      <FilterBar
        value={search.q ?? ""}
        onChange={onFilter}
        placeholder="Filter by name, model, status …"
        found={shown.length}
        total={endpoints.length}
      >
        <Narrow
          label="Status"
          value={search.status}
          values={[...new Set(endpoints.map((one) => one.status))].toSorted(
            (a, b) => endpointSigns[a].rank - endpointSigns[b].rank,
          )}
          word={(status) => endpointSigns[status].word}
          onChange={(status) => change({ status: status ?? "" })}
        />
      </FilterBar>
      <DataTable
        label="Endpoints"
        rows={shown}
        columns={endpointColumns(actions.menu)}
        rowKey={({ id }) => id}
        sort={parseSort(search.sort ?? "status")}
        onSort={(sort) => change({ sort: formatSort(sort) })}
      />
      {shown.length === 0 && (
        <Empty title="Nothing fits the filter">Take a word away, or choose any status.</Empty>
      )}
      {actions.dialog}
    </>
  );
}

function NoEndpoints(): ReactNode {
  return (
    <Empty title="No endpoint yet">
      <p>
        An endpoint is a name that stays. Behind it are as many replicas of a model, or of a command of yours,
        as its calls need: none when nobody calls, several when many do. It has a queue for calls that may
        take their time.
      </p>
      <p className="mt-3">
        <Copyable
          text="berth endpoint create summaries --model berth/pilot --min 0 --max 3"
          what="the command"
        />
      </p>
      <p className="mt-4">
        <Link to="/endpoints/new" className={buttonClass("primary")}>
          Create an endpoint
        </Link>
      </p>
    </Empty>
  );
}
