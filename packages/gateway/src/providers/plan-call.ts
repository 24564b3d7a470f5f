import type { ProviderUpstream } from "@berth/api";
import type { AskedRequest } from "../asked-request.ts";
import type { OperationName } from "../operation.ts";
import { adapterOf } from "./adapters.ts";
import { callOpenAi } from "./openai/open-ai-call.ts";
import type { ProviderAnswer, ProviderCall, ProviderPlan, TranslatedOperation } from "./provider.ts";

/** How a request goes to a provider. */
export type Planned =
  | { readonly kind: "pass"; readonly plan: Extract<ProviderPlan, { kind: "passthrough" }> }
  | { readonly kind: "translate"; readonly call: (call: ProviderCall) => Promise<ProviderAnswer> }
  | { readonly kind: "absent" };

/** In the caller's own protocol where the provider speaks it, else in OpenAI's words. */
export function planOf(asked: AskedRequest, upstream: ProviderUpstream): Planned {
  const adapter = adapterOf(upstream.target.kind);
  const own = asked.passes ? adapter?.plan(asked.operation, upstream, asked.path) : undefined;
  if (own !== undefined) return own.kind === "translate" ? own : { kind: "pass", plan: own };
  const operation = asked.ingress?.operation;
  const plan =
    operation === undefined ? undefined : adapter?.plan(operationOf(operation), upstream, asked.path);
  if (plan === undefined) return { kind: "absent" };
  if (plan.kind === "translate") return plan;
  const { path, namesModel, ...wire } = plan;
  const url = upstream.target.url + path;
  const model = namesModel ? upstream.model : undefined;
  return { kind: "translate", call: (call) => callOpenAi(call, { ...wire, url, model }) };
}

/** What of OpenAI's operations can be translated. */
export function translatedOperation(name: OperationName): TranslatedOperation | undefined {
  switch (name) {
    case "chat.completions":
      return "chat";
    case "completions":
    case "embeddings":
    case "rerank":
      return name;
    case "audio.transcriptions":
    case "audio.translations":
    case "audio.speech":
    case "images.generations":
    case "responses":
    case "anthropic.messages":
    case "anthropic.count_tokens":
    case "ollama.chat":
    case "ollama.generate":
    case "ollama.embed":
    case "tgi.generate":
    case "transcribe":
    case "tokenize":
    case "models":
    case "passthrough":
    case "unknown":
      return undefined;
  }
}

function operationOf(operation: TranslatedOperation): OperationName {
  return operation === "chat" ? "chat.completions" : operation;
}
