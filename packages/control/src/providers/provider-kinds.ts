import type { ProviderKind, ProviderOptions } from "@berth/api";

/** What is known of a kind of inference server before any is asked. */
export interface ProviderKindFacts {
  /** Where it is when nobody says; `undefined`: it has to be said. */
  readonly url: (options: ProviderOptions) => string | undefined;
  /** Whether it can be asked for its models; otherwise they have to be named. */
  readonly lists: boolean;
  /** The header in which it wants its credential, and what goes before that. */
  readonly header: { readonly name: string; readonly prefix: string };
  /** The options that mean something to it, beside `headers`. */
  readonly options: readonly (keyof ProviderOptions)[];
  /** Whether its address ends where OpenAI's paths begin; the others append their own paths. */
  readonly isOpenAi: boolean;
}

const bearer = { name: "authorization", prefix: "Bearer " };
const unknownUrl = (): undefined => undefined;
const openAi = { lists: true, header: bearer, options: ["streamUsage"], isOpenAi: true } as const;

export const providerKinds: Readonly<Record<ProviderKind, ProviderKindFacts>> = {
  openai: { ...openAi, url: () => "https://api.openai.com/v1" },
  "openai-compatible": { ...openAi, url: unknownUrl },
  "vllm-completions": { ...openAi, url: unknownUrl },
  "azure-openai": {
    url: unknownUrl,
    // its deployments are known to the account's management, not to the endpoint
    lists: false,
    header: { name: "api-key", prefix: "" },
    options: ["apiVersion", "streamUsage"],
    isOpenAi: false,
  },
  tgi: { url: unknownUrl, lists: true, header: bearer, options: [], isOpenAi: false },
  ollama: { url: unknownUrl, lists: true, header: bearer, options: ["keepAlive"], isOpenAi: false },
  gradio: {
    url: unknownUrl,
    lists: true,
    header: bearer,
    options: ["apiName", "callerFields"],
    isOpenAi: false,
  },
  replicate: {
    url: () => "https://api.replicate.com/v1",
    lists: false,
    header: bearer,
    options: ["chat"],
    isOpenAi: false,
  },
  sagemaker: {
    url: ({ region }) =>
      region === undefined
        ? undefined
        : `https://runtime.sagemaker.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`,
    lists: false,
    header: bearer,
    options: ["region", "awsProfile", "roleArn", "chat"],
    isOpenAi: false,
  },
  anthropic: {
    url: () => "https://api.anthropic.com",
    lists: true,
    header: { name: "x-api-key", prefix: "" },
    options: [],
    isOpenAi: false,
  },
  gemini: {
    url: () => "https://generativelanguage.googleapis.com",
    lists: true,
    header: { name: "x-goog-api-key", prefix: "" },
    options: [],
    isOpenAi: false,
  },
};
