import type { Secret } from "@berth/api";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { client } from "../api/client.ts";
import { queryKeys } from "../api/queries.ts";
import { Button } from "../parts/button.tsx";
import { ConfirmDialog, Dialog } from "../parts/dialogs.tsx";
import { toast } from "../parts/toasts.ts";
import { Users } from "./secret-columns.tsx";

/** A secret in use is not deleted: it says by whom. */
export function DeleteSecret({ secret, onClose }: { secret: Secret; onClose: () => void }): ReactNode {
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
