import type { Secret } from "@berth/api";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { client } from "../api/client.ts";
import { failureOf } from "../api/failure.ts";
import { queryKeys } from "../api/queries.ts";
import { Dialog } from "../parts/dialogs.tsx";
import { Field } from "../parts/field.tsx";
import { fieldColumns, TextInput } from "../parts/inputs.tsx";
import { SavingForm } from "../parts/saving-form.tsx";
import { toast } from "../parts/toasts.ts";

/** Stores a secret, or another value of the one it is given. The value goes to the server and comes back to nobody. */
export function SecretDialog({
  open,
  onClose,
  secret,
}: {
  open: boolean;
  onClose: () => void;
  secret?: Secret | undefined;
}): ReactNode {
  const queries = useQueryClient();
  const [name, setName] = useState(secret?.name ?? "");
  const [owner, setOwner] = useState(secret?.owner ?? "");
  const [provider, setProvider] = useState(secret?.provider ?? "");
  const [value, setValue] = useState("");
  const save = useMutation({
    mutationFn: () =>
      client.putSecret({
        params: { name: name.trim() },
        query: owner.trim() === "" ? {} : { owner: owner.trim() },
        body: { value, ...(provider.trim() === "" ? {} : { provider: provider.trim() }) },
      }),
    onSuccess: (stored) => {
      void queries.invalidateQueries({ queryKey: queryKeys.secrets });
      toast({
        title:
          secret === undefined
            ? `${stored.name} is stored.`
            : `${stored.name} has another value. Replicas that run keep the old one until they are started again.`,
      });
      onClose();
    },
    meta: { toldInPlace: true },
  });
  const failure = save.error === null ? undefined : failureOf(save.error);
  const of = (param: string): string | undefined => (failure?.param === param ? failure.message : undefined);
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={secret === undefined ? "Add a secret" : `Replace ${secret.name}`}
      description="It is stored encrypted and never shown again, here or anywhere."
    >
      <SavingForm
        onSave={() => save.mutate()}
        action={secret === undefined ? "Store it" : "Replace it"}
        disabled={save.isPending || name.trim() === "" || value === ""}
        failure={failure}
        tells={(param) => ["name", "value", "provider"].includes(param)}
      >
        {secret === undefined && (
          <div className={fieldColumns}>
            <TextInput
              label="Name"
              required
              placeholder="hub-token"
              value={name}
              onChange={setName}
              error={of("name")}
              hint="What endpoints call it."
            />
            <TextInput label="Owner" value={owner} onChange={setOwner} hint="You, when empty." />
          </div>
        )}
        <Field label="Value" error={of("value")} hint="As it is, line ends too.">
          {(ids) => (
            <textarea
              {...ids}
              rows={3}
              required
              spellCheck={false}
              autoComplete="off"
              className="field font-mono text-sm [-webkit-text-security:disc] focus:[-webkit-text-security:none]"
              value={value}
              onChange={(event) => setValue(event.target.value)}
            />
          )}
        </Field>
        <TextInput
          label="Opens"
          placeholder="huggingface"
          value={provider}
          onChange={setProvider}
          error={of("provider")}
          hint="Whose key it is, as huggingface for gated models; empty: anything."
        />
      </SavingForm>
    </Dialog>
  );
}
