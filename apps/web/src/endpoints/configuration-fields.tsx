import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { modelsQuery } from "../api/queries.ts";
import { CommandFields, ModelFields } from "../launch/launch-fields.tsx";
import type { FieldProblems, LaunchForm } from "../launch/launch-form.ts";
import type { FieldsProps } from "../launch/launch-inputs.tsx";
import { useLaunchPlace } from "../launch/launch-place.ts";
import { Field } from "../parts/field.tsx";
import { Select } from "../parts/select.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { presetsQuery } from "../secrets/secret-queries.ts";
import { sizeWords } from "../secrets/size-words.ts";
import type { ConfigurationForm } from "./configuration-form.ts";
import { HandlerFields } from "./handler-fields.tsx";
import { HubSecret } from "./hub-secret.tsx";
import { ProfileOrder } from "./profile-order.tsx";
import { SecretFields } from "./secret-fields.tsx";
import { TemplateMore } from "./template-more.tsx";

const none = "(none)";

/** What a deployment rolls out: what each replica is, where it runs, how large, with which secrets. */
export function ConfigurationFields({
  form,
  change,
  problems,
}: {
  form: ConfigurationForm;
  change: (part: Partial<ConfigurationForm>) => void;
  problems: FieldProblems;
}): ReactNode {
  const first = form.profiles[0] ?? "";
  const launch = useNamedModel(form.launch, first);
  const place = useLaunchPlace({ ...launch, profile: first });
  const presets = useQuery(presetsQuery).data ?? [];
  const shown = presets.filter(
    (one) =>
      one.profile === first ||
      (one.profile === null && !presets.some((own) => own.name === one.name && own.profile === first)),
  );
  const fields: FieldsProps = {
    form: launch,
    change: (part) => change({ launch: { ...form.launch, ...part } }),
    problems: underOwnNames(problems),
  };
  return (
    <>
      <div className="border-b border-line p-3.5">
        <ProfileOrder
          names={form.profiles}
          onChange={(profiles) => change({ profiles })}
          error={problems["profiles"]}
        />
      </div>
      <Tabs
        label="What each replica is"
        value={form.kind}
        onChange={(kind) =>
          change({ kind, launch: { ...form.launch, kind: kind === "command" ? kind : "model" } })
        }
        tabs={[
          { name: "model", title: "A model", content: <ModelFields {...fields} place={place} /> },
          { name: "command", title: "A command", content: <CommandFields {...fields} /> },
          {
            name: "handler",
            title: "A handler",
            content: (
              <HandlerFields
                form={form.handler}
                change={(part) => change({ handler: { ...form.handler, ...part } })}
                problems={problems}
              />
            ),
          },
          { name: "workers", title: "Own workers", content: <Workers /> },
        ]}
      />
      {form.kind !== "workers" && (
        <div className="flex flex-col gap-3.5 border-t border-line p-3.5">
          {form.kind !== "handler" && <TemplateMore {...fields} place={place} />}
          <Field label="Hardware" error={problems["hardware"]} hint="What each replica gets.">
            {(ids) => (
              <Select
                id={ids.id}
                describedBy={ids["aria-describedby"]}
                value={form.hardware === "" ? none : form.hardware}
                onChange={(hardware) => change({ hardware: hardware === none ? "" : hardware })}
                choices={[
                  { value: none, label: "What it needs", note: "No preset" },
                  ...shown.map((one) => ({ value: one.name, label: one.name, note: sizeWords(one) })),
                  ...(form.hardware === "" || shown.some(({ name }) => name === form.hardware)
                    ? []
                    : [{ value: form.hardware, label: `${form.hardware} (is there no more)` }]),
                ]}
              />
            )}
          </Field>
          {form.kind === "model" && (
            <HubSecret value={form.hubSecret} onChange={(hubSecret) => change({ hubSecret })} />
          )}
          <SecretFields
            rows={form.secrets}
            onChange={(secrets) => change({ secrets })}
            error={problems["secrets"]}
          />
        </div>
      )}
    </>
  );
}

function Workers(): ReactNode {
  return (
    <p className="p-3.5 text-ink-2">
      Nothing is launched. Workers of your own, wherever they run, take the jobs of the queue with a key of
      the scope <b className="font-[550]">worker</b>, and leave the results.
    </p>
  );
}

/** The template names a repository; the fields know installed models by their ids. */
function useNamedModel(launch: LaunchForm, profile: string): LaunchForm {
  const models = useQuery(modelsQuery).data;
  const named =
    models?.find((one) => one.id === launch.model) ??
    models?.find((one) => one.repo === launch.model && one.profile === profile);
  return named === undefined ? launch : { ...launch, model: named.id };
}

/** The server says `template.model`, the fields of a launch `model`. */
function underOwnNames(problems: FieldProblems): FieldProblems {
  return Object.fromEntries(
    Object.entries(problems).map(([param, words]) => [
      param === "template.command" ? "command.argv" : param.replace(/^template\./, ""),
      words,
    ]),
  );
}
