import type { ProviderKind } from "@berth/api";
import type { Ability } from "./provider-under-test.ts";

const sampling = ["max_tokens", "temperature", "top_p", "stop", "seed"] as const;
const penalties = ["frequency_penalty", "presence_penalty"] as const;
const tools = ["tools", "tool_choice", "parallel_tool_calls"] as const;

const openAi: readonly Ability[] = [
  "completions",
  "embeddings",
  "audio",
  ...sampling,
  ...penalties,
  "logit_bias",
  "n",
  "logprobs",
  ...tools,
  "response_format",
  "images",
  "usage",
  "usage of cached input",
  "usage of reasoning",
  "content filter",
];

/** What each kind of provider can do, as its conformance test shows and the guide tells. */
export const abilities: Readonly<Record<ProviderKind, readonly Ability[]>> = {
  openai: openAi,
  "azure-openai": openAi,
  "openai-compatible": [
    ...openAi.filter((ability) => ability !== "usage of reasoning"),
    "rerank",
    "reasoning",
  ],
  "vllm-completions": [
    "completions",
    "embeddings",
    "rerank",
    "audio",
    ...sampling,
    ...penalties,
    "logit_bias",
    "n",
    "logprobs",
    "response_format",
    "usage",
  ],
  tgi: ["completions", ...sampling, "frequency_penalty", "logprobs", "response_format", "usage"],
  ollama: [
    "completions",
    "embeddings",
    ...sampling,
    ...penalties,
    "logprobs",
    "tools",
    "response_format",
    "images",
    "reasoning",
    "usage",
  ],
  /** An h2oGPT; other apps take what they have an input for. */
  gradio: ["completions", ...sampling, "usage"],
  replicate: ["completions", ...sampling, "usage"],
  sagemaker: ["completions", ...sampling],
  anthropic: [
    "max_tokens",
    "temperature",
    "top_p",
    "stop",
    ...tools,
    "response_format",
    "images",
    "reasoning",
    "usage",
    "usage of cached input",
    "usage of reasoning",
    "content filter",
  ],
  gemini: [
    "embeddings",
    ...sampling,
    ...penalties,
    "n",
    "logprobs",
    "tools",
    "tool_choice",
    "response_format",
    "images",
    "reasoning",
    "usage",
    "usage of cached input",
    "usage of reasoning",
    "content filter",
  ],
};
