import type { Provider } from "@berth/api";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { client } from "../api/client.ts";
import { failureOf } from "../api/failure.ts";
import { queryKeys } from "../api/queries.ts";
import { Dialog } from "../parts/dialogs.tsx";
import { SavingForm } from "../parts/saving-form.tsx";
import { knowsField, ProviderFields } from "./provider-fields.tsx";
import { blankProviderForm, providerChange, providerForm, providerSpec } from "./provider-form.ts";

/** Adds a provider, or changes the one it is given. `onDone` hears the provider that came of it. */
export function ProviderDialog({
  open,
  onClose,
  provider,
  onDone,
}: {
  open: boolean;
  onClose: () => void;
  provider?: Provider | undefined;
  onDone: (provider: Provider) => void;
}): ReactNode {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      wide
      title={provider === undefined ? "Add a provider" : `Edit ${provider.name}`}
      description="An inference server that Berth did not launch. Its models are called under this address, with Berth's keys."
    >
      <ProviderEditor provider={provider} onDone={onDone} />
    </Dialog>
  );
}

function ProviderEditor({
  provider,
  onDone,
}: {
  provider: Provider | undefined;
  onDone: (provider: Provider) => void;
}): ReactNode {
  const queries = useQueryClient();
  const [form, setForm] = useState(provider === undefined ? blankProviderForm : providerForm(provider));
  const save = useMutation({
    mutationFn: () =>
      provider === undefined
        ? client.createProvider({ body: providerSpec(form) })
        : client.updateProvider({ params: { name: provider.name }, body: providerChange(form, provider) }),
    onSuccess: async (saved) => {
      await queries.invalidateQueries({ queryKey: queryKeys.providers });
      onDone(saved);
    },
    meta: { toldInPlace: true },
  });
  const failure = save.error === null ? undefined : failureOf(save.error);
  return (
    <SavingForm
      onSave={() => save.mutate()}
      action={provider === undefined ? "Add and test it" : "Save it"}
      disabled={save.isPending}
      failure={failure}
      tells={knowsField}
    >
      <ProviderFields
        form={form}
        isNew={provider === undefined}
        change={(part) => setForm({ ...form, ...part })}
        failure={failure}
      />
    </SavingForm>
  );
}
