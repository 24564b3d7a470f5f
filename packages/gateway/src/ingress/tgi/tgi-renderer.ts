import type { BerthError } from "@berth/api";
import { openAiDialect } from "../../dialect.ts";
import type { ChatChunk, FinishReason, TextCompletion, Usage } from "../../openai/shapes.ts";
import { stopStringOf } from "../answer-parts.ts";
import type { IngressRenderer, WholeAnswer } from "../ingress.ts";

import { tgiError } from "./tgi-error.ts";

export interface TgiRendererOptions {
  /** What stands before the answer where the whole text is wanted. */
  readonly prompt: string;
  /** Some paths answer a list of one. */
  readonly isList: boolean;
  readonly details: boolean;
  readonly stops: readonly string[];
  readonly seed: number | undefined;
}

/** Writes answers as Text Generation Inference does. What is not known of a token, its id, is 0. */
export class TgiRenderer implements IngressRenderer {
  readonly contentType = openAiDialect.contentType;
  readonly #options: TgiRendererOptions;
  #text = "";
  #pieces = 0;
  #finish: FinishReason | null = null;
  #stopString: string | undefined;
  #usage: Usage | undefined;

  constructor(options: TgiRendererOptions) {
    this.#options = options;
  }

  whole(answer: WholeAnswer): object {
    this.#take(answer as TextCompletion);
    const details = { ...this.#details(), prefill: [], tokens: [] };
    const told = {
      generated_text: this.#options.prompt + this.#text,
      ...(this.#options.details ? { details } : {}),
    };
    return this.#options.isList ? [told] : told;
  }

  chunk(chunk: ChatChunk | TextCompletion): string {
    const text = this.#take(chunk as TextCompletion);
    if (text === "") return "";
    return this.#event(text, false, { generated_text: null, details: null });
  }

  restart(): void {
    this.#text = "";
    this.#finish = null;
    this.#stopString = undefined;
    this.#usage = undefined;
  }

  /** The last token is the one that says that the text is over. */
  end(): string {
    return this.#event("", true, {
      generated_text: this.#options.prompt + this.#text,
      details: this.#options.details ? this.#details() : null,
    });
  }

  failed(error: BerthError): string {
    return `data:${JSON.stringify(tgiError(error).body)}\n\n`;
  }

  ping(): string {
    return ": waiting\n\n";
  }

  #take({ choices, usage }: TextCompletion): string {
    if (usage !== undefined && usage !== null) this.#usage = usage;
    const choice = choices.find(({ index }) => index === 0);
    if (choice === undefined) return "";
    this.#text += choice.text;
    this.#finish = choice.finish_reason ?? this.#finish;
    this.#stopString = stopStringOf(choice) ?? this.#stopString;
    return choice.text;
  }

  #event(text: string, special: boolean, rest: object): string {
    this.#pieces += 1;
    const token = { id: 0, text, logprob: null, special };
    return `data:${JSON.stringify({ index: this.#pieces, token, ...rest })}\n\n`;
  }

  #details(): object {
    const { seed } = this.#options;
    return {
      finish_reason: this.#reason(),
      // a piece is a token, or a little more, where nobody counts
      generated_tokens: this.#usage?.completion_tokens ?? this.#pieces,
      seed: seed ?? null,
    };
  }

  #reason(): string {
    if (this.#finish === "length") return "length";
    const stop = this.#stopString;
    return stop !== undefined && this.#options.stops.includes(stop) ? "stop_sequence" : "eos_token";
  }
}
