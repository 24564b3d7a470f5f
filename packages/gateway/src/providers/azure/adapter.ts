import type { ProviderUpstream } from "@berth/api";
import type { OperationName } from "../../operation.ts";
import { authHeaders } from "../auth-headers.ts";
import type { ProviderAdapter, ProviderPlan } from "../provider.ts";

const paths: Partial<Record<OperationName, string>> = {
  "chat.completions": "/chat/completions",
  completions: "/completions",
  embeddings: "/embeddings",
  "audio.transcriptions": "/audio/transcriptions",
  "audio.translations": "/audio/translations",
  "audio.speech": "/audio/speech",
  "images.generations": "/images/generations",
};

/**
 * Azure OpenAI: OpenAI's bodies under paths of deployments. Without an `api-version`, the newer paths under `/openai/v1`,
 * where the deployment is the model.
 */
export const azureOpenAi: ProviderAdapter = {
  kind: "azure-openai",
  plan(operation: OperationName, { target, model }: ProviderUpstream): ProviderPlan | undefined {
    const { apiVersion, streamUsage } = target.options;
    const common = {
      kind: "passthrough",
      headers: authHeaders(target),
      countsStreams: streamUsage !== false,
      limitsCompletions: operation === "chat.completions" && limitsCompletions(apiVersion),
    } as const;
    if (apiVersion === undefined) {
      const path = operation === "responses" ? "/responses" : paths[operation];
      return path === undefined ? undefined : { ...common, path: `/openai/v1${path}`, namesModel: true };
    }
    const path = paths[operation];
    if (path === undefined) return undefined;
    const deployment = `/openai/deployments/${encodeURIComponent(model)}`;
    return {
      ...common,
      path: `${deployment}${path}?api-version=${encodeURIComponent(apiVersion)}`,
      namesModel: false,
    };
  },
};

/** `max_completion_tokens` came with 2024-09-01-preview; 2024-10-21, the last with a date that is no preview, lacks it. */
function limitsCompletions(apiVersion: string | undefined): boolean {
  return apiVersion === undefined || (apiVersion >= "2024-09-01" && apiVersion !== "2024-10-21");
}
