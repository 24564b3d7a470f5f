import type { ModelRoute } from "@berth/api";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Code, Pencil, Trash2 } from "lucide-react";
import { useCallback, useDeferredValue, useState, type ReactNode } from "react";
import { client } from "../api/client.ts";
import { queryKeys, routesQuery } from "../api/queries.ts";
import { Button } from "../parts/button.tsx";
import { Copyable } from "../parts/copy-button.tsx";
import { ConfirmDialog, Dialog } from "../parts/dialogs.tsx";
import type { MenuAction } from "../parts/menu.tsx";
import { Empty, Loading, Problem } from "../parts/notice.tsx";
import { Card, Page } from "../parts/page.tsx";
import { saveFile } from "../parts/save-file.ts";
import { toast } from "../parts/toasts.ts";
import { berthAddress, CallIt } from "../snippets/call-it.tsx";
import { exampleCall } from "../snippets/example-call.ts";
import { plainSearch } from "../state/search.ts";
import { FilterBar } from "../table/filter-bar.tsx";
import { matches } from "../table/filter.ts";
import { RouteRow } from "./route-row.tsx";
import { ImportRoutesDialog, RouteDialog } from "./route-dialogs.tsx";
import { matchWords, strategyWords } from "./target-state.tsx";

type Search = {
  readonly q?: string;
  /** The route that is edited. */
  readonly edit?: string;
  /** The route whose calls are shown. */
  readonly call?: string;
  readonly open?: string;
};

export function RoutesPage(): ReactNode {
  const { data, error, refetch } = useQuery(routesQuery);
  const search: Search = useSearch({ from: "/inside/routes" });
  const navigate = useNavigate({ from: "/routes" });
  const change = useCallback(
    (part: Search) =>
      void navigate({
        search: (before) => plainSearch({ ...before, ...part }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  const exporting = useMutation({
    mutationFn: () => client.exportModelRoutes(),
    onSuccess: (routes) =>
      saveFile("berth-routes.json", "application/json", `${JSON.stringify(routes, null, 2)}\n`),
  });
  const edited = data?.find(({ name }) => name === search.edit);
  const add = (): void => change({ open: "add" });
  const called = data?.find(({ name }) => name === search.call);
  const close = (): void => change({ edit: "", call: "", open: "" });
  return (
    <Page
      title="Routes"
      actions={
        <>
          <Button onClick={() => change({ open: "import" })}>Import …</Button>
          {data !== undefined && data.length > 0 && (
            <Button onClick={() => exporting.mutate()} disabled={exporting.isPending}>
              Export
            </Button>
          )}
          <Button look="primary" onClick={add}>
            Add a route
          </Button>
        </>
      }
    >
      {error !== null && data === undefined ? (
        <Problem error={error} retry={() => void refetch()} />
      ) : (
        <Card>
          {data === undefined && <Loading what="routes" />}
          {data?.length === 0 && <NoRoutes onAdd={add} />}
          {data !== undefined && data.length > 0 && (
            <RouteList routes={data} filter={search.q ?? ""} change={change} />
          )}
        </Card>
      )}
      <RouteDialog open={search.open === "add"} onClose={close} />
      <RouteDialog key={edited?.name} open={edited !== undefined} route={edited} onClose={close} />
      <Dialog open={called !== undefined} onClose={close} wide title={`Call ${called?.name ?? ""}`}>
        <div className="-m-4">
          <CallIt call={exampleCall(called?.name ?? "", "text-generation")} addresses={[berthAddress()]} />
        </div>
      </Dialog>
      <ImportRoutesDialog open={search.open === "import"} onClose={close} />
    </Page>
  );
}

function RouteList({
  routes,
  filter,
  change,
}: {
  routes: readonly ModelRoute[];
  filter: string;
  change: (part: Search) => void;
}): ReactNode {
  const [doomed, setDoomed] = useState<ModelRoute>();
  const words = useDeferredValue(filter);
  const shown = routes.filter(({ name, match, strategy, targets }) =>
    matches(
      words,
      name,
      matchWords[match].title,
      strategyWords[strategy].title,
      ...targets.map(({ model }) => model),
    ),
  );
  const onFilter = useCallback((q: string) => change({ q }), [change]);
  const menu = (route: ModelRoute): MenuAction[] => [
    // the other kinds have no name that callers could say
    ...(route.match === "exact"
      ? [{ title: "Call it …", Icon: Code, run: () => change({ call: route.name }) }]
      : []),
    { title: "Edit …", Icon: Pencil, run: () => change({ edit: route.name }) },
    { title: "Remove …", Icon: Trash2, run: () => setDoomed(route), danger: true },
  ];
  return (
    <>
      <FilterBar
        value={filter}
        onChange={onFilter}
        placeholder="Filter by name, strategy, target …"
        found={shown.length}
        total={routes.length}
      />
      <ul aria-label="Routes">
        {shown.map((route) => (
          <RouteRow key={route.name} route={route} menu={menu(route)} />
        ))}
      </ul>
      {shown.length === 0 && <Empty title="Nothing fits the filter">Take a word away.</Empty>}
      <RemoveDialog route={doomed} onClose={() => setDoomed(undefined)} />
    </>
  );
}

function RemoveDialog({ route, onClose }: { route: ModelRoute | undefined; onClose: () => void }): ReactNode {
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: ({ name }: ModelRoute) => client.deleteModelRoute({ params: { id: name } }),
    onSuccess: (_, { name }) => {
      void queries.invalidateQueries({ queryKey: queryKeys.routes });
      toast({ title: `${name} is removed.` });
    },
  });
  if (route === undefined) return null;
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`Remove ${route.name}?`}
      loss={
        <p>
          Requests for {route.match === "exact" ? route.name : "the names that it takes"} then go to services
          and models of that name, and are refused where there are none. Its targets stay. An export keeps a
          copy.
        </p>
      }
      action="Remove it"
      onConfirm={() => remove.mutate(route)}
    />
  );
}

function NoRoutes({ onAdd }: { onAdd: () => void }): ReactNode {
  return (
    <Empty title="No route yet">
      <p>
        Every service and model is called by its own name. A route gives a name of your own several targets:
        to share the load, to fall back on when one fails, or to keep a name while what is behind it changes.
      </p>
      <p className="mt-3">
        <Copyable text="berth route add chat --target pilot --fallback openai/gpt-4o" what="the command" />
      </p>
      <p className="mt-4">
        <Button look="primary" onClick={onAdd}>
          Add a route
        </Button>
      </p>
    </Empty>
  );
}
