import type { Model } from "@berth/api";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { modelsQuery, systemQuery } from "../api/queries.ts";
import { formatBytes } from "../format/size.ts";
import { LoraFields } from "../lora/lora-fields.tsx";
import { takesLora } from "../lora/lora-words.ts";
import { Field } from "../parts/field.tsx";
import { LinesInput } from "../parts/inputs.tsx";
import { Picker } from "../parts/picker.tsx";
import { Select } from "../parts/select.tsx";
import { problemOf } from "./launch-form.ts";
import { NumberField, TextField, type FieldsProps } from "./launch-inputs.tsx";
import type { LaunchPlace } from "./launch-place.ts";
import { modelOption } from "./model-option.tsx";

const columns = "grid gap-3.5 sm:grid-cols-2";

export function ModelFields({ place, ...props }: FieldsProps & { place: LaunchPlace }): ReactNode {
  const { form, change, problems } = props;
  const models = useQuery(modelsQuery).data?.filter((one) => one.profile === place.profile?.name) ?? [];
  const ownFreeMiB = useQuery(systemQuery).data?.memory.freeMiB;
  // what is free here says nothing of a cluster's nodes
  const freeMiB = place.hasScheduler ? undefined : ownFreeMiB;
  const chosen = models.find((one) => one.id === form.model);
  return (
    <div className="flex flex-col gap-3.5 p-3.5">
      <Field label="Model" error={problemOf(problems, "model")}>
        {(ids) => (
          <Picker
            describedBy={ids["aria-describedby"]}
            label="Model"
            placeholder="Choose an installed model …"
            value={form.model === "" ? undefined : form.model}
            onChange={(model) => change({ model, file: "" })}
            options={models.filter((one) => one.status === "ready").map((one) => modelOption(one, freeMiB))}
            empty={<p>No model is installed on {place.profile?.name ?? "this profile"} yet.</p>}
            footer={
              <Link to="/models/hub" className="text-accent underline underline-offset-2">
                Find another on the hub
              </Link>
            }
          />
        )}
      </Field>
      {chosen !== undefined && chosen.files.length > 1 && (
        <Field label="File" error={problemOf(problems, "options.file")}>
          {(ids) => (
            <Select
              id={ids.id}
              describedBy={ids["aria-describedby"]}
              placeholder="The one that fits best"
              value={form.file}
              onChange={(file) => change({ file })}
              choices={chosen.files.map((file) => ({
                value: file.path,
                label: file.quantisation ?? file.path,
                note: `${file.path} · ${formatBytes(file.sizeBytes)}`,
              }))}
            />
          )}
        </Field>
      )}
      <div className={columns}>
        <NumberField
          {...props}
          name="maxTotalTokens"
          label="Context, tokens a sequence"
          param="options.maxTotalTokens"
          hint={
            chosen?.facts?.contextTokens == null
              ? "Prompt and answer together."
              : `Prompt and answer together; trained for ${chosen.facts.contextTokens.toLocaleString("en")}.`
          }
        />
        <NumberField
          {...props}
          name="parallel"
          label="Parallel sequences"
          param="options.parallel"
          hint="Answered at once; more requests wait in line."
        />
      </div>
      {/* what is asked for stays in sight, also where another engine refuses it */}
      {(form.lora.length > 0 || (chosen !== undefined && canTakeLora(chosen, form.engine))) && (
        <LoraFields rows={form.lora} onChange={(lora) => change({ lora })} problems={problems} />
      )}
    </div>
  );
}

function canTakeLora({ image, facts }: Model, engine: string): boolean {
  const usual = facts?.format === "gguf" ? "llama-cpp" : "";
  return image === "text-generation" && takesLora(engine === "" ? usual : engine);
}

export function CommandFields(props: FieldsProps): ReactNode {
  const { form, change, problems } = props;
  return (
    <div className="flex flex-col gap-3.5 p-3.5">
      <LinesInput
        label="Command"
        rows={3}
        error={problemOf(problems, "command.argv")}
        hint={
          <>
            Any server that speaks HTTP. <Code>{"{port}"}</Code>, <Code>{"{socket}"}</Code>,{" "}
            <Code>{"{key}"}</Code> and <Code>{"{model}"}</Code> are filled in. No shell reads it: only quotes
            and backslashes count.
          </>
        }
        placeholder="my-server --port {port}"
        value={form.command}
        onChange={(command) => change({ command })}
      />
      <div className={columns}>
        <TextField
          {...props}
          name="healthPath"
          label="Health path"
          param="command.healthPath"
          placeholder="/health"
          hint="Answers 200 when the server is ready."
        />
        <TextField {...props} name="servedModel" label="Model name it answers to" param="model" />
        <TextField {...props} name="cwd" label="Working directory" param="command.cwd" />
      </div>
      <Field
        label="Environment"
        error={problemOf(problems, "command.env")}
        hint="One NAME=value a line. Visible to whoever may list this machine's processes; secrets do not belong here."
      >
        {(ids) => (
          <textarea
            {...ids}
            rows={2}
            spellCheck={false}
            className="field font-mono text-sm"
            value={form.env}
            onChange={(event) => change({ env: event.target.value })}
          />
        )}
      </Field>
    </div>
  );
}

function Code({ children }: { children: string }): ReactNode {
  return <code className="font-mono text-xs">{children}</code>;
}
