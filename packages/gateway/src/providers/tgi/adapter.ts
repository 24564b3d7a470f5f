import type { ProviderUpstream } from "@berth/api";
import type { OperationName } from "../../operation.ts";
import { authHeaders } from "../auth-headers.ts";
import type { ProviderAdapter, ProviderPlan } from "../provider.ts";
import { continueText, answerChat } from "./tgi-call.ts";

/** Text Generation Inference by its own API: chats are written out here, as its releases before 1.4 know none. */
export const tgi: ProviderAdapter = {
  kind: "tgi",
  plan(operation: OperationName, { target }: ProviderUpstream, path: string): ProviderPlan | undefined {
    if (operation === "chat.completions") return { kind: "translate", operation: "chat", call: answerChat };
    if (operation === "completions")
      return { kind: "translate", operation: "completions", call: continueText };
    if (operation !== "tgi.generate") return undefined;
    const headers = authHeaders(target);
    return { kind: "passthrough", path, headers, namesModel: false, countsStreams: false };
  },
};
