import type { Provider } from "@berth/api";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useDeferredValue, useMemo, type ReactNode } from "react";
import { providersQuery } from "../api/queries.ts";
import { Button } from "../parts/button.tsx";
import { Copyable } from "../parts/copy-button.tsx";
import { Empty, Loading, Problem } from "../parts/notice.tsx";
import { Card, Page } from "../parts/page.tsx";
import { plainSearch } from "../state/search.ts";
import { DataTable } from "../table/data-table.tsx";
import { FilterBar } from "../table/filter-bar.tsx";
import { matches } from "../table/filter.ts";
import { formatSort, parseSort } from "../table/sort.ts";
import { OwnServices } from "./own-services.tsx";
import { useProviderActions } from "./provider-actions.tsx";
import { providerColumns } from "./provider-columns.tsx";
import { ImportProvidersDialog, ProviderDialog } from "./provider-dialogs.tsx";
import { providerKinds } from "./provider-kinds.ts";
import { providerSigns } from "./provider-state.tsx";

type Search = {
  readonly q?: string;
  readonly sort?: string;
  /** Which dialog is open: `h2ogpt` imports, all else adds one. */
  readonly add?: string;
};

export function ProvidersPage(): ReactNode {
  const { data, error, refetch } = useQuery(providersQuery);
  const search: Search = useSearch({ from: "/inside/providers" });
  const navigate = useNavigate({ from: "/providers" });
  const actions = useProviderActions();
  const change = useCallback(
    (part: Search) =>
      void navigate({
        search: (before) => plainSearch({ ...before, ...part }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  const add = (): void => change({ add: "yes" });
  return (
    <Page
      title="Providers"
      actions={
        <>
          <Button onClick={() => change({ add: "h2ogpt" })}>Import …</Button>
          <Button look="primary" onClick={add}>
            Add a provider
          </Button>
        </>
      }
    >
      {error !== null && data === undefined ? (
        <Problem error={error} retry={() => void refetch()} />
      ) : (
        <Card>
          {data === undefined && <Loading what="providers" />}
          {data?.length === 0 && <NoProviders onAdd={add} />}
          {data !== undefined && data.length > 0 && (
            <ProviderList providers={data} search={search} change={change} menu={actions.menu} />
          )}
        </Card>
      )}
      <OwnServices />
      <ProviderDialog
        open={search.add !== undefined && search.add !== "h2ogpt"}
        onClose={() => change({ add: "" })}
        onDone={({ name }) => actions.test(name)}
      />
      <ImportProvidersDialog open={search.add === "h2ogpt"} onClose={() => change({ add: "" })} />
      {actions.dialog}
    </Page>
  );
}

function ProviderList({
  providers,
  search,
  change,
  menu,
}: {
  providers: readonly Provider[];
  search: Search;
  change: (part: Search) => void;
  menu: Parameters<typeof providerColumns>[0];
}): ReactNode {
  const filter = useDeferredValue(search.q ?? "");
  const shown = useMemo(
    () =>
      providers.filter(({ name, kind, url, status, models }) =>
        matches(
          filter,
          name,
          kind,
          providerKinds[kind].title,
          url,
          providerSigns[status].word,
          ...models.map((model) => model.name),
        ),
      ),
    [providers, filter],
  );
  const onFilter = useCallback((q: string) => change({ q }), [change]);
  return (
    <>
      <FilterBar
        value={search.q ?? ""}
        onChange={onFilter}
        placeholder="Filter by name, kind, address, model …"
        found={shown.length}
        total={providers.length}
      />
      <DataTable
        label="Providers"
        rows={shown}
        columns={providerColumns(menu)}
        rowKey={({ id }) => id}
        sort={parseSort(search.sort ?? "name")}
        onSort={(sort) => change({ sort: formatSort(sort) })}
      />
      {shown.length === 0 && <Empty title="Nothing fits the filter">Take a word away.</Empty>}
    </>
  );
}

function NoProviders({ onAdd }: { onAdd: () => void }): ReactNode {
  return (
    <Empty title="No provider yet">
      <p>
        A provider is an inference server that Berth did not launch: a vLLM elsewhere, an Ollama on a
        workstation, an account at OpenAI. Its models are then called here like our own, with the same keys,
        limits and log.
      </p>
      <p className="mt-3">
        <Copyable
          text="berth provider add lab --kind openai-compatible --url http://gpu1:8000/v1"
          what="the command"
        />
      </p>
      <p className="mt-4">
        <Button look="primary" onClick={onAdd}>
          Add a provider
        </Button>
      </p>
    </Empty>
  );
}
