import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { applyChange } from "../api/apply-change.ts";
import { client } from "../api/client.ts";
import { failureOf } from "../api/failure.ts";
import { imagePullsQuery, profilesQuery } from "../api/queries.ts";
import { Dialog } from "../parts/dialogs.tsx";
import { Field } from "../parts/field.tsx";
import { SavingForm } from "../parts/saving-form.tsx";
import { Select } from "../parts/select.tsx";

export function PullDialog({ open, onClose }: { open: boolean; onClose: () => void }): ReactNode {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Pull a container image"
      description="To one profile. On a cluster a SIF file is made of it, in a Slurm job."
    >
      <PullForm onDone={onClose} />
    </Dialog>
  );
}

function PullForm({ onDone }: { onDone: () => void }): ReactNode {
  const queries = useQueryClient();
  const profiles = (useQuery(profilesQuery).data ?? []).filter((one) => one.status === "ready");
  const [source, setSource] = useState("");
  const [name, setName] = useState("");
  const [profile, setProfile] = useState("");
  const [loginNode, setLoginNode] = useState(false);
  const target = profiles.find((one) => (profile === "" ? one.default : one.name === profile));
  const onCluster = target?.schema === "slurm";
  const pull = useMutation({
    mutationFn: () =>
      client.createImagePull({
        body: {
          source: source.trim(),
          ...(name.trim() === "" ? {} : { name: name.trim() }),
          ...(profile === "" ? {} : { profile }),
          ...(onCluster && loginNode ? { loginNode } : {}),
        },
      }),
    onSuccess: (next) => {
      applyChange(queries, { type: "image-pull", pull: next });
      void queries.invalidateQueries({ queryKey: imagePullsQuery.queryKey });
      onDone();
    },
    meta: { toldInPlace: true },
  });
  const failure = pull.error === null ? undefined : failureOf(pull.error);
  const of = (param: string): string | undefined => (failure?.param === param ? failure.message : undefined);
  return (
    <SavingForm
      onSave={() => pull.mutate()}
      action="Pull it"
      disabled={source.trim() === "" || pull.isPending}
      failure={failure}
      tells={(param) => ["source", "name", "profile"].includes(param)}
    >
      <Field
        label="Image"
        error={of("source")}
        hint="With @sha256:… for exactly that one. On the profile's place also oci-archive:PATH, or a definition file."
      >
        {(ids) => (
          <input
            {...ids}
            className="field font-mono text-sm"
            placeholder="vllm/vllm-openai:v0.20.0"
            spellCheck={false}
            required
            value={source}
            onChange={(event) => setSource(event.target.value)}
          />
        )}
      </Field>
      <Field label="Name" error={of("name")} hint="NAME:TAG, for a source that has none.">
        {(ids) => (
          <input
            {...ids}
            className="field font-mono text-sm"
            spellCheck={false}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <Field label="Profile" error={of("profile")}>
        {(ids) => (
          <Select
            id={ids.id}
            describedBy={ids["aria-describedby"]}
            value={target?.name ?? ""}
            onChange={setProfile}
            choices={profiles.map((one) => ({ value: one.name, label: one.name }))}
          />
        )}
      </Field>
      {onCluster && (
        <label className="flex items-center gap-2">
          <input
            type="checkbox"
            checked={loginNode}
            onChange={(event) => setLoginNode(event.target.checked)}
            className="size-4 accent-accent"
          />
          On the login node, not in a Slurm job
        </label>
      )}
    </SavingForm>
  );
}
