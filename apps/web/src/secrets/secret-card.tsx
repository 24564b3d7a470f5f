import type { Secret } from "@berth/api";
import { useQuery } from "@tanstack/react-query";
import { RotateCw, Trash2 } from "lucide-react";
import { useCallback, useDeferredValue, useMemo, useState, type ReactNode } from "react";
import { Button } from "../parts/button.tsx";
import { Copyable } from "../parts/copy-button.tsx";
import { Empty, Loading, Problem } from "../parts/notice.tsx";
import { Card } from "../parts/page.tsx";
import { DataTable } from "../table/data-table.tsx";
import { FilterBar } from "../table/filter-bar.tsx";
import { matches } from "../table/filter.ts";
import { formatSort, parseSort } from "../table/sort.ts";
import { DeleteSecret } from "./delete-secret.tsx";
import { secretColumns } from "./secret-columns.tsx";
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
