import { readSse } from "@berth/std/sse-reader";
import type { ChatChunk, ChatDelta, FinishReason } from "../../openai/shapes.ts";
import { chunkOf, usageChunkOf } from "../chat-frame.ts";
import { frameOf, type Frame } from "../pieces/frame.ts";
import type { ProviderCall } from "../provider.ts";
import { ProviderFailure } from "../provider-failure.ts";
import { parseAnswer } from "../translated-answer.ts";
import type { AnswerBlock, BlockDelta, SaidUsage, StreamEvent } from "./answer.ts";
import { failureOf } from "./failure.ts";
import { finishReason, readUsage, refusalOf } from "./read-message.ts";

/** Throws ProviderFailure at an error event, and when the stream ends without its last event. */
export async function* readStream(
  body: AsyncIterable<Uint8Array>,
  call: ProviderCall,
): AsyncGenerator<ChatChunk> {
  const reader = new StreamReader(call);
  for await (const { data } of readSse(body)) {
    yield* reader.take(parseAnswer(data) as StreamEvent);
    if (reader.isOver) return;
  }
  throw new ProviderFailure({ kind: "failed", message: "the stream ended without its last event" });
}

interface OpenBlock {
  readonly block: AnswerBlock;
  /** Among the calls, for a call. */
  readonly call: number;
  /** Come so far: of a thought or of arguments. */
  text: string;
  signature: string;
}

/** Makes chunks of events. Nothing comes before the model has said something. */
class StreamReader {
  readonly #call: ProviderCall;
  readonly #blocks = new Map<number, OpenBlock>();
  #frame: Frame | undefined;
  #calls = 0;
  #hasSpoken = false;
  #finish: FinishReason = "stop";
  #refusal: string | undefined;
  #usage: SaidUsage = {};
  isOver = false;

  constructor(call: ProviderCall) {
    this.#call = call;
  }

  *take(event: StreamEvent): Generator<ChatChunk> {
    switch (event.type) {
      case "message_start":
        this.#frame = frameOf(this.#call, "chatcmpl", event.message.id);
        this.#count(event.message.usage);
        return;
      case "content_block_start":
        yield* this.#open(event.index, event.content_block);
        return;
      case "content_block_delta":
        yield* this.#add(event.index, event.delta);
        return;
      case "content_block_stop":
        yield* this.#close(event.index);
        return;
      case "message_delta":
        this.#finish = finishReason(event.delta.stop_reason) ?? this.#finish;
        this.#refusal = refusalOf(event.delta) ?? this.#refusal;
        this.#count(event.usage);
        return;
      case "message_stop":
        yield* this.#end();
        return;
      case "error":
        throw failureOf(event.error);
      case "ping":
        return;
    }
    // kinds of events that came later
  }

  *#open(index: number, block: AnswerBlock): Generator<ChatChunk> {
    const open: OpenBlock = { block, call: this.#calls, text: "", signature: "" };
    this.#blocks.set(index, open);
    switch (block.type) {
      case "text":
        if (block.text !== "") yield this.#chunk({ content: block.text });
        return;
      case "tool_use": {
        this.#calls += 1;
        const { id, name } = block;
        const call = { index: open.call, id, type: "function", function: { name, arguments: "" } } as const;
        yield this.#chunk({ tool_calls: [call] });
        return;
      }
      case "thinking":
        open.text = block.thinking;
        open.signature = block.signature;
        if (block.thinking !== "") yield this.#chunk({ reasoning_content: block.thinking });
        return;
      case "redacted_thinking":
        return;
    }
  }

  *#add(index: number, delta: BlockDelta): Generator<ChatChunk> {
    const open = this.#blocks.get(index);
    if (open === undefined) return;
    switch (delta.type) {
      case "text_delta":
        if (delta.text !== "") yield this.#chunk({ content: delta.text });
        return;
      case "thinking_delta":
        open.text += delta.thinking;
        if (delta.thinking !== "") yield this.#chunk({ reasoning_content: delta.thinking });
        return;
      case "signature_delta":
        open.signature += delta.signature;
        return;
      case "input_json_delta":
        open.text += delta.partial_json;
        if (delta.partial_json !== "") yield this.#arguments(open, delta.partial_json);
        return;
    }
  }

  *#close(index: number): Generator<ChatChunk> {
    const open = this.#blocks.get(index);
    this.#blocks.delete(index);
    switch (open?.block.type) {
      case "thinking": {
        const { text: thinking, signature } = open;
        yield this.#chunk({ thinking_blocks: [{ type: "thinking", thinking, signature }] });
        return;
      }
      case "redacted_thinking":
        yield this.#chunk({ thinking_blocks: [open.block] });
        return;
      case "tool_use":
        // a call without arguments comes without any piece of them
        if (open.text === "") yield this.#arguments(open, JSON.stringify(open.block.input ?? {}));
        return;
      case "text":
      case undefined:
        return;
    }
  }

  *#end(): Generator<ChatChunk> {
    this.isOver = true;
    const refusal = this.#refusal === undefined ? {} : { refusal: this.#refusal };
    yield this.#chunk(refusal, this.#finish);
    const usage = readUsage(this.#usage);
    if (usage !== undefined) yield usageChunkOf(this.#framed(), usage);
  }

  #arguments(open: OpenBlock, text: string): ChatChunk {
    return this.#chunk({ tool_calls: [{ index: open.call, function: { arguments: text } }] });
  }

  /** The first one says who speaks. */
  #chunk(delta: ChatDelta, finish?: FinishReason): ChatChunk {
    const role = this.#hasSpoken ? {} : { role: "assistant" as const };
    this.#hasSpoken = true;
    return chunkOf(this.#framed(), { ...role, ...delta }, { finish });
  }

  #framed(): Frame {
    return (this.#frame ??= frameOf(this.#call, "chatcmpl", undefined));
  }

  /** Told at the start and at the end; what the end leaves out stands. */
  #count(said: SaidUsage | undefined): void {
    const told = Object.entries(said ?? {}).filter(([, value]) => value !== null && value !== undefined);
    this.#usage = { ...this.#usage, ...Object.fromEntries(told) };
  }
}
