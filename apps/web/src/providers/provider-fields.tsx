import type { ProviderOptions } from "@berth/api";
import type { ReactNode } from "react";
import type { Failure } from "../api/failure.ts";
import { Field } from "../parts/field.tsx";
import { CheckBox, fieldColumns, TextInput } from "../parts/inputs.tsx";
import { More } from "../parts/more.tsx";
import { Select } from "../parts/select.tsx";
import { ProviderModelRows } from "./provider-model-rows.tsx";
import type { ProviderForm } from "./provider-form.ts";
import { providerKindNames, providerKinds } from "./provider-kinds.ts";

export interface ProviderFieldsProps {
  readonly form: ProviderForm;
  readonly change: (part: Partial<ProviderForm>) => void;
  readonly failure: Failure | undefined;
}

/** Whether the form has a field for what the server names; its words then stand there. */
export function knowsField(param: string): boolean {
  return /^(name|url|credential|anyPath)\b/.test(param);
}

/** Everything that can be said of a provider; what its kind does not know is not asked. */
export function ProviderFields({
  form,
  change,
  failure,
  isNew,
}: ProviderFieldsProps & { readonly isNew: boolean }): ReactNode {
  const kind = providerKinds[form.kind];
  const problem = (param: string): string | undefined =>
    failure?.param?.startsWith(param) === true ? failure.message : undefined;
  return (
    <>
      {isNew && (
        <div className={fieldColumns}>
          <Field label="Kind">
            {(ids) => (
              <Select
                id={ids.id}
                value={form.kind}
                onChange={(next) => change({ kind: next as ProviderForm["kind"] })}
                choices={providerKindNames.map((name) => ({
                  value: name,
                  label: providerKinds[name].title,
                  note: providerKinds[name].note,
                }))}
              />
            )}
          </Field>
          <TextInput
            label="Name"
            hint="Its models are called NAME/MODEL too."
            required
            error={problem("name")}
            value={form.name}
            onChange={(name) => change({ name })}
          />
        </div>
      )}
      <TextInput
        label="Address"
        required={kind.ownUrl === undefined}
        placeholder={kind.example}
        hint={kind.ownUrl === undefined ? "Without user and password." : `When empty: ${kind.ownUrl}.`}
        error={problem("url")}
        value={form.url}
        onChange={(url) => change({ url })}
      />
      <Credential form={form} change={change} isNew={isNew} error={problem("credential")} />
      <KindOptions form={form} change={change} />
      <ProviderModelRows
        rows={form.models}
        onChange={(models) => change({ models })}
        error={problem("models")}
      />
      {kind.lists && (
        <CheckBox
          label="Ask the server for its models"
          hint="Those named above go before what it says of them."
          checked={form.discover}
          onChange={(discover) => change({ discover })}
        />
      )}
      <More title="Limits, log-in and other paths">
        <Limits form={form} change={change} anyPathError={problem("anyPath")} />
      </More>
    </>
  );
}

function Credential({
  form,
  change,
  isNew,
  error,
}: Pick<ProviderFieldsProps, "form" | "change"> & {
  readonly isNew: boolean;
  readonly error: string | undefined;
}): ReactNode {
  return (
    <div className={fieldColumns}>
      <Field label="Credential" error={form.credential === "keep" ? error : undefined}>
        {(ids) => (
          <Select
            id={ids.id}
            value={form.credential}
            onChange={(next) => change({ credential: next as ProviderForm["credential"] })}
            choices={[
              ...(isNew ? [] : [{ value: "keep", label: "As it is" }]),
              { value: "stored", label: "A key, told here", note: "Stored encrypted, never shown again" },
              {
                value: "env",
                label: "An environment variable",
                note: "Of berth start; read at each request",
              },
              { value: "none", label: "None" },
            ]}
          />
        )}
      </Field>
      {form.credential === "stored" && (
        <TextInput
          label="Key"
          secret
          hint={isNew ? "Left empty: none." : "Left empty: none, and the present one is forgotten."}
          error={error}
          value={form.value}
          onChange={(value) => change({ value })}
        />
      )}
      {form.credential === "env" && (
        <TextInput
          label="Variable"
          required
          placeholder="OPENAI_API_KEY"
          error={error}
          value={form.variable}
          onChange={(variable) => change({ variable })}
        />
      )}
    </div>
  );
}

type TextOption = "region" | "awsProfile" | "roleArn" | "apiVersion" | "apiName" | "keepAlive";

const optionWords: Readonly<
  Record<TextOption, { readonly label: string; readonly placeholder?: string; readonly hint?: string }>
> = {
  region: { label: "Region", placeholder: "us-east-2" },
  awsProfile: { label: "AWS profile", hint: "Of the AWS configuration; the usual chain when empty." },
  roleArn: { label: "Role to take on", placeholder: "arn:aws:iam::…" },
  apiVersion: { label: "API version", placeholder: "2024-10-21", hint: "The newer paths when empty." },
  apiName: { label: "Function", placeholder: "/chat", hint: "Found by itself when empty." },
  keepAlive: { label: "Keeps models for", placeholder: "10m", hint: "After a request; its own when empty." },
};

function KindOptions({ form, change }: Pick<ProviderFieldsProps, "form" | "change">): ReactNode {
  const known: readonly (keyof ProviderOptions)[] = providerKinds[form.kind].options;
  const texts = known.filter((name): name is TextOption => name in optionWords);
  if (known.length === 0) return null;
  return (
    <>
      {texts.length > 0 && (
        <div className={fieldColumns}>
          {texts.map((name) => (
            <TextInput
              key={name}
              {...optionWords[name]}
              value={form[name]}
              onChange={(value) => change({ [name]: value })}
            />
          ))}
        </div>
      )}
      {known.includes("chat") && (
        <CheckBox
          label="It takes messages"
          hint="Rather than one text, which is written out here."
          checked={form.chat}
          onChange={(chat) => change({ chat })}
        />
      )}
      {known.includes("streamUsage") && (
        <CheckBox
          label="It counts the tokens of streams"
          hint="By stream_options; untick where the server refuses that."
          checked={form.streamUsage}
          onChange={(streamUsage) => change({ streamUsage })}
        />
      )}
    </>
  );
}

function Limits({
  form,
  change,
  anyPathError,
}: Pick<ProviderFieldsProps, "form" | "change"> & { readonly anyPathError: string | undefined }): ReactNode {
  return (
    <>
      <div className={fieldColumns}>
        <TextInput
          label="Requests at once"
          numeric
          hint="More go elsewhere. No bound when empty."
          value={form.maxParallel}
          onChange={(maxParallel) => change({ maxParallel })}
        />
        <TextInput
          label="Seconds to connect"
          numeric
          value={form.connectSeconds}
          onChange={(connectSeconds) => change({ connectSeconds })}
        />
        <TextInput
          label="Seconds to the first token"
          numeric
          hint="Then the next target of a route is asked."
          value={form.firstTokenSeconds}
          onChange={(firstTokenSeconds) => change({ firstTokenSeconds })}
        />
        <TextInput
          label="User"
          hint="Where it wants a log-in; the credential is the password."
          value={form.user}
          onChange={(user) => change({ user })}
        />
      </div>
      <CheckBox
        label="It gets paths that Berth does not know"
        hint="Files, batches and the like under /v1. At most one provider."
        checked={form.anyPath}
        onChange={(anyPath) => change({ anyPath })}
      />
      {anyPathError !== undefined && (
        <p role="alert" className="text-sm text-bad">
          {anyPathError}
        </p>
      )}
    </>
  );
}
