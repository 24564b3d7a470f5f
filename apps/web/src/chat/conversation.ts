import type { ChatMessage, Conversation } from "@berth/api";
import type { ChatRequest, RequestMessage } from "@berth/api/openai";
import { readParameters, requestParameters } from "./parameters.ts";

const titleLetters = 60;

/** A chat's first title: the beginning of its first question, cut between words. */
export function titleOf(question: string): string {
  const line = question.trim().split("\n")[0]?.replaceAll(/\s+/g, " ") ?? "";
  if (line.length <= titleLetters) return line === "" ? "New chat" : line;
  const cut = line.slice(0, titleLetters);
  const space = cut.lastIndexOf(" ");
  return `${space > titleLetters / 2 ? cut.slice(0, space) : cut} …`;
}

export function userMessage(content: string, id: string, createdAt: number): ChatMessage {
  return { id, role: "user", content, createdAt };
}

/** What a called tool answered, as a person wrote it. */
export interface ToolResult {
  /** Of the call. */
  readonly id: string;
  readonly content: string;
}

export function resultMessage(result: ToolResult, id: string, createdAt: number): ChatMessage {
  return { id, role: "tool", content: result.content, toolCallId: result.id, createdAt };
}

/** The conversation up to the message, without it. */
export function before(messages: readonly ChatMessage[], id: string): ChatMessage[] {
  const at = messages.findIndex((message) => message.id === id);
  return at === -1 ? [...messages] : messages.slice(0, at);
}

/** The conversation without the answers at its end: ready to be answered again. */
export function unanswered(messages: readonly ChatMessage[]): ChatMessage[] {
  const last = messages.findLastIndex(({ role }) => role === "user" || role === "tool");
  return messages.slice(0, last + 1);
}

/** Tool calls at the end that still wait for their results. */
export function openToolCalls(messages: readonly ChatMessage[]): NonNullable<ChatMessage["toolCalls"]> {
  const last = messages.at(-1);
  return last?.role === "assistant" && last.error === undefined ? (last.toolCalls ?? []) : [];
}

/** What is asked of `/v1/chat/completions` to go on with the conversation. */
export function chatRequest(
  conversation: Pick<Conversation, "model" | "systemPrompt" | "parameters" | "messages">,
): ChatRequest {
  const { model, systemPrompt, parameters, messages } = conversation;
  const system: RequestMessage[] =
    systemPrompt.trim() === "" ? [] : [{ role: "system", content: systemPrompt }];
  return {
    model,
    messages: [...system, ...messages.flatMap(requestMessage)],
    ...requestParameters(readParameters(parameters)),
  };
}

function requestMessage(message: ChatMessage): RequestMessage[] {
  const { role, content, toolCalls = [], toolCallId } = message;
  switch (role) {
    case "system":
    case "user":
      return [{ role, content }];
    case "tool":
      return [{ role, content, ...(toolCallId === undefined ? {} : { tool_call_id: toolCallId }) }];
    case "assistant": {
      // an answer that broke off before its first word says nothing
      if (content === "" && toolCalls.length === 0) return [];
      const tool_calls = toolCalls.map((call) => ({
        id: call.id,
        type: "function",
        function: { name: call.name, arguments: call.arguments },
      }));
      return [{ role, content, ...(tool_calls.length === 0 ? {} : { tool_calls }) }];
    }
  }
}
