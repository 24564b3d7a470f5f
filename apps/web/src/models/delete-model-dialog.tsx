import type { Model } from "@berth/api";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { client } from "../api/client.ts";
import { modelListingQuery, servicesQuery } from "../api/queries.ts";
import { formatBytes } from "../format/size.ts";
import { ConfirmDialog } from "../parts/dialogs.tsx";
import { toast } from "../parts/toasts.ts";
import { isOver } from "../services/service-state.tsx";

/** Asks before a model's files are deleted, and names them, their size and who uses them. */
export function DeleteModelDialog({
  model,
  onClose,
}: {
  model: Model | undefined;
  onClose: () => void;
}): ReactNode {
  const queries = useQueryClient();
  const services = useQuery(servicesQuery).data ?? [];
  const remove = useMutation({
    mutationFn: ({ id }: Model) => client.deleteModel({ params: { id } }),
    onSuccess: (_, { id, repo }) => {
      queries.setQueryData(modelListingQuery.queryKey, (listing) =>
        listing === undefined ? undefined : { ...listing, data: listing.data.filter((one) => one.id !== id) },
      );
      toast({ title: `${repo} is deleted.` });
    },
  });
  if (model === undefined) return null;
  const users = services.filter((one) => one.modelPath === model.path && !isOver(one.status));
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`Delete ${model.repo}?`}
      loss={
        <>
          <p>
            {formatBytes(model.sizeBytes)} in{" "}
            {model.files.length === 1 ? "one file" : `${model.files.length} files`} under{" "}
            <span className="font-mono text-sm">{model.path}</span> are deleted. To have them again they must
            be downloaded again.
          </p>
          {users.length > 0 && (
            <p className="mt-2 text-warn">
              ▲ In use by {users.map((one) => one.name).join(", ")}: running now, it could not be restarted.
            </p>
          )}
        </>
      }
      action="Delete the files"
      onConfirm={() => remove.mutate(model)}
    />
  );
}
