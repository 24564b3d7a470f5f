import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { client } from "../api/client.ts";
import { failureOf } from "../api/failure.ts";
import { queryKeys } from "../api/queries.ts";
import { Button } from "../parts/button.tsx";
import { Dialog } from "../parts/dialogs.tsx";
import { Field } from "../parts/field.tsx";
import { Notice } from "../parts/notice.tsx";

export function CreateProfileDialog({ open, onClose }: { open: boolean; onClose: () => void }): ReactNode {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Add a profile"
      description="A place on this machine: where Berth writes, and where models that others put there lie."
    >
      <CreateProfileForm onDone={onClose} />
    </Dialog>
  );
}

const fields = [
  { name: "name", param: "name", label: "Name", hint: "Letters, digits, dots, dashes." },
  { name: "home", param: "spec.home", label: "Home", hint: "Berth writes here; made when absent." },
  {
    name: "cache",
    param: "spec.cache",
    label: "Cache",
    hint: "Shared models; must exist, may be read-only.",
  },
] as const;

function CreateProfileForm({ onDone }: { onDone: () => void }): ReactNode {
  const queries = useQueryClient();
  const [values, setValues] = useState({ name: "", home: "", cache: "" });
  const create = useMutation({
    mutationFn: ({ name, home, cache }: typeof values) =>
      client.createProfile({ body: { name, spec: { schema: "local", home, cache } } }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: queryKeys.profiles });
      onDone();
    },
    meta: { toldInPlace: true },
  });
  const failure = create.error === null ? undefined : failureOf(create.error);
  const own = (param: string): boolean =>
    failure?.param === param || failure?.param === param.split(".").at(-1);
  return (
    <form
      className="flex flex-col gap-3.5"
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate(values);
      }}
    >
      {fields.map(({ name, param, label, hint }) => (
        <Field key={name} label={label} hint={hint} error={own(param) ? failure?.message : undefined}>
          {(ids) => (
            <input
              {...ids}
              className="field font-mono text-sm"
              required
              spellCheck={false}
              value={values[name]}
              onChange={(event) => setValues({ ...values, [name]: event.target.value.trim() })}
            />
          )}
        </Field>
      ))}
      {failure !== undefined && !fields.some(({ param }) => own(param)) && (
        <Notice look="bad" title={failure.message} />
      )}
      <Button type="submit" look="primary" className="self-start" disabled={create.isPending}>
        Add it
      </Button>
    </form>
  );
}
