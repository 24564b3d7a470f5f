import type { ProviderKind, ProviderOptions } from "@berth/api";

export interface KindWords {
  readonly title: string;
  readonly note: string;
  /** Where it is when the address is left empty; absent where the address has to be said. */
  readonly ownUrl?: string;
  /** What an address of this kind looks like. */
  readonly example: string;
  /** Whether it can be asked for its models. */
  readonly lists: boolean;
  /** Its options that a person may set, beside those that all have. */
  readonly options: readonly (keyof ProviderOptions)[];
}

/** Each kind of inference server in words, the most usual first. */
export const providerKinds: Readonly<Record<ProviderKind, KindWords>> = {
  "openai-compatible": {
    title: "OpenAI-compatible server",
    note: "vLLM, SGLang, LM Studio, llama.cpp, Groq, Mistral, Together …",
    example: "http://gpu1:8000/v1",
    lists: true,
    options: ["streamUsage"],
  },
  openai: {
    title: "OpenAI",
    note: "An account at OpenAI",
    ownUrl: "https://api.openai.com/v1",
    example: "https://api.openai.com/v1",
    lists: true,
    options: ["streamUsage"],
  },
  "azure-openai": {
    title: "Azure OpenAI",
    note: "Its deployments have to be named",
    example: "https://lab.openai.azure.com",
    lists: false,
    options: ["apiVersion", "streamUsage"],
  },
  anthropic: {
    title: "Anthropic",
    note: "Claude, over the messages API",
    ownUrl: "https://api.anthropic.com",
    example: "https://api.anthropic.com",
    lists: true,
    options: [],
  },
  gemini: {
    title: "Google Gemini",
    note: "An API key of Google AI",
    ownUrl: "https://generativelanguage.googleapis.com",
    example: "https://generativelanguage.googleapis.com",
    lists: true,
    options: [],
  },
  ollama: {
    title: "Ollama",
    note: "Over its own API",
    example: "http://workstation:11434",
    lists: true,
    options: ["keepAlive"],
  },
  tgi: {
    title: "Text Generation Inference",
    note: "Over its own API",
    example: "http://gpu1:8080",
    lists: true,
    options: [],
  },
  "vllm-completions": {
    title: "Completions only",
    note: "OpenAI-compatible; chats are written out here",
    example: "http://gpu1:8000/v1",
    lists: true,
    options: ["streamUsage"],
  },
  gradio: {
    title: "Gradio app",
    note: "h2oGPT among them",
    example: "http://gpu2:7860",
    lists: true,
    options: ["apiName"],
  },
  replicate: {
    title: "Replicate",
    note: "Its models have to be named",
    ownUrl: "https://api.replicate.com/v1",
    example: "https://api.replicate.com/v1",
    lists: false,
    options: ["chat"],
  },
  sagemaker: {
    title: "Amazon SageMaker",
    note: "Its endpoints have to be named",
    ownUrl: "the region's own",
    example: "https://runtime.sagemaker.us-east-2.amazonaws.com",
    lists: false,
    options: ["region", "awsProfile", "roleArn", "chat"],
  },
};

export const providerKindNames = Object.keys(providerKinds) as readonly ProviderKind[];
