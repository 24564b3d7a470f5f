import type {
  AuthScheme,
  CreateProvider,
  Price,
  PromptFormat,
  ProviderKind,
  ProviderModelSpec,
  ProviderOptions,
} from "@berth/api";
import { Option, type Command } from "commander";
import { collect } from "../collect.ts";
import { readDuration } from "../duration.ts";
import { CliError } from "../exit.ts";
import { decimalNumber, wholeNumber } from "../read-number.ts";

export const providerKindNames = [
  "openai",
  "azure-openai",
  "openai-compatible",
  "vllm-completions",
  "tgi",
  "ollama",
  "gradio",
  "replicate",
  "sagemaker",
  "anthropic",
  "gemini",
] as const satisfies readonly ProviderKind[];

/** What a person may say of a provider, by options of `add` and `update`. */
export interface ProviderFlags {
  readonly url?: string;
  readonly model?: readonly string[];
  readonly discover?: boolean;
  readonly anyPath?: boolean;
  readonly context?: number;
  readonly maxOutput?: number;
  readonly priceIn?: number;
  readonly priceOut?: number;
  readonly prompt?: string;
  readonly header?: readonly string[];
  readonly authHeader?: string;
  readonly authUser?: string;
  readonly region?: string;
  readonly awsProfile?: string;
  readonly roleArn?: string;
  readonly apiVersion?: string;
  readonly apiName?: string;
  readonly callerField?: readonly string[];
  readonly keepAlive?: string;
  readonly chat?: boolean;
  readonly streamUsage?: boolean;
  readonly maxParallel?: number;
  readonly connectTimeout?: string;
  readonly firstTokenTimeout?: string;
}

export function addProviderOptions(command: Command): Command {
  return command
    .option("--url <address>", "where it is; OpenAI-like servers with their /v1")
    .option("--model <name>", "a model, or NAME=WHAT-IT-IS-CALLED-THERE; give it again for more", collect)
    .option("--discover", "ask the server for its models beside those named (without --model it is asked)")
    .option("--any-path", "send it the paths under /v1 that Berth does not know")
    .option("--no-any-path", "do not")
    .option("--context <tokens>", "of the models named: how much they read", wholeNumber(1, 100_000_000))
    .option("--max-output <tokens>", "of the models named: how much they write", wholeNumber(1, 100_000_000))
    .option("--price-in <dollars>", "of the models named: a million tokens read", decimalNumber(0, 1_000_000))
    .option(
      "--price-out <dollars>",
      "of the models named: a million tokens written",
      decimalNumber(0, 1_000_000),
    )
    .option(
      "--prompt <type>",
      "of the models named: how a chat is written out as one text, as plain or llama2",
    )
    .option("--header <header>", "sent along, as 'OpenAI-Project: p1'; no secret; again for more", collect)
    .option("--auth-header <header>", "where the key goes, as 'X-Key' or 'Authorization: Token'")
    .option("--auth-user <user>", "log in as this user; the key is the password")
    .option("--region <region>", "sagemaker: as us-east-2")
    .option("--aws-profile <name>", "sagemaker: a profile of the AWS configuration")
    .option("--role-arn <arn>", "sagemaker: a role to take on")
    .option("--api-version <version>", "azure-openai: as 2024-10-21; the newer paths without it")
    .option("--api-name <name>", "gradio: the function that answers")
    .option(
      "--caller-field <name>",
      "gradio, where an h2oGPT is: a field of its own that callers may set, as langchain_mode; again for more",
      collect,
    )
    .option("--keep-alive <time>", "ollama: how long it keeps a model in memory, as 10m")
    .option("--chat", "sagemaker, replicate: it takes messages rather than one text")
    .option("--no-stream-usage", "OpenAI-like: it refuses stream_options")
    .option("--max-parallel <requests>", "so many at once; more go elsewhere", wholeNumber(1, 1_000_000))
    .option("--connect-timeout <duration>", "how long it may take to connect")
    .option("--first-token-timeout <duration>", "how long until an answer begins");
}

/** How a credential is told: never by an option's value, which every user of the machine can read. */
export function addKeyOptions(command: Command): Command {
  return command
    .option("--api-key-env <variable>", "the key is in this variable of the environment of `berth start`")
    .option("--api-key-stdin", "read the key from standard input");
}

export function kindOption(): Option {
  return new Option("--kind <kind>", "how it is spoken to").choices(providerKindNames);
}

type Said = Omit<CreateProvider, "name" | "kind" | "credential" | "enabled">;

/** What the flags say, nothing more. Throws a usage error that names the option. */
export function readProviderFlags(flags: ProviderFlags): Said {
  const options = readOptions(flags);
  const auth = readAuth(flags);
  const said: { [K in keyof Said]: Said[K] | undefined } = {
    url: flags.url,
    models: readModels(flags),
    discover: flags.discover,
    anyPath: flags.anyPath,
    auth,
    options: Object.keys(options).length === 0 ? undefined : options,
    maxParallel: flags.maxParallel,
    connectSeconds: seconds(flags.connectTimeout, "--connect-timeout"),
    firstTokenSeconds: seconds(flags.firstTokenTimeout, "--first-token-timeout"),
  };
  return defined(said) as Said;
}

/** Without the fields that nobody said. */
function defined<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}

function seconds(text: string | undefined, option: string): number | undefined {
  return text === undefined ? undefined : readDuration(text, option);
}

function readModels({ model, ...flags }: ProviderFlags): ProviderModelSpec[] | undefined {
  const facts: Omit<ProviderModelSpec, "name"> = {
    ...(flags.context === undefined ? {} : { contextTokens: flags.context }),
    ...(flags.maxOutput === undefined ? {} : { maxOutputTokens: flags.maxOutput }),
    ...(flags.prompt === undefined ? {} : { prompt: readPrompt(flags.prompt) }),
    ...priceOf(flags),
  };
  if (model === undefined) {
    if (Object.keys(facts).length === 0) return undefined;
    throw new CliError(
      "usage",
      "--context, --max-output, --price-in, --price-out and --prompt are of models: name those by --model",
    );
  }
  return model.map((text) => {
    const [name = "", upstreamName] = text.split(/=(.*)/s, 2);
    return { name, ...(upstreamName === undefined ? {} : { upstreamName }), ...facts };
  });
}

/** The server knows the types. */
function readPrompt(name: string): PromptFormat {
  return name === "plain" ? { kind: "plain" } : ({ kind: "type", name } as PromptFormat);
}

function priceOf({ priceIn, priceOut }: ProviderFlags): { readonly price?: Price } {
  if (priceIn === undefined && priceOut === undefined) return {};
  return { price: { inputPerMillion: priceIn ?? 0, outputPerMillion: priceOut ?? 0 } };
}

function readOptions(flags: ProviderFlags): ProviderOptions {
  const { region, awsProfile, roleArn, apiVersion, apiName, callerField, keepAlive, chat } = flags;
  const headers = flags.header?.map((text) => headerOf(text, "--header"));
  return defined({
    region,
    awsProfile,
    roleArn,
    apiVersion,
    apiName,
    callerFields: callerField === undefined ? undefined : [...callerField],
    keepAlive,
    chat,
    // commander says true when nobody said anything
    streamUsage: flags.streamUsage === false ? false : undefined,
    headers: headers === undefined ? undefined : Object.fromEntries(headers),
  }) as ProviderOptions;
}

function readAuth({ authHeader, authUser }: ProviderFlags): AuthScheme | undefined {
  if (authUser !== undefined) return { kind: "basic", user: authUser };
  if (authHeader === undefined) return undefined;
  const [name = "", prefix] = authHeader.split(/:\s*(.*)/s, 2);
  return { kind: "header", name: name.trim(), ...(prefix === undefined ? {} : { prefix: prefix.trim() }) };
}

function headerOf(text: string, option: string): [string, string] {
  const [name = "", value] = text.split(/:\s*(.*)/s, 2);
  if (value === undefined)
    throw new CliError("usage", `${option}: "${text}" is no header; write 'Name: value'`);
  return [name.trim(), value.trim()];
}
