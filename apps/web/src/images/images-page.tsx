import type { ContainerImage, StaleListing } from "@berth/api";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useDeferredValue, useMemo, useState, type ReactNode } from "react";
import { imageListingQuery } from "../api/queries.ts";
import { StaleListings } from "../models/stale-listings.tsx";
import { Button } from "../parts/button.tsx";
import { Empty, Loading, Problem } from "../parts/notice.tsx";
import { Card, Page } from "../parts/page.tsx";
import { DataTable } from "../table/data-table.tsx";
import { FilterBar } from "../table/filter-bar.tsx";
import { matches } from "../table/filter.ts";
import { formatSort, parseSort } from "../table/sort.ts";
import { DeleteImageDialog } from "./delete-image-dialog.tsx";
import { imageColumns } from "./image-columns.tsx";
import { ImagePulls } from "./image-pulls.tsx";
import { PullDialog } from "./pull-dialog.tsx";

/** The container images that engines can run in, on every profile. */
export function ImagesPage(): ReactNode {
  const { data, error, refetch } = useQuery(imageListingQuery);
  const [pulling, setPulling] = useState(false);
  return (
    <Page title="Container images" actions={<Button onClick={() => setPulling(true)}>Pull an image</Button>}>
      <ImagePulls />
      <StaleListings listings={data?.stale ?? []} what="images" />
      {data === undefined ? (
        error === null ? (
          <Card>
            <Loading what="images" />
          </Card>
        ) : (
          <Problem error={error} retry={() => void refetch()} />
        )
      ) : data.data.length === 0 ? (
        <NoImages onPull={() => setPulling(true)} />
      ) : (
        <ImageList images={data.data} stale={data.stale ?? noListings} />
      )}
      <PullDialog open={pulling} onClose={() => setPulling(false)} />
    </Page>
  );
}

const noListings: readonly StaleListing[] = [];

function ImageList({
  images,
  stale,
}: {
  images: readonly ContainerImage[];
  stale: readonly StaleListing[];
}): ReactNode {
  const search = useSearch({ from: "/inside/models/images" });
  const navigate = useNavigate({ from: "/models/images" });
  const [doomed, setDoomed] = useState<ContainerImage>();
  const filter = useDeferredValue(search.q ?? "");
  const shown = useMemo(
    () => images.filter((one) => matches(filter, one.name, one.tag, one.profile, one.source, one.path)),
    [images, filter],
  );
  const change = useCallback(
    (part: { q?: string; sort?: string }) =>
      void navigate({
        search: (before) =>
          Object.fromEntries(Object.entries({ ...before, ...part }).filter(([, word]) => word)),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  const onFilter = useCallback((q: string) => change({ q }), [change]);
  const columns = useMemo(() => imageColumns(setDoomed, stale), [stale]);
  return (
    <Card>
      <FilterBar
        value={search.q ?? ""}
        onChange={onFilter}
        placeholder="Filter by name, tag, profile …"
        found={shown.length}
        total={images.length}
      />
      <DataTable
        label="Container images"
        rows={shown}
        columns={columns}
        rowKey={(one) => `${one.profile} ${one.id}`}
        sort={parseSort(search.sort ?? "name")}
        onSort={(sort) => change({ sort: formatSort(sort) })}
      />
      {shown.length === 0 && <Empty title="Nothing fits the filter">Take a word away.</Empty>}
      <DeleteImageDialog image={doomed} onClose={() => setDoomed(undefined)} />
    </Card>
  );
}

function NoImages({ onPull }: { onPull: () => void }): ReactNode {
  return (
    <Card>
      <Empty title="No container image yet">
        <p>
          Some engines, as vLLM, run in containers. Their images are pulled once to each profile that uses
          them: as a SIF file on a cluster, into Docker or Podman on this machine.
        </p>
        <p className="mt-4">
          <Button look="primary" onClick={onPull}>
            Pull an image
          </Button>
        </p>
      </Empty>
    </Card>
  );
}
