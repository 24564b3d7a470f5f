import type { GenerationResult, TokenReport } from "../core/generation.ts";
import type { ToolCall } from "../chat/tool-call-body.ts";
import { ToolCallReader, type AnswerPart } from "../chat/tool-call-reader.ts";
import type { ToolFormat } from "../chat/tool-format.ts";
import type { ChatFinishReason } from "./chat-frames.ts";

/** A call with the identifier that its result will name. */
export interface IdentifiedCall extends ToolCall {
  readonly id: string;
}

export interface ChoiceOptions {
  /** How calls look; absent: the answer is all text. */
  readonly toolFormat: ToolFormat | undefined;
  /** The first call ends the answer. */
  readonly oneCall: boolean;
  /** The model's tokenizer begins every answer with a space that nobody meant. */
  readonly dropFirstSpace: boolean;
  readonly newCallId: () => string;
}

/** Where the pieces of a choice go: to the client at once, or into a message that is sent whole. */
export interface ChoiceSink {
  text(text: string, tokens: readonly TokenReport[]): void | Promise<void>;
  call(call: IdentifiedCall, index: number): void | Promise<void>;
}

/** One choice of a chat answer: tells calls from text as the text comes. */
export class ChatChoice {
  readonly #options: ChoiceOptions;
  readonly #sink: ChoiceSink;
  readonly #reader: ToolCallReader | undefined;
  #isFirst = true;
  #calls = 0;

  constructor(options: ChoiceOptions, sink: ChoiceSink) {
    this.#options = options;
    this.#sink = sink;
    this.#reader = options.toolFormat === undefined ? undefined : new ToolCallReader(options.toolFormat);
  }

  push(text: string, tokens: readonly TokenReport[]): void | "stop" | Promise<void> {
    const meant =
      this.#isFirst && this.#options.dropFirstSpace && text.startsWith(" ") ? text.slice(1) : text;
    if (text !== "") this.#isFirst = false;
    if (this.#reader === undefined) return this.#sink.text(meant, tokens);
    return this.#tell(this.#reader.push(meant), tokens);
  }

  /** Why the answer ended, once all of it has been told. */
  async end({ finishReason }: GenerationResult): Promise<ChatFinishReason> {
    const told = this.#reader === undefined ? undefined : this.#tell(this.#reader.end(), []);
    if (told instanceof Promise) await told;
    return this.#calls > 0 ? "tool_calls" : finishReason;
  }

  #tell(parts: readonly AnswerPart[], tokens: readonly TokenReport[]): void | "stop" | Promise<void> {
    let waits: Promise<void> | undefined;
    let untold = tokens;
    for (const part of parts) {
      const told =
        part.kind === "text"
          ? this.#sink.text(part.text, untold)
          : this.#sink.call({ ...part.call, id: this.#options.newCallId() }, this.#calls++);
      if (part.kind === "text") untold = [];
      if (told instanceof Promise) waits = told;
      if (part.kind === "call" && this.#options.oneCall) return "stop";
    }
    return waits;
  }
}
