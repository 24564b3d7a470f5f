import type { ChatMessage, ToolDefinition } from "./chat-message.ts";

/** For models whose chat template knows nothing of tools: everything about them as plain text, in Hermes's format. */

/** The messages with a word about the tools in front; untouched when there is none. */
export function explainTools(
  messages: readonly ChatMessage[],
  tools: readonly ToolDefinition[],
): readonly ChatMessage[] {
  if (tools.length === 0) return messages;
  const explanation = [
    "You may call these functions:",
    ...tools.map((tool) => JSON.stringify(tool.function)),
    'To call one, answer with nothing but\n<tool_call>\n{"name": NAME, "arguments": ARGUMENTS}\n</tool_call>',
  ].join("\n");
  const [first, ...rest] = messages;
  return first?.role === "system"
    ? [{ ...first, content: `${first.content}\n\n${explanation}` }, ...rest]
    : [{ role: "system", content: explanation }, ...messages];
}

/** Calls become what the assistant said, their results what the user answered. */
export function withoutToolRoles(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  return messages.map(({ role, content, tool_calls: calls = [] }) => {
    if (role === "tool") return { role: "user", content: `<tool_response>\n${content}\n</tool_response>` };
    const called = calls.map(
      ({ function: { name, arguments: input } }) =>
        `<tool_call>\n${JSON.stringify({ name, arguments: input })}\n</tool_call>`,
    );
    return { role, content: [content, ...called].filter((text) => text !== "").join("\n") };
  });
}
