import type { Endpoint } from "@berth/api";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { applyChange } from "../api/apply-change.ts";
import { client } from "../api/client.ts";
import { failureOf } from "../api/failure.ts";
import { Dialog } from "../parts/dialogs.tsx";
import { TextInput } from "../parts/inputs.tsx";
import { SavingForm } from "../parts/saving-form.tsx";

/** Gives an endpoint another name. */
export function RenameDialog({
  open,
  onClose,
  endpoint,
}: {
  open: boolean;
  onClose: () => void;
  endpoint: Endpoint;
}): ReactNode {
  const queries = useQueryClient();
  const [name, setName] = useState(endpoint.name);
  const rename = useMutation({
    mutationFn: () => client.renameEndpoint({ params: { id: endpoint.id }, body: { name: name.trim() } }),
    onSuccess: (changed) => {
      applyChange(queries, { type: "endpoint", endpoint: changed });
      onClose();
    },
    meta: { toldInPlace: true },
  });
  const failure = rename.error === null ? undefined : failureOf(rename.error);
  return (
    <Dialog open={open} onClose={onClose} title={`Rename ${endpoint.fullName}`}>
      <SavingForm
        onSave={() => rename.mutate()}
        action="Rename it"
        disabled={rename.isPending || name.trim() === "" || name.trim() === endpoint.name}
        failure={failure}
        tells={(param) => param === "name"}
      >
        <TextInput
          label="Name"
          required
          value={name}
          onChange={setName}
          error={failure?.param === "name" ? failure.message : undefined}
          hint={`Callers who use ${endpoint.fullName} are led here until somebody takes that name.`}
        />
      </SavingForm>
    </Dialog>
  );
}
