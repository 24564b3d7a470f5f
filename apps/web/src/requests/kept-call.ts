import type { RequestDetails } from "@berth/api";
import type { ChatRequest } from "@berth/api/openai";
import { beginAnswer, withChunk } from "../chat/answer.ts";
import type { ChatChunk } from "@berth/client";

/** The chat that a kept request asked for; `undefined` where it was something else, or was cut off. */
export function keptChat({ operation, request }: RequestDetails): ChatRequest | undefined {
  if (operation !== "chat.completions" || request === null) return undefined;
  const body = parse(request) as ChatRequest | undefined;
  return Array.isArray(body?.messages) ? body : undefined;
}

/** The chat as it is asked of another model: everything as it was, but told as it is written. */
export function replayOf(chat: ChatRequest, model: string): ChatRequest {
  const { stream: _, stream_options: _options, n: _n, ...rest } = chat;
  return { ...rest, model };
}

/** What the kept answer said: of a stream its pieces put together, of a whole answer its first choice. */
export function keptAnswer(response: string): string | undefined {
  if (response.trimStart().startsWith("{")) return wholeAnswer(response);
  let answer = beginAnswer(0);
  for (const line of response.split(/\r?\n/)) {
    if (!line.startsWith("data:")) continue;
    const chunk = parse(line.slice("data:".length)) as ChatChunk | undefined;
    if (Array.isArray(chunk?.choices)) answer = withChunk(answer, chunk, 0);
  }
  const calls = answer.toolCalls.map(({ name, arguments: given }) => `${name}(${given})`);
  const text = [answer.content, ...calls].filter((part) => part !== "").join("\n\n");
  return text === "" ? undefined : text;
}

function wholeAnswer(response: string): string | undefined {
  const body = parse(response) as
    | {
        readonly choices?: readonly { readonly message?: { readonly content?: unknown } }[];
        readonly error?: { readonly message?: unknown };
      }
    | undefined;
  const said = body?.choices?.[0]?.message?.content ?? body?.error?.message;
  return typeof said === "string" && said !== "" ? said : undefined;
}

/** A body as people read it: JSON indented, all else as it is. */
export function readable(body: string): string {
  const value = parse(body);
  return value === undefined ? body : JSON.stringify(value, null, 2);
}

/** What a kept text says; `undefined` for what is no JSON, as a body that was cut off. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
