import type { ProviderKind } from "@berth/api";
import { anthropic } from "./anthropic/adapter.ts";
import { azureOpenAi } from "./azure/adapter.ts";
import { gemini } from "./gemini/adapter.ts";
import { gradio } from "./gradio/adapter.ts";
import { ollama } from "./ollama/adapter.ts";
import { openAi, openAiCompatible } from "./openai/adapter.ts";
import type { ProviderAdapter } from "./provider.ts";
import { replicate } from "./replicate/adapter.ts";
import { sageMaker } from "./sagemaker/adapter.ts";
import { tgi } from "./tgi/adapter.ts";
import { vllmCompletions } from "./vllm-completions/adapter.ts";

/** Every kind of provider that can be spoken to: adding one is a line here. */
const adapters: readonly ProviderAdapter[] = [
  openAi,
  openAiCompatible,
  azureOpenAi,
  vllmCompletions,
  tgi,
  ollama,
  gradio,
  replicate,
  sageMaker,
  anthropic,
  gemini,
];

const byKind = new Map<ProviderKind, ProviderAdapter>(adapters.map((adapter) => [adapter.kind, adapter]));

export function adapterOf(kind: ProviderKind): ProviderAdapter | undefined {
  return byKind.get(kind);
}
