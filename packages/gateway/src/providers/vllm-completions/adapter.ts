import type { ProviderUpstream } from "@berth/api";
import type { OperationName } from "../../operation.ts";
import { openAiCompatible } from "../openai/adapter.ts";
import type { ProviderAdapter, ProviderPlan } from "../provider.ts";
import { answerChat } from "./chat-by-completion.ts";

/** An OpenAI-compatible server whose chats are written out here, as texts to be continued. */
export const vllmCompletions: ProviderAdapter = {
  kind: "vllm-completions",
  plan(operation: OperationName, upstream: ProviderUpstream, path: string): ProviderPlan | undefined {
    if (operation === "chat.completions") return { kind: "translate", operation: "chat", call: answerChat };
    return openAiCompatible.plan(operation, upstream, path);
  },
};
