import type { BerthError } from "@berth/api";
import { openAiDialect } from "../../dialect.ts";
import type { ChatChunk, ChatCompletion, TextCompletion } from "../../openai/shapes.ts";
import { AnswerParts, argumentsOf, chunkOf, type AnswerPart, type PartEvent } from "../answer-parts.ts";
import type { IngressRenderer, WholeAnswer } from "../ingress.ts";
import { serverSentEvent } from "../server-sent-event.ts";
import { anthropicError } from "./anthropic-error.ts";

export interface MessageRendererOptions {
  /** What the caller named. */
  readonly model: string | undefined;
  readonly stops: readonly string[];
  readonly showsThinking: boolean;
  readonly newId: () => string;
}

/** Writes answers as Anthropic's Messages API does, whole or as named events. */
export class MessageRenderer implements IngressRenderer {
  readonly contentType = openAiDialect.contentType;
  readonly #options: MessageRendererOptions;
  readonly #parts: AnswerParts;
  readonly #id: string;
  #model: string;
  #begun = false;

  constructor(options: MessageRendererOptions) {
    this.#options = options;
    this.#parts = new AnswerParts(options.newId, (kind) => kind !== "thinking" || options.showsThinking);
    this.#id = `msg_${options.newId()}`;
    this.#model = options.model ?? "";
  }

  whole(answer: WholeAnswer): object {
    this.#take(chunkOf(answer as ChatCompletion));
    this.#parts.end();
    return {
      ...this.#head(),
      content: this.#parts.all.map((part) => ({ ...startOf(part), ...this.#saidIn(part) })),
      ...this.#stop(),
      usage: { ...usageOf(this.#parts), cache_creation: null, service_tier: null },
    };
  }

  chunk(chunk: ChatChunk | TextCompletion): string {
    this.#parts.keepsTexts = false;
    const events = this.#take(chunk as ChatChunk);
    return this.#parts.begun ? this.#begin() + this.#write(events) : "";
  }

  restart(): void {
    this.#parts.clear();
  }

  end(): string {
    const { usage } = this.#parts;
    return (
      this.#begin() +
      this.#write(this.#parts.end()) +
      serverSentEvent("message_delta", {
        type: "message_delta",
        delta: this.#stop(),
        usage: usage === undefined ? { output_tokens: 0 } : usageOf(this.#parts),
      }) +
      serverSentEvent("message_stop", { type: "message_stop" })
    );
  }

  failed(error: BerthError): string {
    return serverSentEvent("error", anthropicError(error).body);
  }

  ping(): string {
    return serverSentEvent("ping", { type: "ping" });
  }

  #take(chunk: ChatChunk): PartEvent[] {
    if (this.#model === "") this.#model = chunk.model;
    return this.#parts.push(chunk);
  }

  #head(): object {
    return { id: this.#id, type: "message", role: "assistant", model: this.#model };
  }

  /** What was read is known at the end alone; the usage told there takes the place of this one. */
  #begin(): string {
    if (this.#begun) return "";
    this.#begun = true;
    const message = {
      ...this.#head(),
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: { ...usageOf(this.#parts), output_tokens: 0 },
    };
    return serverSentEvent("message_start", { type: "message_start", message });
  }

  #stop(): { readonly stop_reason: string; readonly stop_sequence: string | null } {
    const { finish, stopString, callsTools } = this.#parts;
    const isStop = stopString !== undefined && this.#options.stops.includes(stopString);
    return { stop_reason: reasonOf(finish, callsTools, isStop), stop_sequence: isStop ? stopString : null };
  }

  #saidIn(part: AnswerPart): object {
    switch (part.kind) {
      case "text":
      case "refusal":
        return { text: part.text };
      case "thinking":
        return { thinking: part.text };
      case "tool":
        return { input: argumentsOf(part, this.#parts.finish) };
    }
  }

  #write(events: readonly PartEvent[]): string {
    return events.map(eventOf).join("");
  }
}

function reasonOf(finish: AnswerParts["finish"], callsTools: boolean, isStop: boolean): string {
  switch (finish) {
    case "length":
      return "max_tokens";
    case "content_filter":
      return "refusal";
    case "stop":
    case "tool_calls":
    case "function_call":
    case undefined:
      return callsTools ? "tool_use" : isStop ? "stop_sequence" : "end_turn";
  }
}

/** What was read from a cache, or written to one, is counted apart from the rest of the input. */
function usageOf({ usage }: AnswerParts): object {
  const read = usage?.prompt_tokens_details?.cached_tokens ?? 0;
  const written = usage?.prompt_tokens_details?.cache_write_tokens ?? 0;
  const thought = usage?.completion_tokens_details?.reasoning_tokens;
  return {
    input_tokens: Math.max(0, (usage?.prompt_tokens ?? 0) - read - written),
    cache_creation_input_tokens: written,
    cache_read_input_tokens: read,
    output_tokens: usage?.completion_tokens ?? 0,
    ...(thought === undefined ? {} : { output_tokens_details: { thinking_tokens: thought } }),
  };
}

/** A block in which nothing is said yet. */
function startOf({ kind, id, name }: AnswerPart): object {
  switch (kind) {
    case "text":
    case "refusal":
      return { type: "text", text: "", citations: null };
    case "thinking":
      return { type: "thinking", thinking: "", signature: "" };
    case "tool":
      return { type: "tool_use", id, name, input: {} };
  }
}

function eventOf(event: PartEvent): string {
  const { part } = event;
  const { index } = part;
  switch (event.kind) {
    case "open":
      return named("content_block_start", { index, content_block: startOf(part) });
    case "delta":
      return named("content_block_delta", { index, delta: deltaOf(part, event.text) });
    case "close":
      return named("content_block_stop", { index });
  }
}

function deltaOf({ kind }: AnswerPart, text: string): object {
  switch (kind) {
    case "text":
    case "refusal":
      return { type: "text_delta", text };
    case "thinking":
      return { type: "thinking_delta", thinking: text };
    case "tool":
      return { type: "input_json_delta", partial_json: text };
  }
}

function named(type: string, fields: object): string {
  return serverSentEvent(type, { type, ...fields });
}
