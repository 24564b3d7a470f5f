import type { ChatCompletion, Usage } from "../openai/shapes.ts";

/** An answer with everything in it that other systems tell in other places: a thought, a text, a tool's call. */
export function lookingAnswer(usage: Usage): ChatCompletion {
  return {
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1,
    model: "other",
    choices: [
      {
        index: 0,
        finish_reason: "tool_calls",
        message: {
          role: "assistant",
          content: "I look.",
          reasoning_content: "A city.",
          tool_calls: [
            { id: "call_1", type: "function", function: { name: "weather", arguments: '{"city":"Rome"}' } },
          ],
        },
      },
    ],
    usage,
  };
}
