import type { Model, StaleListing } from "@berth/api";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useDeferredValue, useMemo, useState, type ReactNode } from "react";
import { modelListingQuery } from "../api/queries.ts";
import { Button, buttonClass } from "../parts/button.tsx";
import { Empty, Loading, Problem } from "../parts/notice.tsx";
import { Card, Page } from "../parts/page.tsx";
import { DataTable } from "../table/data-table.tsx";
import { FilterBar } from "../table/filter-bar.tsx";
import { matches } from "../table/filter.ts";
import { formatSort, parseSort } from "../table/sort.ts";
import { AddPathDialog } from "./add-path-dialog.tsx";
import { DeleteModelDialog } from "./delete-model-dialog.tsx";
import { Downloads } from "./downloads.tsx";
import { modelColumns } from "./model-columns.tsx";
import { StaleListings } from "./stale-listings.tsx";

export function ModelsPage(): ReactNode {
  const { data, error, refetch } = useQuery(modelListingQuery);
  const [adding, setAdding] = useState(false);
  return (
    <Page
      title="Models"
      actions={
        <>
          <Link to="/models/images" className={buttonClass()}>
            Container images
          </Link>
          <Button onClick={() => setAdding(true)}>Add a path</Button>
          <Link to="/models/hub" className={buttonClass("primary")}>
            Find on the hub
          </Link>
        </>
      }
    >
      <Downloads />
      <StaleListings listings={data?.stale ?? []} what="models" />
      {data === undefined ? (
        error === null ? (
          <Card>
            <Loading what="models" />
          </Card>
        ) : (
          <Problem error={error} retry={() => void refetch()} />
        )
      ) : data.data.length === 0 ? (
        <NoModels />
      ) : (
        <ModelList models={data.data} stale={data.stale ?? noListings} />
      )}
      <AddPathDialog open={adding} onClose={() => setAdding(false)} />
    </Page>
  );
}

const noListings: readonly StaleListing[] = [];

function ModelList({
  models,
  stale,
}: {
  models: readonly Model[];
  stale: readonly StaleListing[];
}): ReactNode {
  const search = useSearch({ from: "/inside/models" });
  const navigate = useNavigate({ from: "/models" });
  const [doomed, setDoomed] = useState<Model>();
  const filter = useDeferredValue(search.q ?? "");
  const shown = useMemo(
    () =>
      models.filter((one) =>
        matches(filter, one.repo, one.image, one.revision, one.profile, one.facts?.quantisation, one.status),
      ),
    [models, filter],
  );
  const change = useCallback(
    (part: { q?: string; sort?: string }) =>
      void navigate({
        search: ({ q, sort }) => {
          const next = { q, sort, ...part };
          return { ...(next.q ? { q: next.q } : {}), ...(next.sort ? { sort: next.sort } : {}) };
        },
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  const onFilter = useCallback((q: string) => change({ q }), [change]);
  const columns = useMemo(() => modelColumns(setDoomed, stale), [stale]);
  return (
    <Card>
      <FilterBar
        value={search.q ?? ""}
        onChange={onFilter}
        placeholder="Filter by name, task, quantisation …"
        found={shown.length}
        total={models.length}
      />
      <DataTable
        label="Installed models"
        rows={shown}
        columns={columns}
        rowKey={(one) => one.id}
        sort={parseSort(search.sort ?? "repo")}
        onSort={(sort) => change({ sort: formatSort(sort) })}
      />
      {shown.length === 0 && <Empty title="Nothing fits the filter">Take a word away.</Empty>}
      <DeleteModelDialog model={doomed} onClose={() => setDoomed(undefined)} />
    </Card>
  );
}

function NoModels(): ReactNode {
  return (
    <Card>
      <Empty title="No model is installed yet">
        <p>
          Models come from the Hugging Face hub, with their size and memory need shown before anything is
          downloaded, or from a directory or GGUF file that is already on this machine.
        </p>
        <p className="mt-4">
          <Link to="/models/hub" className={buttonClass("primary")}>
            Find on the hub
          </Link>
        </p>
      </Empty>
    </Card>
  );
}
