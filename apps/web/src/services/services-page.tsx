import type { Service } from "@berth/api";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useDeferredValue, useMemo, type ReactNode } from "react";
import { servicesQuery } from "../api/queries.ts";
import { buttonClass } from "../parts/button.tsx";
import { Empty, Loading, Problem } from "../parts/notice.tsx";
import { Card, Page } from "../parts/page.tsx";
import { plainSearch } from "../state/search.ts";
import { DataTable } from "../table/data-table.tsx";
import { FilterBar } from "../table/filter-bar.tsx";
import { matches } from "../table/filter.ts";
import { Narrow } from "../table/narrow.tsx";
import { formatSort, parseSort } from "../table/sort.ts";
import { useServiceActions, useServiceMenu } from "./service-actions.tsx";
import { serviceColumns } from "./service-columns.tsx";
import { serviceSigns } from "./service-state.tsx";
import { ServiceTotals } from "./service-totals.tsx";

export function ServicesPage(): ReactNode {
  const { data, error, refetch } = useQuery(servicesQuery);
  return (
    <Page
      title="Services"
      actions={
        <Link to="/services/new" className={buttonClass("primary")}>
          Start a service
        </Link>
      }
    >
      {data === undefined ? (
        error === null ? (
          <Card>
            <Loading what="services" />
          </Card>
        ) : (
          <Problem error={error} retry={() => void refetch()} />
        )
      ) : data.length === 0 ? (
        <NoServices />
      ) : (
        <>
          <ServiceTotals services={data} />
          <ServiceList services={data} />
        </>
      )}
    </Page>
  );
}

function ServiceList({ services }: { services: readonly Service[] }): ReactNode {
  const search = useSearch({ from: "/inside/services" });
  const navigate = useNavigate({ from: "/services" });
  const actions = useServiceActions();
  const menu = useServiceMenu(actions);
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
      services.filter(
        (one) =>
          (search.status === undefined || one.status === search.status) &&
          (search.profile === undefined || one.profile === search.profile) &&
          matches(
            filter,
            one.name,
            one.id,
            one.model,
            one.profile,
            one.engine,
            serviceSigns[one.status].word,
          ),
      ),
    [services, filter, search.status, search.profile],
  );
  const onFilter = useCallback((q: string) => change({ q }), [change]);
  const withTimeLeft = useMemo(() => services.some((one) => one.job?.endsAt != null), [services]);
  const columns = serviceColumns(menu, withTimeLeft);
  return (
    <Card>
      <FilterBar
        value={search.q ?? ""}
        onChange={onFilter}
        placeholder="Filter by name, model, status, profile …"
        found={shown.length}
        total={services.length}
      >
        <Narrow
          label="Status"
          value={search.status}
          values={[...new Set(services.map((one) => one.status))].toSorted(
            (a, b) => serviceSigns[a].rank - serviceSigns[b].rank,
          )}
          word={(status) => serviceSigns[status].word}
          onChange={(status) => change({ status: status ?? "" })}
        />
        <Narrow
          label="Profile"
          value={search.profile}
          values={[...new Set(services.map((one) => one.profile))].toSorted()}
          word={(profile) => profile}
          onChange={(profile) => change({ profile: profile ?? "" })}
        />
      </FilterBar>
      <DataTable
        label="Services"
        rows={shown}
        columns={columns}
        rowKey={(one) => one.id}
        sort={parseSort(search.sort ?? "status")}
        onSort={(sort) => change({ sort: formatSort(sort) })}
      />
      {shown.length === 0 && (
        <Empty title="Nothing fits the filter">Take a word away, or choose any status.</Empty>
      )}
      {actions.dialog}
    </Card>
  );
}

function NoServices(): ReactNode {
  return (
    <Card>
      <Empty title="No service runs yet">
        <p>
          A service is one running copy of a model. It gets a name that any OpenAI client can call, a port of
          its own, and goes on when the server restarts.
        </p>
        <p className="mt-4 flex flex-wrap justify-center gap-2">
          <Link to="/services/new" className={buttonClass("primary")}>
            Start a service
          </Link>
          <Link to="/models/hub" className={buttonClass()}>
            Find a model
          </Link>
        </p>
      </Empty>
    </Card>
  );
}
