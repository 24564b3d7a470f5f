import type { ParsedServer, ServerEnvironment } from "./parsed-server.ts";
import {
  environmentUrl,
  given,
  isPort,
  keyOf,
  serverUrl,
  splitFields,
  urlText,
  wrongServer,
} from "./server-fields.ts";

export const openAiWords = ["openai", "openai_chat", "openai_azure", "openai_azure_chat"] as const;
export type OpenAiWord = (typeof openAiWords)[number];

const defaultApiVersion = "2024-07-01-preview";

/**
 * `TYPE[:DEPLOYMENT[:BASE_URL[:API_VERSION[:KEY]]]]`. The base URL is https without a scheme, as h2oGPT has it, but may
 * have one here, and a port. A field that is empty or `None` is its default.
 */
export function parseOpenAiServer(
  word: OpenAiWord,
  text: string,
  environment: ServerEnvironment,
  model: string | undefined,
): ParsedServer {
  const isAzure = word.startsWith("openai_azure");
  const form = `\`${word}:${isAzure ? "DEPLOYMENT:NAME.openai.azure.com:API_VERSION" : "None:HOST/v1:None"}:KEY\``;
  const [deployment, ...behind] = splitFields(text);
  const { url, rest } = readBase(behind, form);
  const [apiVersion, ...key] = rest;
  const said = { deployment: given(deployment), url, apiVersion: given(apiVersion), key };
  const isChat = word.endsWith("_chat") || isChatModel(model);
  return { ...(isAzure ? azure : openAi)(said, environment, form), isChat };
}

interface Said {
  readonly deployment: string | undefined;
  readonly url: URL | undefined;
  readonly apiVersion: string | undefined;
  readonly key: readonly string[];
}

function azure({ deployment, url, apiVersion, key }: Said, environment: ServerEnvironment, form: string) {
  if (deployment === undefined) throw wrongServer("the deployment", "is missing", form);
  const baseUrl = url === undefined ? environmentUrl(environment, "AZURE_OPENAI_ENDPOINT") : urlText(url);
  if (baseUrl === undefined)
    throw wrongServer("the base URL", "is missing, and AZURE_OPENAI_ENDPOINT is not set", form);
  const hasOwnKey = given(environment["OPENAI_AZURE_KEY"]) !== undefined;
  return {
    kind: "azure-openai" as const,
    baseUrl,
    deployment,
    apiVersion: apiVersion ?? given(environment["OPENAI_API_VERSION"]) ?? defaultApiVersion,
    key: keyOf(key, hasOwnKey ? "OPENAI_AZURE_KEY" : "OPENAI_API_KEY"),
  };
}

function openAi({ deployment, url, apiVersion, key }: Said, environment: ServerEnvironment, form: string) {
  if (deployment !== undefined) throw wrongServer("the deployment", "is Azure's", form);
  if (apiVersion !== undefined) throw wrongServer("the API version", "is Azure's", form);
  if (url?.pathname === "/") url.pathname = "/v1";
  const said = url === undefined ? environmentUrl(environment, "OPENAI_BASE_URL") : urlText(url);
  const baseUrl = said ?? "https://api.openai.com/v1";
  return { kind: "openai" as const, baseUrl, key: keyOf(key, "OPENAI_API_KEY") };
}

/** The base URL at the front of the fields, and those behind it. A field of digits behind it is its port. */
function readBase(
  fields: readonly string[],
  form: string,
): { readonly url: URL | undefined; readonly rest: readonly string[] } {
  const [first = ""] = fields;
  const scheme =
    /^https?$/i.test(first) && fields[1]?.startsWith("//") === true ? first.toLowerCase() : undefined;
  const [base, ...behind] = scheme === undefined ? fields : [(fields[1] ?? "").slice(2), ...fields.slice(2)];
  const address = given(base);
  if (address === undefined && scheme === undefined) return { url: undefined, rest: behind };
  const [port] = behind;
  const hasPort = port !== undefined && isPort(port);
  const url = serverUrl({ scheme: scheme ?? "https", address, port: hasPort ? port : undefined }, form);
  return { url, rest: hasPort ? behind.slice(1) : behind };
}

/** h2oGPT asks these for messages, whatever the type says. */
function isChatModel(model = ""): boolean {
  return /^(?:gpt-3\.5-turbo|gpt-4)/.test(model) && !model.includes("-instruct");
}
