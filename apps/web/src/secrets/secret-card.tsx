import type { Secret } from "@berth/api";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Ellipsis, RotateCw, Trash2 } from "lucide-react";
import { useCallback, useDeferredValue, useMemo, useState, type ReactNode } from "react";
import { client } from "../api/client.ts";
import { queryKeys } from "../api/queries.ts";
import { endpointsQuery } from "../endpoints/endpoint-queries.ts";
import { Button, IconButton } from "../parts/button.tsx";
import { Copyable } from "../parts/copy-button.tsx";
import { ConfirmDialog, Dialog } from "../parts/dialogs.tsx";
import { Menu, type MenuAction } from "../parts/menu.tsx";
import { Ago } from "../parts/moment.tsx";
import { Empty, Loading, Problem } from "../parts/notice.tsx";
import { Card } from "../parts/page.tsx";
import { toast } from "../parts/toasts.ts";
import { DataTable, Sub, type Column } from "../table/data-table.tsx";
import { FilterBar } from "../table/filter-bar.tsx";
import { matches } from "../table/filter.ts";
import { formatSort, parseSort } from "../table/sort.ts";
import { SecretDialog } from "./secret-dialogs.ts";
import { secretsQuery } from "./secret-queries.ts";

interface Search {
  readonly q?: string;
  readonly sort?: string;
}

/** The secrets by their names, never their values: whose they are, and who uses them. */
export function SecretCard({
  search,
  change,
  onAdd,
}: {
  search: Search;
  change: (part: Search) => void;
  onAdd: () => void;
}): ReactNode {
  const { data, error, refetch } = useQuery(secretsQuery);
  return (
    <Card title="Secrets" aside="values are never shown">
      {data === undefined && error === null && <Loading what="secrets" />}
      {data === undefined && error !== null && (
        <div className="p-3.5">
          <Problem error={error} retry={() => void refetch()} />
        </div>
      )}
      {data?.length === 0 && <NoSecrets onAdd={onAdd} />}
      {data !== undefined && data.length > 0 && <SecretList secrets={data} search={search} change={change} />}
    </Card>
  );
}

function SecretList({
  secrets,
  search,
  change,
}: {
  secrets: readonly Secret[];
  search: Search;
  change: (part: Search) => void;
}): ReactNode {
  const [replaced, setReplaced] = useState<Secret>();
  const [doomed, setDoomed] = useState<Secret>();
  const filter = useDeferredValue(search.q ?? "");
  const shown = useMemo(
    () => secrets.filter((one) => matches(filter, one.name, one.owner, one.provider, ...one.usedBy)),
    [secrets, filter],
  );
  const onFilter = useCallback((q: string) => change({ q }), [change]);
  const columns = useMemo(
    () =>
      secretColumns((secret) => [
        { title: "Replace …", Icon: RotateCw, run: () => setReplaced(secret) },
        { title: "Delete …", Icon: Trash2, run: () => setDoomed(secret), danger: true },
      ]),
    [],
  );
  return (
    <>
      <FilterBar
        value={search.q ?? ""}
        onChange={onFilter}
        placeholder="Filter by name, owner, endpoint …"
        found={shown.length}
        total={secrets.length}
      />
      <DataTable
        label="Secrets"
        rows={shown}
        columns={columns}
        rowKey={({ owner, name }) => `${owner}/${name}`}
        sort={parseSort(search.sort ?? "name")}
        onSort={(sort) => change({ sort: formatSort(sort) })}
      />
      {shown.length === 0 && <Empty title="Nothing fits the filter">Take a word away.</Empty>}
      {replaced !== undefined && (
        <SecretDialog open onClose={() => setReplaced(undefined)} secret={replaced} />
      )}
      {doomed !== undefined && <DeleteSecret secret={doomed} onClose={() => setDoomed(undefined)} />}
    </>
  );
}

function secretColumns(menu: (secret: Secret) => MenuAction[]): readonly Column<Secret>[] {
  return [
    {
      name: "name",
      title: "Name",
      cell: ({ name, provider, usedBy, updatedAt }) => (
        <>
          <span className="font-mono text-sm font-[550]">{name}</span>
          {provider !== null && <Sub>opens {provider}</Sub>}
          <div className="md:hidden">
            <Users usedBy={usedBy} />
            <Sub>
              set <Ago at={updatedAt} />
            </Sub>
          </div>
        </>
      ),
      sortBy: ({ name }) => name,
    },
    {
      name: "owner",
      title: "Owner",
      width: "w-[104px]",
      cell: ({ owner }) => owner,
      sortBy: ({ owner }) => owner,
    },
    {
      name: "used",
      title: "Used by",
      from: "md",
      cell: ({ usedBy }) => <Users usedBy={usedBy} />,
      sortBy: ({ usedBy }) => usedBy.length,
    },
    {
      name: "updated",
      title: "Set",
      from: "md",
      width: "w-[104px]",
      cell: ({ updatedAt }) => <Ago at={updatedAt} />,
      sortBy: ({ updatedAt }) => -updatedAt,
    },
    {
      name: "actions",
      title: "",
      width: "w-[52px]",
      cell: (secret) => (
        <Menu
          actions={menu(secret)}
          trigger={
            <IconButton label={`What to do with ${secret.name}`} className="-my-1.5 -ml-1">
              <Ellipsis size={16} aria-hidden />
            </IconButton>
          }
        />
      ),
    },
  ];
}

function Users({ usedBy }: { usedBy: readonly string[] }): ReactNode {
  const endpoints = useQuery(endpointsQuery).data;
  if (usedBy.length === 0) return <span className="text-ink-3">nobody</span>;
  return usedBy.map((fullName) => (
    <Link
      key={fullName}
      to="/endpoints/$id"
      params={{ id: endpoints?.find((one) => one.fullName === fullName)?.id ?? fullName }}
      className="block wrap-anywhere hover:underline"
    >
      {fullName}
    </Link>
  ));
}

/** A secret in use is not deleted: it says by whom. */
function DeleteSecret({ secret, onClose }: { secret: Secret; onClose: () => void }): ReactNode {
  const queries = useQueryClient();
  const { name, owner, usedBy } = secret;
  const remove = useMutation({
    mutationFn: () => client.deleteSecret({ params: { name }, query: { owner } }),
    onSuccess: () => toast({ title: `${name} is deleted.` }),
    // a refusal says that somebody has begun to use it: the list is older than that
    onSettled: () => queries.invalidateQueries({ queryKey: queryKeys.secrets }),
  });
  if (usedBy.length > 0)
    return (
      <Dialog open onClose={onClose} title={`${name} is in use`}>
        <p className="text-ink-2">It cannot be deleted while an endpoint refers to it:</p>
        <div className="my-2">
          <Users usedBy={usedBy} />
        </div>
        <p className="mb-3 text-ink-2">Take it out of their settings first.</p>
        <Button onClick={onClose}>Close</Button>
      </Dialog>
    );
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`Delete ${name}?`}
      loss={<p>Its value is forgotten and cannot be brought back. No endpoint uses it.</p>}
      action="Delete it"
      onConfirm={() => remove.mutate()}
    />
  );
}

function NoSecrets({ onAdd }: { onAdd: () => void }): ReactNode {
  return (
    <Empty title="No secret yet">
      <p>
        A secret is a value that replicas of an endpoint need and nobody is to read: a token for gated models,
        a password. It is given to them as an environment variable or a file.
      </p>
      <p className="mt-3">
        <Copyable text="berth secret set hub-token" what="the command" />
      </p>
      <p className="mt-4">
        <Button look="primary" onClick={onAdd}>
          Add a secret
        </Button>
      </p>
    </Empty>
  );
}
