import type { Service } from "@berth/api";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { applyChange } from "../api/apply-change.ts";
import { client } from "../api/client.ts";
import { failureOf } from "../api/failure.ts";
import { serviceQuery } from "../api/queries.ts";
import { ConfirmDialog, Dialog } from "../parts/dialogs.tsx";
import { SavingForm } from "../parts/saving-form.tsx";
import { toast } from "../parts/toasts.ts";
import { isOver } from "../services/service-state.tsx";
import { LoraFields } from "./lora-fields.tsx";
import { loraRows, readLora, type LoraAdapter } from "./lora-form.ts";
import { loraWords } from "./lora-words.ts";

/** Loads a service with other adapters. Asks first where that stops one that runs. */
export function LoraDialog({
  open,
  onClose,
  service,
}: {
  open: boolean;
  onClose: () => void;
  service: Service;
}): ReactNode {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      wide
      title={`LoRA adapters of ${service.name}`}
      description="They are read as the model is loaded. The service keeps its name, its port and everything else."
    >
      <LoraEditor service={service} onDone={onClose} />
    </Dialog>
  );
}

function LoraEditor({ service, onDone }: { service: Service; onDone: () => void }): ReactNode {
  const queries = useQueryClient();
  const [rows, setRows] = useState(() => loraRows(service.options.lora ?? [], () => crypto.randomUUID()));
  const [asks, setAsks] = useState(false);
  const { id, name, status, inFlight } = useQuery(serviceQuery(service.id)).data ?? service;
  const faults: Record<string, string> = {};
  const lora = readLora(rows, faults);
  const load = useMutation({
    mutationFn: () => client.restartService({ params: { id }, body: { options: { lora } } }),
    onSuccess: (after) => {
      applyChange(queries, { type: "service", service: after });
      toast({ title: `${name} is loading ${withWords(lora)}.` });
      onDone();
    },
    meta: { toldInPlace: true },
  });
  const failure = load.error === null ? undefined : failureOf(load.error);
  const problems = failure?.param === undefined ? faults : { [failure.param]: failure.message, ...faults };
  const over = isOver(status);
  return (
    <>
      <SavingForm
        onSave={() => (over ? load.mutate() : setAsks(true))}
        action={over ? "Load it with these" : "Reload it with these …"}
        disabled={load.isPending || Object.keys(faults).length > 0}
        failure={failure}
        tells={(param) => param.startsWith("options.lora")}
      >
        <LoraFields rows={rows} onChange={setRows} problems={problems} />
      </SavingForm>
      <ConfirmDialog
        open={asks}
        onClose={() => setAsks(false)}
        title={`Reload ${name}?`}
        loss={
          <p>
            It is stopped and loaded again {withWords(lora)}; requests wait until it is ready.
            {inFlight > 0 &&
              ` It is answering ${inFlight === 1 ? "one request" : `${inFlight} requests`} now: those that do not end while it drains are cut off.`}
          </p>
        }
        action="Reload it"
        onConfirm={() => load.mutate()}
      />
    </>
  );
}

function withWords(lora: readonly LoraAdapter[]): string {
  return lora.length === 0 ? "without adapters" : `with ${loraWords(lora)}`;
}
