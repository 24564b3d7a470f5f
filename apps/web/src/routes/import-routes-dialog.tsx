import type { RouteImport } from "@berth/api";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { client } from "../api/client.ts";
import { failureOf } from "../api/failure.ts";
import { queryKeys } from "../api/queries.ts";
import { Button } from "../parts/button.tsx";
import { Dialog } from "../parts/dialogs.tsx";
import { Field } from "../parts/field.tsx";
import { CheckBox } from "../parts/inputs.tsx";
import { Notice } from "../parts/notice.tsx";
import { toast } from "../parts/toasts.ts";

type ImportBody = Parameters<typeof client.importModelRoutes>[0]["body"];

/** Takes routes over from a file: first tells what would change, then does it, all or none. */
export function ImportRoutesDialog({ open, onClose }: { open: boolean; onClose: () => void }): ReactNode {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Import routes"
      description="From a file that an export wrote. Routes of the same name are replaced."
    >
      <ImportForm onDone={onClose} />
    </Dialog>
  );
}

function ImportForm({ onDone }: { onDone: () => void }): ReactNode {
  const queries = useQueryClient();
  const [routes, setRoutes] = useState<ImportBody["routes"]>();
  const [replace, setReplace] = useState(false);
  const look = useMutation({
    mutationFn: (body: ImportBody) => client.importModelRoutes({ body: { ...body, dryRun: true } }),
    meta: { toldInPlace: true },
  });
  const take = useMutation({
    mutationFn: (body: ImportBody) => client.importModelRoutes({ body }),
    onSuccess: (told) => {
      void queries.invalidateQueries({ queryKey: queryKeys.routes });
      toast({ title: `The routes are live: ${importWords(told)}.` });
      onDone();
    },
    meta: { toldInPlace: true },
  });
  const [unread, setUnread] = useState<string>();
  const read = async (file: File | undefined): Promise<void> => {
    setRoutes(undefined);
    look.reset();
    take.reset();
    if (file === undefined) return;
    const found = routesOf(await file.text());
    setUnread(found === undefined ? `${file.name} holds no {"routes": [...]}` : undefined);
    setRoutes(found);
    if (found !== undefined) look.mutate({ routes: found, replace });
  };
  const error = take.error ?? look.error;
  return (
    <div className="flex flex-col gap-3.5">
      <Field label="File" error={unread}>
        {(ids) => (
          <input
            {...ids}
            type="file"
            accept="application/json,.json"
            className="field"
            onChange={(event) => void read(event.target.files?.[0])}
          />
        )}
      </Field>
      <CheckBox
        label="Remove routes that are not in it"
        checked={replace}
        onChange={(next) => {
          setReplace(next);
          if (routes !== undefined) look.mutate({ routes, replace: next });
        }}
      />
      {look.data !== undefined && (
        <Notice look={look.data.removed.length > 0 ? "warn" : "plain"} title="What would change">
          <p className="text-ink-2">{importWords(look.data)}</p>
        </Notice>
      )}
      {error !== null && <Notice look="bad" title={failureOf(error).message} />}
      <Button
        look="primary"
        className="self-start"
        disabled={routes === undefined || look.data === undefined || take.isPending}
        onClick={() => routes !== undefined && take.mutate({ routes, replace })}
      >
        Take them over
      </Button>
    </div>
  );
}

/** The routes in a file's text; the server judges each. */
function routesOf(text: string): ImportBody["routes"] | undefined {
  try {
    const read = JSON.parse(text) as { readonly routes?: unknown } | null;
    return Array.isArray(read?.routes) ? (read.routes as ImportBody["routes"]) : undefined;
  } catch {
    return undefined;
  }
}

function importWords({ added, changed, removed }: RouteImport): string {
  const parts = [
    added.length > 0 && `adds ${added.join(", ")}`,
    changed.length > 0 && `changes ${changed.join(", ")}`,
    removed.length > 0 && `removes ${removed.join(", ")}`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? "nothing changes" : parts.join("; ");
}
