import type { ContainerImage } from "@berth/api";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { client } from "../api/client.ts";
import { imageListingQuery } from "../api/queries.ts";
import { formatBytes } from "../format/size.ts";
import { ConfirmDialog } from "../parts/dialogs.tsx";
import { toast } from "../parts/toasts.ts";
import { imageTitle } from "./image-columns.tsx";

/** Asks before an image is deleted, and names its file and its size. */
export function DeleteImageDialog({
  image,
  onClose,
}: {
  image: ContainerImage | undefined;
  onClose: () => void;
}): ReactNode {
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: ({ id }: ContainerImage) => client.deleteImage({ params: { id } }),
    onSuccess: (_, gone) => {
      queries.setQueryData(imageListingQuery.queryKey, (listing) =>
        listing === undefined
          ? undefined
          : { ...listing, data: listing.data.filter((one) => one.id !== gone.id) },
      );
      toast({ title: `${imageTitle(gone)} is deleted.` });
    },
  });
  if (image === undefined) return null;
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`Delete ${imageTitle(image)}?`}
      loss={
        <p>
          {formatBytes(image.sizeBytes)} under{" "}
          <span className="font-mono text-sm">{image.path ?? imageTitle(image)}</span> on {image.profile} are
          deleted. To have them again the image must be pulled again.
        </p>
      }
      action="Delete it"
      onConfirm={() => remove.mutate(image)}
    />
  );
}
