import type { ProviderUpstream } from "@berth/api";
import type { OperationName } from "../../operation.ts";
import { authHeaders } from "../auth-headers.ts";
import type { ProviderAdapter, ProviderPlan } from "../provider.ts";
import { answerChat, continueText, embedTexts } from "./ollama-call.ts";

const ownPaths: Partial<Record<OperationName, string>> = {
  "ollama.chat": "/api/chat",
  "ollama.generate": "/api/generate",
  "ollama.embed": "/api/embed",
};

/** Ollama by its own API: under its `/v1` nobody can say how much context a model is to have. */
export const ollama: ProviderAdapter = {
  kind: "ollama",
  plan(operation: OperationName, { target }: ProviderUpstream): ProviderPlan | undefined {
    if (operation === "chat.completions") return { kind: "translate", operation: "chat", call: answerChat };
    if (operation === "completions")
      return { kind: "translate", operation: "completions", call: continueText };
    if (operation === "embeddings") return { kind: "translate", operation: "embeddings", call: embedTexts };
    const path = ownPaths[operation];
    if (path === undefined) return undefined;
    const headers = authHeaders(target);
    return { kind: "passthrough", path, headers, namesModel: true, countsStreams: false };
  },
};
