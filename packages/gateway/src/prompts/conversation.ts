import { BerthError } from "@berth/api";
import type { RequestMessage } from "@berth/api/openai";

export interface TextMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

/** Turns of a user and an assistant, and the user's last words, which have no answer yet. */
export interface Conversation {
  /** `undefined` where nothing is said of it; empty where somebody wants none. */
  readonly system: string | undefined;
  readonly turns: readonly { readonly user: string; readonly answer: string }[];
  readonly last: string;
}

/** Throws BerthError `unsupported` for whatever is more than the text of a system, a user or an assistant. */
export function textMessages(messages: readonly RequestMessage[]): TextMessage[] {
  return messages.map((message, index) => {
    const at = `messages[${index}]`;
    if (message.role === "tool" || message.role === "function") throw unsupported(`${at}.role`, "tools");
    for (const field of ["tool_calls", "name"] as const)
      if ((message[field] ?? "").length > 0)
        throw unsupported(`${at}.${field}`, field === "name" ? "names of speakers" : "tools");
    const role = message.role === "developer" ? "system" : message.role;
    return { role, content: textOf(message.content, `${at}.content`) };
  });
}

function textOf(content: RequestMessage["content"], at: string): string {
  if (typeof content === "string") return content;
  if (content === null || content === undefined) throw unsupported(at, "messages without text");
  return content
    .map((part, index) => {
      if (part.type === "text" && part.text !== undefined) return part.text;
      throw unsupported(`${at}[${index}].type`, `parts of type \`${part.type}\``);
    })
    .join("");
}

/** Throws BerthError `unsupported` for an order of roles that a hand-written prompt has no words for. */
export function readConversation(messages: readonly TextMessage[]): Conversation {
  const [first] = messages;
  const system = first?.role === "system" ? first.content : undefined;
  const offset = system === undefined ? 0 : 1;
  const spoken = messages.slice(offset);
  for (const [index, { role }] of spoken.entries()) {
    const wanted = index % 2 === 0 ? "user" : "assistant";
    if (role === wanted) continue;
    const what =
      role === "system" ? "a system message that is not the first" : `\`${role}\` here, not \`${wanted}\``;
    throw unsupported(`messages[${index + offset}].role`, `${what}: user and assistant take turns`);
  }
  if (spoken.length % 2 === 0)
    throw unsupported(
      spoken.length === 0 ? "messages" : `messages[${messages.length - 1}].role`,
      "an end without a user's message",
    );
  const turns = [];
  for (let index = 0; index + 1 < spoken.length; index += 2)
    turns.push({ user: spoken[index]?.content ?? "", answer: spoken[index + 1]?.content ?? "" });
  return { system, turns, last: spoken.at(-1)?.content ?? "" };
}

/** For a model that was never shown a system prompt: it is told who it is as if it had said so itself. */
export function systemAsTurn({ system, turns, last }: Conversation): Conversation {
  if (system === undefined || system === "") return { system: undefined, turns, last };
  const said = { user: "Who are you and what do you do?", answer: system };
  return { system: undefined, turns: [said, ...turns], last };
}

export function unsupported(param: string, what: string): BerthError {
  return new BerthError(
    "unsupported",
    `${param}: this model's server only completes text, and its prompt cannot express ${what}`,
    { param },
  );
}
