import { readSse } from "@berth/std/sse-reader";
import type { ChatChunk, ChatDelta, FinishReason, Usage } from "../../openai/shapes.ts";
import { chunkOf, usageChunkOf } from "../chat-frame.ts";
import { frameOf, type Frame } from "../pieces/frame.ts";
import type { ProviderCall } from "../provider.ts";
import { ProviderFailure } from "../provider-failure.ts";
import { parseAnswer } from "../translated-answer.ts";
import type { Answer, Candidate } from "./answer.ts";
import { failureIn } from "./failure.ts";
import { blockedPrompt, finishReason, readLogprobs, readParts, readUsage } from "./read-answer.ts";

/**
 * Throws ProviderFailure at an error, be it an event or JSON that stands in the place of one, and when the stream ends
 * before the model does.
 */
export async function* readStream(
  body: AsyncIterable<Buffer>,
  call: ProviderCall,
): AsyncGenerator<ChatChunk> {
  const reader = new StreamReader(call);
  const end = new StreamEnd();
  for await (const { data } of readSse(end.watch(body))) {
    const failure = /^\s*\[?\s*\{\s*"error"/.test(data) ? failureIn(data) : undefined;
    if (failure !== undefined) throw failure;
    yield* reader.take(parseAnswer(data) as Answer);
  }
  const failure = end.failure();
  if (failure !== undefined) throw failure;
  yield* reader.end();
}

const keptBytes = 16 * 1024;

/** Keeps the last bytes of a stream: an error in them may be no event, but an object alone. */
class StreamEnd {
  #bytes = Buffer.alloc(0);

  async *watch(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const bytes of body) {
      this.#bytes = Buffer.concat([this.#bytes, bytes]).subarray(-keptBytes);
      yield bytes;
    }
  }

  failure(): ProviderFailure | undefined {
    const [, json] = /(?:^|\n)(\[?\s*\{\s*"error"[\s\S]*)$/.exec(this.#bytes.toString("utf8")) ?? [];
    return json === undefined ? undefined : failureIn(json);
  }
}

interface Choice {
  hasSpoken: boolean;
  calls: number;
  /** Older models say at each chunk why they would end here: the last one counts. */
  finish: FinishReason | undefined;
}

/** Makes chunks of answers. Nothing comes before the model has said something. */
class StreamReader {
  readonly #call: ProviderCall;
  readonly #choices = new Map<number, Choice>();
  #frame: Frame | undefined;
  #usage: Usage | undefined;

  constructor(call: ProviderCall) {
    this.#call = call;
  }

  *take(answer: Answer): Generator<ChatChunk> {
    this.#frame ??= frameOf(this.#call, "chatcmpl", answer.responseId);
    this.#usage = readUsage(answer) ?? this.#usage;
    const refusal = blockedPrompt(answer);
    if (refusal !== undefined) {
      this.#choices.set(0, { hasSpoken: true, calls: 0, finish: "content_filter" });
      yield chunkOf(this.#frame, { role: "assistant", refusal });
    }
    for (const candidate of answer.candidates ?? []) yield* this.#add(candidate, this.#frame);
  }

  *end(): Generator<ChatChunk> {
    const choices = [...this.#choices];
    const frame = this.#frame;
    if (frame === undefined || choices.length === 0 || choices.some(([, { finish }]) => finish === undefined))
      throw new ProviderFailure({ kind: "failed", message: "the stream ended without its last event" });
    for (const [index, choice] of choices)
      yield chunkOf(frame, roleOf(choice), { index, finish: choice.finish });
    if (this.#usage !== undefined) yield usageChunkOf(frame, this.#usage);
  }

  *#add(candidate: Candidate, frame: Frame): Generator<ChatChunk> {
    const index = candidate.index ?? 0;
    const choice = this.#choices.get(index) ?? { hasSpoken: false, calls: 0, finish: undefined };
    this.#choices.set(index, choice);
    const { text, thought, calls, seal } = readParts(candidate.content?.parts ?? [], this.#call.newId);
    const delta: ChatDelta = {
      ...(thought === "" ? {} : { reasoning_content: thought }),
      ...(text === "" ? {} : { content: text }),
      ...(calls.length === 0
        ? {}
        : { tool_calls: calls.map((call, at) => ({ ...call, index: choice.calls + at })) }),
      ...seal,
    };
    choice.calls += calls.length;
    choice.finish = finishReason(candidate, choice.calls > 0) ?? choice.finish;
    const logprobs = readLogprobs(candidate);
    if (Object.keys(delta).length === 0 && logprobs === undefined) return;
    yield chunkOf(frame, { ...roleOf(choice), ...delta }, { index, logprobs });
    choice.hasSpoken = true;
  }
}

/** Told once. */
function roleOf({ hasSpoken }: Choice): ChatDelta {
  return hasSpoken ? {} : { role: "assistant" };
}
