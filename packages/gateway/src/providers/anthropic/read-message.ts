import type { ChatCompletion, ChatMessage, FinishReason, ThinkingBlock, Usage } from "../../openai/shapes.ts";
import { completionOf } from "../chat-frame.ts";
import type { Frame } from "../pieces/frame.ts";
import { usageOf } from "../usage-of.ts";
import type { AnswerBlock, Message, SaidUsage, Stop } from "./answer.ts";

/** A whole message of Anthropic's as a completion of OpenAI's. */
export function readMessage(message: Message, frame: Frame): ChatCompletion {
  const refusal = refusalOf(message);
  const choice = {
    index: 0,
    message: { ...messageOf(message.content), ...(refusal === undefined ? {} : { refusal }) },
    finish_reason: finishReason(message.stop_reason) ?? "stop",
  };
  return completionOf(frame, [choice], readUsage(message.usage ?? {}));
}

function messageOf(blocks: readonly AnswerBlock[]): ChatMessage {
  const text = blocks.map((block) => (block.type === "text" ? block.text : "")).join("");
  const thoughts = blocks.filter(isThought);
  const thought = thoughts.map((block) => (block.type === "thinking" ? block.thinking : "")).join("");
  const calls = blocks.filter(({ type }) => type === "tool_use") as Extract<
    AnswerBlock,
    { type: "tool_use" }
  >[];
  return {
    role: "assistant",
    content: text === "" && calls.length > 0 ? null : text,
    ...(thought === "" ? {} : { reasoning_content: thought }),
    ...(thoughts.length === 0 ? {} : { thinking_blocks: thoughts }),
    ...(calls.length === 0
      ? {}
      : {
          tool_calls: calls.map(({ id, name, input }) => ({
            id,
            type: "function",
            function: { name, arguments: JSON.stringify(input ?? {}) },
          })),
        }),
  };
}

function isThought(block: AnswerBlock): block is ThinkingBlock {
  return block.type === "thinking" || block.type === "redacted_thinking";
}

/** `undefined` as long as the answer goes on. */
export function finishReason(stop: string | null | undefined): FinishReason | undefined {
  switch (stop) {
    case null:
    case undefined:
      return undefined;
    case "max_tokens":
    case "model_context_window_exceeded":
      return "length";
    case "tool_use":
      return "tool_calls";
    case "refusal":
      return "content_filter";
  }
  return "stop";
}

/** Why nothing, or no more, is said; where that is told. */
export function refusalOf({ stop_reason: reason, stop_details: details }: Stop): string | undefined {
  return reason === "refusal" ? (details?.explanation ?? undefined) : undefined;
}

export function readUsage(said: SaidUsage): Usage | undefined {
  return usageOf({
    input: said.input_tokens ?? undefined,
    cached: said.cache_read_input_tokens ?? undefined,
    cacheWrite: said.cache_creation_input_tokens ?? undefined,
    output: said.output_tokens ?? undefined,
    reasoning: said.output_tokens_details?.thinking_tokens,
    cache: "beside input",
    thought: "in output",
  });
}
