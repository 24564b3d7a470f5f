import type { ChatChunk, ChatCompletion, ChatDelta, FinishReason, Usage } from "../openai/shapes.ts";
import type { Frame } from "./pieces/frame.ts";

export function completionOf(
  { id, created, model }: Frame,
  choices: ChatCompletion["choices"],
  usage: Usage | undefined,
): ChatCompletion {
  return {
    id,
    object: "chat.completion",
    created,
    model,
    choices,
    ...(usage === undefined ? {} : { usage }),
  };
}

export function chunkOf(
  { id, created, model }: Frame,
  delta: ChatDelta,
  more: {
    readonly index?: number;
    readonly finish?: FinishReason | undefined;
    readonly logprobs?: ChatChunk["choices"][number]["logprobs"] | undefined;
  } = {},
): ChatChunk {
  const { index = 0, finish = null, logprobs } = more;
  const choice = { index, delta, finish_reason: finish, ...(logprobs === undefined ? {} : { logprobs }) };
  return { id, object: "chat.completion.chunk", created, model, choices: [choice] };
}

/** The last one, which tells nothing but what it has cost. */
export function usageChunkOf({ id, created, model }: Frame, usage: Usage): ChatChunk {
  return { id, object: "chat.completion.chunk", created, model, choices: [], usage };
}
