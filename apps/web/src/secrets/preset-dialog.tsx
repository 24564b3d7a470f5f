import type { HardwarePreset } from "@berth/api";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { client } from "../api/client.ts";
import { failureOf } from "../api/failure.ts";
import { profilesQuery, queryKeys } from "../api/queries.ts";
import { Dialog } from "../parts/dialogs.tsx";
import { Field } from "../parts/field.tsx";
import { fieldColumns, TextInput } from "../parts/inputs.tsx";
import { SavingForm } from "../parts/saving-form.tsx";
import { Select } from "../parts/select.tsx";
import { blankPresetForm, presetForm, presetSize, type PresetForm } from "./preset-form.ts";

const everywhere = "(everywhere)";

/** Sets a hardware preset, everywhere or on one profile. */
export function PresetDialog({
  open,
  onClose,
  preset,
}: {
  open: boolean;
  onClose: () => void;
  preset?: HardwarePreset | undefined;
}): ReactNode {
  const queries = useQueryClient();
  const profiles = useQuery(profilesQuery).data ?? [];
  const [form, setForm] = useState(preset === undefined ? blankPresetForm : presetForm(preset));
  const change = (part: Partial<PresetForm>): void => setForm({ ...form, ...part });
  const save = useMutation({
    mutationFn: () =>
      client.putHardwarePreset({
        params: { name: form.name.trim() },
        query: form.profile === "" ? {} : { profile: form.profile },
        body: presetSize(form, preset),
      }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: queryKeys.presets });
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
      title={preset === undefined ? "Add a hardware preset" : `Change ${preset.name}`}
      description="Endpoints that name it get this size with their next deployment."
    >
      <SavingForm
        onSave={() => save.mutate()}
        action="Save it"
        disabled={save.isPending || form.name.trim() === "" || form.cpus === "" || form.memoryGiB === ""}
        failure={failure}
        tells={(param) => ["name", "cpus", "memoryMiB", "gpus", "gpuType"].includes(param)}
      >
        {preset === undefined && (
          <div className={fieldColumns}>
            <TextInput
              label="Name"
              required
              placeholder="cpu-xl"
              value={form.name}
              onChange={(name) => change({ name })}
              error={of("name")}
            />
            <Field label="Where">
              {(ids) => (
                <Select
                  id={ids.id}
                  value={form.profile === "" ? everywhere : form.profile}
                  onChange={(profile) => change({ profile: profile === everywhere ? "" : profile })}
                  choices={[
                    { value: everywhere, label: "Everywhere", note: "Where no profile has its own" },
                    ...profiles.map(({ name }) => ({ value: name, label: `On ${name}` })),
                  ]}
                />
              )}
            </Field>
          </div>
        )}
        <div className={fieldColumns}>
          <TextInput
            label="CPUs"
            numeric
            required
            value={form.cpus}
            onChange={(cpus) => change({ cpus })}
            error={of("cpus")}
          />
          <TextInput
            label="Memory, GiB"
            numeric
            required
            value={form.memoryGiB}
            onChange={(memoryGiB) => change({ memoryGiB })}
            error={of("memoryMiB")}
          />
          <TextInput
            label="GPUs"
            numeric
            value={form.gpus}
            onChange={(gpus) => change({ gpus })}
            error={of("gpus")}
          />
          <TextInput
            label="Type of GPU"
            placeholder="a100"
            value={form.gpuType}
            onChange={(gpuType) => change({ gpuType })}
            error={of("gpuType")}
            hint="Any, when empty."
          />
        </div>
      </SavingForm>
    </Dialog>
  );
}
