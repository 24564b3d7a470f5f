import type { ChatChunk, ChatCompletion, ChatDelta, FinishReason, Usage } from "../openai/shapes.ts";
import type { UpstreamCall } from "./provider.ts";

/** What all parts of one answer say of themselves. */
export interface ChatFrame {
  readonly id: string;
  /** Seconds since 1970 UTC. */
  readonly created: number;
  /** The caller's name. */
  readonly model: string;
}

/** `id`: the provider's own for the answer, where it has one. */
export function chatFrame({ request, clock, newId }: UpstreamCall, id: string | undefined): ChatFrame {
  const { model } = request;
  return {
    id: id ?? `chatcmpl-${newId()}`,
    created: Math.floor(clock.now() / 1000),
    model: typeof model === "string" ? model : "",
  };
}

export function completionOf(
  { id, created, model }: ChatFrame,
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
  { id, created, model }: ChatFrame,
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
export function usageChunkOf({ id, created, model }: ChatFrame, usage: Usage): ChatChunk {
  return { id, object: "chat.completion.chunk", created, model, choices: [], usage };
}
