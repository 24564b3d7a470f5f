import type { ProviderUpstream } from "@berth/api";
import type { OperationName } from "../../operation.ts";
import { authHeaders } from "../auth-headers.ts";
import { frameOf } from "../pieces/frame.ts";
import { parseAnswer, streamOf } from "../translated-answer.ts";
import type { ProviderAdapter, ProviderAnswer, ProviderCall, ProviderPlan } from "../provider.ts";
import { ProviderFailure } from "../provider-failure.ts";
import { readFailure } from "../read-failure.ts";
import type { Message } from "./answer.ts";
import { refineFailure } from "./failure.ts";
import { readMessage } from "./read-message.ts";
import { readStream } from "./read-stream.ts";
import { messagesRequest } from "./write-request.ts";

/**
 * The one whose requests are written here, with the sampling that chats ask for: the next, 2026-10-21, takes none. Who speaks
 * the API tells their own, and whoever set the provider up may.
 */
const version = ["anthropic-version", "2023-06-01"] as const;

/** Anthropic's Messages API. Chats are translated; who speaks it already has its bytes passed through. */
export const anthropic: ProviderAdapter = {
  kind: "anthropic",
  plan(operation: OperationName, { target }: ProviderUpstream): ProviderPlan | undefined {
    const own = authHeaders(target);
    const headers = own.includes(version[0]) ? own : [...own, ...version];
    const messages = target.url.endsWith("/v1") ? "/messages" : "/v1/messages";
    const passed = { kind: "passthrough", headers, namesModel: true, countsStreams: false } as const;
    if (operation === "anthropic.messages") return { ...passed, path: messages };
    if (operation === "anthropic.count_tokens") return { ...passed, path: `${messages}/count_tokens` };
    if (operation !== "chat.completions") return undefined;
    const url = target.url + messages;
    return { kind: "translate", operation: "chat", call: (call) => callMessages(call, url, headers) };
  },
};

async function callMessages(
  call: ProviderCall,
  url: string,
  headers: readonly string[],
): Promise<ProviderAnswer> {
  const { wire, request, stream, clock } = call;
  const body = JSON.stringify(messagesRequest(request, call.upstream, stream));
  const answer = await wire.send({
    method: "POST",
    url,
    headers: ["content-type", "application/json", ...headers],
    body,
  });
  if (answer.status >= 400) throw await readFailure(answer, clock.now(), refineFailure);
  if (stream) return streamOf(readStream(answer.body, call));
  const message = parseAnswer(await answer.text()) as Message;
  if (!Array.isArray(message.content))
    throw new ProviderFailure({ kind: "failed", message: "the answer holds no message" });
  return { kind: "whole", body: readMessage(message, frameOf(call, "chatcmpl", message.id)) };
}
