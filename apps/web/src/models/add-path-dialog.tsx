import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { client } from "../api/client.ts";
import { failureOf } from "../api/failure.ts";
import { profilesQuery, queryKeys } from "../api/queries.ts";
import { Dialog } from "../parts/dialogs.tsx";
import { Field } from "../parts/field.tsx";
import { SavingForm } from "../parts/saving-form.tsx";
import { Select } from "../parts/select.tsx";
import { toast } from "../parts/toasts.ts";

/** Makes a directory or a GGUF file that is already here known as a model. Nothing is copied. */
export function AddPathDialog({ open, onClose }: { open: boolean; onClose: () => void }): ReactNode {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Add a model by its path"
      description="A directory, or one GGUF file, on the machine where Berth runs. Nothing is copied."
    >
      <AddPathForm onDone={onClose} />
    </Dialog>
  );
}

function AddPathForm({ onDone }: { onDone: () => void }): ReactNode {
  const queries = useQueryClient();
  const profiles = useQuery(profilesQuery).data ?? [];
  const [path, setPath] = useState("");
  const [name, setName] = useState("");
  const [profile, setProfile] = useState("");
  const add = useMutation({
    mutationFn: () =>
      client.addLocalModel({
        body: {
          path: path.trim(),
          ...(name.trim() === "" ? {} : { name: name.trim() }),
          ...(profile === "" ? {} : { profile }),
        },
      }),
    onSuccess: (model) => {
      void queries.invalidateQueries({ queryKey: queryKeys.models });
      toast({ title: `${model.repo} is added.` });
      onDone();
    },
    meta: { toldInPlace: true },
  });
  const failure = add.error === null ? undefined : failureOf(add.error);
  const of = (param: string): string | undefined => (failure?.param === param ? failure.message : undefined);
  return (
    <SavingForm
      onSave={() => add.mutate()}
      action={add.isPending ? "Looking …" : "Add it"}
      disabled={path.trim() === "" || add.isPending}
      failure={failure}
      tells={(param) => ["path", "name", "profile"].includes(param)}
    >
      <Field label="Path" error={of("path")} hint="Absolute, or starting with ~.">
        {(ids) => (
          <input
            {...ids}
            className="field font-mono text-sm"
            placeholder="/data/models/llama.gguf"
            value={path}
            onChange={(event) => setPath(event.target.value)}
            spellCheck={false}
            required
          />
        )}
      </Field>
      <Field
        label="Name"
        error={of("name")}
        hint="What callers put into model; the file's own name when empty."
      >
        {(ids) => (
          <input {...ids} className="field" value={name} onChange={(event) => setName(event.target.value)} />
        )}
      </Field>
      {profiles.length > 1 && (
        <Field label="Profile" error={of("profile")}>
          {(ids) => (
            <Select
              id={ids.id}
              describedBy={ids["aria-describedby"]}
              value={profile === "" ? (profiles.find((one) => one.default)?.name ?? "") : profile}
              onChange={setProfile}
              choices={profiles.map((one) => ({ value: one.name, label: one.name }))}
            />
          )}
        </Field>
      )}
    </SavingForm>
  );
}
