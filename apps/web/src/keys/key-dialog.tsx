import type { Key } from "@berth/api";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { client } from "../api/client.ts";
import { failureOf } from "../api/failure.ts";
import { queryKeys } from "../api/queries.ts";
import { Button } from "../parts/button.tsx";
import { CopyButton } from "../parts/copy-button.tsx";
import { Dialog } from "../parts/dialogs.tsx";
import { SavingForm } from "../parts/saving-form.tsx";
import { toast } from "../parts/toasts.ts";
import { KeyFields, knowsField } from "./key-fields.tsx";
import { blankKeyForm, keyChange, keyForm, keySpec } from "./key-form.ts";

/** Makes a key and shows it once, as the server keeps only its hash; or changes the one it is given. */
export function KeyDialog({
  open,
  onClose,
  apiKey,
}: {
  open: boolean;
  onClose: () => void;
  apiKey?: Key | undefined;
}): ReactNode {
  const [made, setMade] = useState<string>();
  const close = (): void => {
    setMade(undefined);
    onClose();
  };
  return (
    <Dialog
      open={open}
      onClose={close}
      title={
        made === undefined
          ? apiKey === undefined
            ? "Create a key"
            : `Edit ${apiKey.name}`
          : "Copy the key now"
      }
    >
      {made === undefined ? (
        <KeyEditor
          apiKey={apiKey}
          onDone={(key) => {
            if (key === undefined) close();
            else setMade(key);
          }}
        />
      ) : (
        <div className="flex flex-col gap-3">
          <p className="text-ink-2">It is shown this once. Berth keeps only its hash.</p>
          <p className="flex items-start gap-1 rounded-md border border-line bg-code py-1.5 pr-1 pl-3">
            <span className="grow py-1 font-mono text-sm break-all">{made}</span>
            <CopyButton text={made} what="the key" />
          </p>
          <Button look="primary" className="self-start" onClick={close}>
            Done
          </Button>
        </div>
      )}
    </Dialog>
  );
}

/** `onDone` hears the key itself when one was made. */
function KeyEditor({
  apiKey,
  onDone,
}: {
  apiKey: Key | undefined;
  onDone: (key: string | undefined) => void;
}): ReactNode {
  const queries = useQueryClient();
  const [form, setForm] = useState(apiKey === undefined ? blankKeyForm : keyForm(apiKey));
  const save = useMutation({
    mutationFn: async () => {
      if (apiKey === undefined) return (await client.createKey({ body: keySpec(form) })).key;
      await client.updateKey({ params: { id: apiKey.id }, body: keyChange(form) });
      toast({ title: `${form.name} is saved; it holds from the next request on.` });
      return undefined;
    },
    onSuccess: (key) => {
      void queries.invalidateQueries({ queryKey: queryKeys.keys });
      onDone(key);
    },
    meta: { toldInPlace: true },
  });
  const failure = save.error === null ? undefined : failureOf(save.error);
  return (
    <SavingForm
      onSave={() => save.mutate()}
      action={apiKey === undefined ? "Create it" : "Save it"}
      disabled={form.name.trim() === "" || save.isPending}
      failure={failure}
      tells={knowsField}
    >
      <KeyFields
        form={form}
        isNew={apiKey === undefined}
        change={(part) => setForm({ ...form, ...part })}
        failure={failure}
      />
    </SavingForm>
  );
}
