import type { Key } from "@berth/api";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Ellipsis, Pencil, Trash2 } from "lucide-react";
import { useCallback, useDeferredValue, useMemo, useState, type ReactNode } from "react";
import { client } from "../api/client.ts";
import { keysQuery, queryKeys } from "../api/queries.ts";
import { formatDay } from "../format/time.ts";
import { Badge } from "../parts/badge.tsx";
import { Button, IconButton } from "../parts/button.tsx";
import { Copyable } from "../parts/copy-button.tsx";
import { ConfirmDialog } from "../parts/dialogs.tsx";
import { Menu, type MenuAction } from "../parts/menu.tsx";
import { Ago } from "../parts/moment.tsx";
import { Empty, Loading, Problem } from "../parts/notice.tsx";
import { Card, Page } from "../parts/page.tsx";
import { State } from "../parts/state.tsx";
import { toast } from "../parts/toasts.ts";
import { plainSearch } from "../state/search.ts";
import { DataTable, Sub, type Column } from "../table/data-table.tsx";
import { FilterBar } from "../table/filter-bar.tsx";
import { matches } from "../table/filter.ts";
import { formatSort, parseSort } from "../table/sort.ts";
import { BudgetBar } from "./budget-bar.tsx";
import { KeyDialog } from "./key-dialogs.tsx";
import { limitWords } from "./limit-words.ts";

type Search = {
  readonly q?: string;
  readonly sort?: string;
  /** The id of the key that is edited. */
  readonly edit?: string;
  readonly create?: string;
};

export function KeysPage(): ReactNode {
  const { data, error, refetch } = useQuery(keysQuery);
  const search: Search = useSearch({ from: "/inside/keys" });
  const navigate = useNavigate({ from: "/keys" });
  const change = useCallback(
    (part: Search) =>
      void navigate({
        search: (before) => plainSearch({ ...before, ...part }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  const create = (): void => change({ create: "yes" });
  const edited = data?.find(({ id }) => id === search.edit);
  return (
    <Page
      title="Keys"
      actions={
        <Button look="primary" onClick={create}>
          Create a key
        </Button>
      }
    >
      <Card>
        {data === undefined && error === null && <Loading what="keys" />}
        {error !== null && data === undefined && <Problem error={error} retry={() => void refetch()} />}
        {data !== undefined && data.length > 0 && <KeyList keys={data} search={search} change={change} />}
        {data?.length === 0 && <NoKeys onCreate={create} />}
      </Card>
      <KeyDialog open={search.create !== undefined} onClose={() => change({ create: "" })} />
      <KeyDialog
        key={edited?.id}
        open={edited !== undefined}
        apiKey={edited}
        onClose={() => change({ edit: "" })}
      />
    </Page>
  );
}

function KeyList({
  keys,
  search,
  change,
}: {
  keys: readonly Key[];
  search: Search;
  change: (part: Search) => void;
}): ReactNode {
  const [doomed, setDoomed] = useState<Key>();
  const filter = useDeferredValue(search.q ?? "");
  const shown = useMemo(
    () =>
      keys.filter((key) =>
        matches(filter, key.name, key.owner, key.status, allows(key), ...key.tags, limitWords(key.limits)),
      ),
    [keys, filter],
  );
  const onFilter = useCallback((q: string) => change({ q }), [change]);
  const columns = useMemo(
    () =>
      keyColumns((key) => [
        { title: "Edit …", Icon: Pencil, run: () => change({ edit: key.id }) },
        { title: "Revoke …", Icon: Trash2, run: () => setDoomed(key), danger: true },
      ]),
    [change],
  );
  return (
    <>
      <FilterBar
        value={search.q ?? ""}
        onChange={onFilter}
        placeholder="Filter by name, owner, tag, model …"
        found={shown.length}
        total={keys.length}
      />
      <DataTable
        label="Keys"
        rows={shown}
        columns={columns}
        rowKey={({ id }) => id}
        sort={parseSort(search.sort ?? "name")}
        onSort={(sort) => change({ sort: formatSort(sort) })}
      />
      {shown.length === 0 && <Empty title="Nothing fits the filter">Take a word away.</Empty>}
      <RevokeDialog doomed={doomed} onClose={() => setDoomed(undefined)} />
    </>
  );
}

function NoKeys({ onCreate }: { onCreate: () => void }): ReactNode {
  return (
    <Empty title="No keys yet">
      <p>
        A key lets a program call the models here. It can be limited to some models, to a time, to so many
        requests and tokens a minute, and to a budget.
      </p>
      <p className="mt-3">
        <Copyable text="berth key create notebook" what="the command" />
      </p>
      <p className="mt-4">
        <Button look="primary" onClick={onCreate}>
          Create a key
        </Button>
      </p>
    </Empty>
  );
}

function keyColumns(menu: (key: Key) => MenuAction[]): readonly Column<Key>[] {
  return [
    {
      name: "name",
      title: "Name",
      cell: (key) => (
        <>
          <span className="font-[550]">{key.name}</span>
          <Sub mono>{key.prefix}…</Sub>
          {key.owner !== null && <Sub>of {key.owner}</Sub>}
          <Tags tags={key.tags} />
          <div className="md:hidden">
            <Sub>{allows(key)}</Sub>
          </div>
          <div className="lg:hidden">
            <Limits apiKey={key} />
          </div>
        </>
      ),
      sortBy: ({ name }) => name,
    },
    {
      name: "status",
      title: "Status",
      width: "w-[104px]",
      cell: ({ status }) =>
        status === "active" ? (
          <State tone="ok" shape="●" word="Active" />
        ) : (
          <State tone="off" shape="■" word="Expired" />
        ),
      sortBy: ({ status }) => status,
    },
    {
      name: "allows",
      title: "Allows",
      from: "md",
      cell: (key) => (
        <>
          {allows(key)}
          {key.logBodies && <Sub>its requests and answers are kept</Sub>}
        </>
      ),
      sortBy: allows,
    },
    {
      name: "limits",
      title: "Limits and budgets",
      from: "lg",
      cell: (key) => <Limits apiKey={key} />,
      sortBy: ({ budgets }) => Math.max(-1, ...budgets.map(({ spent, amount }) => spent / amount)),
    },
    {
      name: "used",
      title: "Last used",
      from: "md",
      width: "w-[120px]",
      cell: ({ lastUsedAt }) => (lastUsedAt === null ? "never" : <Ago at={lastUsedAt} />),
      sortBy: ({ lastUsedAt }) => lastUsedAt,
    },
    {
      name: "expires",
      title: "Expires",
      from: "lg",
      width: "w-[112px]",
      cell: ({ expiresAt }) => (expiresAt === null ? "never" : formatDay(expiresAt)),
      sortBy: ({ expiresAt }) => expiresAt,
    },
    {
      name: "actions",
      title: "",
      width: "w-[52px]",
      cell: (key) => (
        <Menu
          actions={menu(key)}
          trigger={
            <IconButton label={`What to do with ${key.name}`} className="-my-1.5 -ml-1">
              <Ellipsis size={16} aria-hidden />
            </IconButton>
          }
        />
      ),
    },
  ];
}

function Limits({ apiKey: { limits, budgets } }: { apiKey: Key }): ReactNode {
  const words = limitWords(limits);
  return (
    <>
      {words !== "" && <span className="block text-sm">{words}</span>}
      {budgets.map((budget) => (
        <BudgetBar key={`${budget.period} ${budget.unit}`} budget={budget} />
      ))}
    </>
  );
}

function Tags({ tags }: { tags: readonly string[] }): ReactNode {
  return (
    <span className="flex flex-wrap gap-1 pt-0.5 empty:hidden">
      {tags.map((tag) => (
        <Badge key={tag} title="Tag">
          {tag}
        </Badge>
      ))}
    </span>
  );
}

function allows({ scopes, models }: Key): string {
  if (scopes.includes("admin")) return "everything, management too";
  const calls = models === null ? "calls to any model" : `calls to ${models.join(", ")}`;
  return scopes.includes("worker") ? `work on jobs, ${calls}` : calls;
}

function RevokeDialog({ doomed, onClose }: { doomed: Key | undefined; onClose: () => void }): ReactNode {
  const queries = useQueryClient();
  const revoke = useMutation({
    mutationFn: ({ id }: Key) => client.deleteKey({ params: { id } }),
    onSuccess: (_, { name }) => {
      void queries.invalidateQueries({ queryKey: queryKeys.keys });
      toast({ title: `${name} is revoked.` });
    },
  });
  if (doomed === undefined) return null;
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`Revoke ${doomed.name}?`}
      loss={<p>Programs that use it are refused from now on. A revoked key cannot be brought back.</p>}
      action="Revoke it"
      onConfirm={() => revoke.mutate(doomed)}
    />
  );
}
