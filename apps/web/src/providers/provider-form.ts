import type {
  CreateProvider,
  CredentialSpec,
  PromptFormat,
  Provider,
  ProviderKind,
  ProviderModel,
  ProviderModelSpec,
  ProviderOptions,
  UpdateProvider,
} from "@berth/api";
import { given } from "../api/given.ts";
import { numberText, readNumber } from "../format/read-number.ts";
import { providerKinds } from "./provider-kinds.ts";

/** One model as the dialog's row has it. */
export interface ModelRow {
  readonly id: string;
  readonly name: string;
  readonly upstreamName: string;
  readonly contextTokens: string;
  readonly inputPrice: string;
  readonly outputPrice: string;
  /** `plain` or a prompt type's name; empty for the model's own. */
  readonly prompt: string;
  /** What the row has no field for. */
  readonly kept: Pick<ProviderModelSpec, "task" | "maxOutputTokens" | "defaults" | "price" | "prompt">;
}

/** What stands in the dialog's fields. */
export interface ProviderForm {
  readonly kind: ProviderKind;
  readonly name: string;
  readonly url: string;
  /** `keep`: what the server has already. */
  readonly credential: "keep" | CredentialSpec["kind"];
  readonly value: string;
  readonly variable: string;
  readonly user: string;
  readonly models: readonly ModelRow[];
  readonly discover: boolean;
  readonly region: string;
  readonly awsProfile: string;
  readonly roleArn: string;
  readonly apiVersion: string;
  readonly apiName: string;
  readonly keepAlive: string;
  readonly chat: boolean;
  readonly streamUsage: boolean;
  readonly anyPath: boolean;
  readonly maxParallel: string;
  readonly connectSeconds: string;
  readonly firstTokenSeconds: string;
}

export const blankProviderForm: ProviderForm = {
  kind: "openai-compatible",
  name: "",
  url: "",
  credential: "stored",
  value: "",
  variable: "",
  user: "",
  models: [],
  discover: true,
  region: "",
  awsProfile: "",
  roleArn: "",
  apiVersion: "",
  apiName: "",
  keepAlive: "",
  chat: false,
  streamUsage: true,
  anyPath: false,
  maxParallel: "",
  connectSeconds: "",
  firstTokenSeconds: "",
};

export function blankModelRow(id: string): ModelRow {
  return {
    id,
    name: "",
    upstreamName: "",
    contextTokens: "",
    inputPrice: "",
    outputPrice: "",
    prompt: "",
    kept: {},
  };
}

/** The form of a provider as it is; its credential is never told. */
export function providerForm(provider: Provider): ProviderForm {
  const { kind, name, url, credential, auth, options, models, discover, anyPath } = provider;
  return {
    ...blankProviderForm,
    kind,
    name,
    url,
    credential: "keep",
    variable: credential.kind === "env" ? credential.name : "",
    user: auth?.kind === "basic" ? auth.user : "",
    models: models.filter(({ from }) => from === "set").map(modelRow),
    discover,
    region: options.region ?? "",
    awsProfile: options.awsProfile ?? "",
    roleArn: options.roleArn ?? "",
    apiVersion: options.apiVersion ?? "",
    apiName: options.apiName ?? "",
    keepAlive: options.keepAlive ?? "",
    chat: options.chat ?? false,
    streamUsage: options.streamUsage ?? true,
    anyPath,
    maxParallel: numberText(provider.maxParallel),
    connectSeconds: numberText(provider.connectSeconds),
    firstTokenSeconds: numberText(provider.firstTokenSeconds),
  };
}

function modelRow({ name, upstreamName, contextTokens, price, prompt, ...rest }: ProviderModel): ModelRow {
  return {
    id: name,
    name,
    upstreamName: upstreamName === name ? "" : upstreamName,
    contextTokens: numberText(contextTokens),
    inputPrice: numberText(price?.inputPerMillion),
    outputPrice: numberText(price?.outputPerMillion),
    prompt: promptWord(prompt),
    kept: {
      ...(rest.task === "text-generation" ? {} : { task: rest.task }),
      ...(rest.maxOutputTokens === null ? {} : { maxOutputTokens: rest.maxOutputTokens }),
      ...(Object.keys(rest.defaults).length === 0 ? {} : { defaults: rest.defaults }),
      ...(price === null ? {} : { price }),
      ...(prompt === null ? {} : { prompt }),
    },
  };
}

/** A prompt format as a field has it: only the two kinds that a word can name. */
export function promptWord(prompt: PromptFormat | null | undefined): string {
  switch (prompt?.kind) {
    case undefined:
      return "";
    case "plain":
      return "plain";
    case "type":
      return prompt.name;
    case "custom":
      return "prompt_dict";
    case "template":
      return "template";
  }
}

/** The provider that the form describes; what was left empty is left out. */
export function providerSpec(form: ProviderForm): CreateProvider {
  const { kind, name, url, anyPath } = form;
  const credential = credentialOf(form);
  const models = form.models.filter((row) => row.name.trim() !== "").map(modelSpec);
  const options = optionsOf(form, {});
  return {
    name: name.trim(),
    kind,
    ...(url.trim() === "" ? {} : { url: url.trim() }),
    ...(models.length === 0 ? {} : { models }),
    ...(providerKinds[kind].lists ? { discover: form.discover } : {}),
    ...(credential === undefined ? {} : { credential }),
    ...(form.user.trim() === "" ? {} : { auth: { kind: "basic", user: form.user.trim() } }),
    ...(Object.keys(options).length === 0 ? {} : { options }),
    ...(anyPath ? { anyPath } : {}),
    ...limitsOf(form),
  };
}

/** What the form says in place of the provider's present values; a field that was emptied takes its value away. */
export function providerChange(form: ProviderForm, before: Provider): UpdateProvider {
  const first = providerForm(before);
  const credential = credentialOf(form);
  const user = form.user.trim();
  return {
    url: form.url.trim() === "" ? null : form.url.trim(),
    // rows that nobody touched are not said again: the server may have filled in what they left open
    ...(isSame(form.models, first.models)
      ? {}
      : { models: form.models.filter((row) => row.name.trim() !== "").map(modelSpec) }),
    ...(providerKinds[form.kind].lists ? { discover: form.discover } : {}),
    ...(credential === undefined ? {} : { credential }),
    ...(user === first.user ? {} : { auth: user === "" ? null : { kind: "basic", user } }),
    options: optionsOf(form, before.options),
    anyPath: form.anyPath,
    ...emptyLimits,
    ...limitsOf(form),
  };
}

const emptyLimits = { maxParallel: null, connectSeconds: null, firstTokenSeconds: null };

function limitsOf(
  form: ProviderForm,
): Pick<CreateProvider, "maxParallel" | "connectSeconds" | "firstTokenSeconds"> {
  return given({
    maxParallel: readNumber(form.maxParallel),
    connectSeconds: readNumber(form.connectSeconds),
    firstTokenSeconds: readNumber(form.firstTokenSeconds),
  });
}

function credentialOf({ credential, value, variable }: ProviderForm): CredentialSpec | undefined {
  switch (credential) {
    case "keep":
      return undefined;
    case "stored":
      // left empty, none is meant
      return value.trim() === "" ? { kind: "none" } : { kind: "stored", value: value.trim() };
    case "env":
      return { kind: "env", name: variable.trim() };
    case "none":
      return { kind: "none" };
  }
}

/** The options of this kind as the form has them, beside those that it has no field for. */
function optionsOf(form: ProviderForm, before: ProviderOptions): ProviderOptions {
  const said: ProviderOptions = given({
    region: text(form.region),
    awsProfile: text(form.awsProfile),
    roleArn: text(form.roleArn),
    apiVersion: text(form.apiVersion),
    apiName: text(form.apiName),
    keepAlive: text(form.keepAlive),
    chat: form.chat ? true : undefined,
    streamUsage: form.streamUsage ? undefined : false,
  });
  const known = providerKinds[form.kind].options;
  const ofKind = Object.entries(said).filter(([name]) => known.includes(name as keyof ProviderOptions));
  return { ...given({ headers: before.headers }), ...Object.fromEntries(ofKind) };
}

function modelSpec(row: ModelRow): ProviderModelSpec {
  const { price: keptPrice, prompt: keptPrompt, ...kept } = row.kept;
  const input = readNumber(row.inputPrice);
  const output = readNumber(row.outputPrice);
  const price =
    input === undefined && output === undefined
      ? undefined
      : { ...keptPrice, inputPerMillion: input ?? 0, outputPerMillion: output ?? 0 };
  return {
    ...kept,
    name: row.name.trim(),
    ...given({
      upstreamName: text(row.upstreamName),
      contextTokens: readNumber(row.contextTokens),
      price,
      prompt: promptOf(row.prompt, keptPrompt),
    }),
  };
}

function promptOf(word: string, kept: PromptFormat | undefined): PromptFormat | undefined {
  const name = word.trim();
  if (name === promptWord(kept)) return kept;
  if (name === "") return undefined;
  // the server knows the types
  return name === "plain" ? { kind: "plain" } : ({ kind: "type", name } as PromptFormat);
}

function text(value: string): string | undefined {
  return value.trim() === "" ? undefined : value.trim();
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
