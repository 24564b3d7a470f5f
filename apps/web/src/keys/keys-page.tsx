import type { Key } from "@berth/api";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState, type ReactNode } from "react";
import { client } from "../api/client.ts";
import { keysQuery, queryKeys } from "../api/queries.ts";
import { formatDay } from "../format/time.ts";
import { Button } from "../parts/button.tsx";
import { ConfirmDialog } from "../parts/dialogs.tsx";
import { Ago } from "../parts/moment.tsx";
import { Empty, Loading, Problem } from "../parts/notice.tsx";
import { Card, Page } from "../parts/page.tsx";
import { State } from "../parts/state.tsx";
import { toast } from "../parts/toasts.ts";
import { DataTable, Sub, type Column } from "../table/data-table.tsx";
import type { Sort } from "../table/sort.ts";
import { CreateKeyDialog } from "./create-key-dialog.tsx";

export function KeysPage(): ReactNode {
  const { data, error, refetch } = useQuery(keysQuery);
  const [creating, setCreating] = useState(false);
  return (
    <Page
      title="Keys"
      actions={
        <Button look="primary" onClick={() => setCreating(true)}>
          Create a key
        </Button>
      }
    >
      <Card>
        {data === undefined && error === null && <Loading what="keys" />}
        {error !== null && data === undefined && <Problem error={error} retry={() => void refetch()} />}
        {data !== undefined && data.length > 0 && <KeyList keys={data} />}
        {data?.length === 0 && (
          <Empty title="No keys yet">
            A key lets a program call the models here. It can be limited to some models, and to a time.
          </Empty>
        )}
      </Card>
      <CreateKeyDialog open={creating} onClose={() => setCreating(false)} />
    </Page>
  );
}

function KeyList({ keys }: { keys: readonly Key[] }): ReactNode {
  const [sort, setSort] = useState<Sort>({ column: "name", descending: false });
  const [doomed, setDoomed] = useState<Key>();
  const columns = useMemo(() => keyColumns(setDoomed), []);
  return (
    <>
      <DataTable
        label="Keys"
        rows={keys}
        columns={columns}
        rowKey={({ id }) => id}
        sort={sort}
        onSort={setSort}
      />
      <RevokeDialog doomed={doomed} onClose={() => setDoomed(undefined)} />
    </>
  );
}

function keyColumns(onRevoke: (key: Key) => void): readonly Column<Key>[] {
  return [
    {
      name: "name",
      title: "Name",
      cell: (key) => (
        <>
          <span className="font-[550]">{key.name}</span>
          <Sub mono>{key.prefix}…</Sub>
          <div className="md:hidden">
            <Sub>{allows(key)}</Sub>
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
    { name: "allows", title: "Allows", from: "md", cell: allows, sortBy: allows },
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
      width: "w-[96px]",
      cell: (key) => (
        <Button onClick={() => onRevoke(key)} aria-label={`Revoke ${key.name}`}>
          Revoke
        </Button>
      ),
    },
  ];
}

function allows({ scopes, models }: Key): string {
  if (scopes.includes("admin")) return "everything, management too";
  return models === null ? "calls to any model" : `calls to ${models.join(", ")}`;
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
