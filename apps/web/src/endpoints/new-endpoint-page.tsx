import type { CreateEndpoint } from "@berth/api";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import { applyChange } from "../api/apply-change.ts";
import { client } from "../api/client.ts";
import { failureOf } from "../api/failure.ts";
import { modelsQuery, profilesQuery } from "../api/queries.ts";
import { CodeBlock } from "../code/code-block.tsx";
import type { FieldProblems } from "../launch/launch-form.ts";
import { Button } from "../parts/button.tsx";
import { fieldColumns, TextInput } from "../parts/inputs.tsx";
import { Notice } from "../parts/notice.tsx";
import { Card, Page } from "../parts/page.tsx";
import { AccessFields, type AccessForm } from "./access-fields.tsx";
import { ConfigurationFields } from "./configuration-fields.tsx";
import { blankConfigurationForm, readConfiguration, type ConfigurationForm } from "./configuration-form.ts";
import { createCommand } from "./create-command.ts";
import { withRepoName } from "./repo-names.ts";
import { usualScaling } from "./scaling-defaults.ts";
import { ScalingFields } from "./scaling-fields.tsx";
import { readScaling, scalingForm } from "./scaling-form.ts";

interface NewEndpointForm extends AccessForm {
  readonly name: string;
  readonly owner: string;
}

const blank: NewEndpointForm = {
  name: "",
  owner: "",
  description: "",
  visibility: "private",
  fallback: "",
  coldStart: "hold",
};

/** Chooses what an endpoint is, beside what it will do. Nothing runs before it is deployed. */
export function NewEndpointPage(): ReactNode {
  const search = useSearch({ from: "/inside/endpoints/new" });
  const [form, setForm] = useState(blank);
  const [scaling, setScaling] = useState(() => scalingForm({ ...usualScaling, max: 3 }));
  const { configuration, setConfiguration } = useConfiguration(search);
  const models = useQuery(modelsQuery).data ?? [];
  const read = { scaling: readScaling(scaling), configuration: readConfiguration(configuration, null) };
  const problems: FieldProblems = { ...read.scaling.problems, ...read.configuration.problems };
  const isComplete = Object.keys(problems).length === 0;
  const { template, ...places } = read.configuration.value;
  const body: CreateEndpoint = {
    ...(form.name.trim() === "" ? {} : { name: form.name.trim() }),
    ...(form.owner.trim() === "" ? {} : { owner: form.owner.trim() }),
    ...(form.description.trim() === "" ? {} : { description: form.description.trim() }),
    visibility: form.visibility,
    scaling: read.scaling.value,
    ...(form.fallback === "" ? {} : { fallback: form.fallback }),
    ...(form.coldStart === "hold" ? {} : { coldStart: form.coldStart }),
    template: withRepoName(template, models),
    ...places,
  };
  const create = useCreation();
  const refusal = create.failure;
  // what is only not filled in yet is no fault
  const told: FieldProblems = {
    ...Object.fromEntries(Object.entries(problems).filter(([param]) => !unfilled.includes(param))),
    ...(refusal?.param === undefined ? {} : { [refusal.param]: refusal.message }),
  };
  return (
    <Page title="Create an endpoint">
      <form
        className="grid items-start gap-4 lg:grid-cols-2"
        onSubmit={(event) => {
          event.preventDefault();
          if (isComplete) create.run({ body, deploy: true });
        }}
      >
        <div className="flex min-w-0 flex-col gap-4">
          <Card title="What it is">
            <div className="border-b border-line p-3.5">
              <div className={fieldColumns}>
                <TextInput
                  label="Name"
                  placeholder="a readable one is made up"
                  hint="What callers put into model."
                  value={form.name}
                  onChange={(name) => setForm({ ...form, name })}
                  error={told["name"]}
                />
                <TextInput
                  label="Owner"
                  hint="You, when empty."
                  value={form.owner}
                  onChange={(owner) => setForm({ ...form, owner })}
                  error={told["owner"]}
                />
              </div>
            </div>
            <ConfigurationFields
              form={configuration}
              change={(part) => setConfiguration({ ...configuration, ...part })}
              problems={told}
            />
          </Card>
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          {configuration.kind !== "workers" && (
            <Card title="How many replicas">
              <div className="flex flex-col gap-3.5 p-3.5">
                <ScalingFields
                  form={scaling}
                  change={(part) => setScaling({ ...scaling, ...part })}
                  problems={told}
                  scaling={Object.keys(read.scaling.problems).length === 0 ? read.scaling.value : undefined}
                />
              </div>
            </Card>
          )}
          <Card title="Who may call it">
            <div className="flex flex-col gap-3.5 p-3.5">
              <AccessFields form={form} change={(part) => setForm({ ...form, ...part })} problems={told} />
            </div>
          </Card>
          <Card title="The same on the command line">
            <CodeBlock
              bare
              code={createCommand(withPlaceholder(body, problems))}
              language="bash"
              what="the command"
            />
          </Card>
          {refusal !== undefined && (refusal.param === undefined || !shownParams.test(refusal.param)) && (
            <Notice look="bad" title={refusal.message} />
          )}
          <div className="flex flex-wrap items-center gap-2">
            <Button type="submit" look="primary" disabled={!isComplete || create.busy}>
              Create and deploy
            </Button>
            <Button disabled={!isComplete || create.busy} onClick={() => create.run({ body, deploy: false })}>
              Create it
            </Button>
            <span role="status" className="text-sm text-ink-3">
              {create.busy
                ? "Creating …"
                : isComplete
                  ? "Nothing runs before it is deployed."
                  : missingWords(problems)}
            </span>
          </div>
        </div>
      </form>
    </Page>
  );
}

/** What is not chosen yet stands in the command as a word to be replaced. */
function withPlaceholder(body: CreateEndpoint, problems: FieldProblems): CreateEndpoint {
  if (problems["template.model"] !== undefined) return { ...body, template: { model: "MODEL" } };
  if (problems["template.command"] !== undefined)
    return { ...body, template: { command: { argv: ["PROGRAM"] } } };
  if (problems["template.handler"] !== undefined)
    return {
      ...body,
      template: { handler: { language: "python", source: { kind: "text", name: "FILE", text: "" } } },
    };
  return body;
}

const unfilled = ["template.model", "template.command", "template.handler", "profiles"];
const shownParams =
  /^(name|owner|description|visibility|fallback|coldStart|scaling\..*|template\..*|profiles|hardware|secrets|hubSecret)$/;

function missingWords(problems: FieldProblems): string {
  const words: Readonly<Record<string, string>> = {
    "template.model": "a model",
    "template.command": "a command",
    "template.handler": "a handler's file",
    profiles: "a profile",
  };
  const missing = Object.keys(problems).map((param) => words[param]);
  return missing.includes(undefined)
    ? "Something is wrong with a field."
    : `Still needed: ${missing.join(", ")}.`;
}

/** Begins with the default profile, and with what the address names. */
function useConfiguration({ model, kind }: { readonly model?: string; readonly kind?: string }) {
  const profiles = useQuery(profilesQuery).data;
  const [configuration, setConfiguration] = useState<ConfigurationForm>(() => ({
    ...blankConfigurationForm,
    kind: kind === "command" || kind === "handler" || kind === "workers" ? kind : "model",
    launch: { ...blankConfigurationForm.launch, model: model ?? "" },
  }));
  const [isTouched, setTouched] = useState(false);
  const usual = profiles?.find((one) => one.default)?.name;
  return {
    configuration: isTouched || usual === undefined ? configuration : { ...configuration, profiles: [usual] },
    setConfiguration: (next: ConfigurationForm): void => {
      setTouched(true);
      setConfiguration(next);
    },
  };
}

function useCreation() {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const mutation = useMutation({
    mutationFn: async ({ body, deploy }: { body: CreateEndpoint; deploy: boolean }) => {
      const endpoint = await client.createEndpoint({ body });
      applyChange(queries, { type: "endpoint", endpoint });
      return { endpoint, deploy };
    },
    onSuccess: async ({ endpoint: { id }, deploy }) => {
      await navigate({ to: "/endpoints/$id", params: { id } });
      // it exists from here on: a refused deployment is told on its page
      if (deploy) deployment.mutate(id);
    },
    meta: { toldInPlace: true },
  });
  const deployment = useMutation({
    mutationFn: (id: string) => client.deployEndpoint({ params: { id } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["endpoints"] }),
  });
  return {
    run: mutation.mutate,
    busy: mutation.isPending,
    failure: mutation.error === null ? undefined : failureOf(mutation.error),
  };
}
