import type { Profile } from "@berth/api";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { client } from "../api/client.ts";
import { queryKeys } from "../api/queries.ts";
import { ConfirmDialog } from "../parts/dialogs.tsx";
import { toast } from "../parts/toasts.ts";
import { profileForm, profileSpec } from "./profile-form.ts";

/** Asks before a profile is removed; removing can be undone, because its files stay. */
export function RemoveProfile({
  doomed,
  onClose,
}: {
  doomed: Profile | undefined;
  onClose: () => void;
}): ReactNode {
  const queries = useQueryClient();
  const refresh = (): void => void queries.invalidateQueries({ queryKey: queryKeys.profiles });
  const restore = useMutation({
    mutationFn: (profile: Profile) =>
      client.createProfile({
        body: { name: profile.name, spec: profileSpec(profileForm(profile)), check: false },
      }),
    onSuccess: refresh,
  });
  const remove = useMutation({
    mutationFn: ({ name }: Profile) => client.deleteProfile({ params: { name } }),
    onSuccess: (_, profile) => {
      refresh();
      const action = { label: "Undo", run: () => restore.mutate(profile) };
      toast({ title: `Profile ${profile.name} is removed.`, action });
    },
  });
  if (doomed === undefined) return null;
  const { name, home, cache, slurm } = doomed;
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`Remove the profile ${name}?`}
      loss={
        <p>
          Its models are no longer listed. The files under {home} and {cache}
          {slurm === null ? "" : ` on ${slurm.host}`} stay.
        </p>
      }
      action="Remove it"
      onConfirm={() => remove.mutate(doomed)}
    />
  );
}
