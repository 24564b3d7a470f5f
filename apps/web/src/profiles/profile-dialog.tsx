import type { Profile } from "@berth/api";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { client } from "../api/client.ts";
import { failureOf } from "../api/failure.ts";
import { queryKeys } from "../api/queries.ts";
import { Button } from "../parts/button.tsx";
import { Dialog } from "../parts/dialogs.tsx";
import { SavingForm } from "../parts/saving-form.tsx";
import { knowsField, ProfileFields } from "./profile-fields.tsx";
import { blankProfileForm, profileChange, profileForm, profileSpec } from "./profile-form.ts";

/** Adds a profile, or changes the one it is given. `onDone` hears the profile that came of it. */
export function ProfileDialog({
  open,
  onClose,
  profile,
  onDone,
}: {
  open: boolean;
  onClose: () => void;
  profile?: Profile | undefined;
  onDone: (profile: Profile) => void;
}): ReactNode {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      wide
      title={profile === undefined ? "Add a profile" : `Edit ${profile.name}`}
      description="A place to run services: where Berth writes, and where models that others put there lie."
    >
      <ProfileEditor profile={profile} onDone={onDone} />
    </Dialog>
  );
}

/** Refusals that say only that nobody could look: the profile may be right all the same. */
const uncheckedCodes: readonly string[] = ["login_required", "host_key_refused", "host_unreachable"];

function ProfileEditor({
  profile,
  onDone,
}: {
  profile: Profile | undefined;
  onDone: (profile: Profile) => void;
}): ReactNode {
  const queries = useQueryClient();
  const [form, setForm] = useState(profile === undefined ? blankProfileForm : profileForm(profile));
  const save = useMutation({
    mutationFn: ({ check }: { check: boolean }) => {
      const unchecked = check ? {} : { check: false };
      return profile === undefined
        ? client.createProfile({
            body: { name: form.name.trim(), spec: profileSpec(form), ...unchecked },
          })
        : client.updateProfile({
            params: { name: profile.name },
            body: { ...profileChange(form), ...unchecked },
          });
    },
    onSuccess: (saved) => {
      void queries.invalidateQueries({ queryKey: queryKeys.profiles });
      void queries.invalidateQueries({ queryKey: queryKeys.clusters });
      onDone(saved);
    },
    meta: { toldInPlace: true },
  });
  const failure = save.error === null ? undefined : failureOf(save.error);
  const couldNotLook = failure !== undefined && uncheckedCodes.includes(failure.code);
  const verb = profile === undefined ? "Add it" : "Save it";
  return (
    <SavingForm
      onSave={() => save.mutate({ check: true })}
      action={save.isPending && form.schema === "slurm" ? "Looking at it …" : verb}
      disabled={save.isPending}
      failure={failure}
      tells={(param) => knowsField(form.schema, param)}
      more={
        couldNotLook && (
          <Button onClick={() => save.mutate({ check: false })} disabled={save.isPending}>
            {verb} without looking
          </Button>
        )
      }
    >
      <ProfileFields
        form={form}
        isNew={profile === undefined}
        change={(part) => setForm({ ...form, ...part })}
        failure={failure}
      />
    </SavingForm>
  );
}
