import type { BerthError } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import type { IngressRenderer, WholeAnswer } from "../ingress.ts";
import type {
  ChatChunk,
  ChatCompletion,
  FinishReason,
  TextCompletion,
  TokenLogprob,
  Usage,
} from "../../openai/shapes.ts";
import { AnswerParts, argumentsOf, chunkOf, type AnswerPart, type PartEvent } from "../answer-parts.ts";
import { ollamaError } from "./ollama-error.ts";

export interface OllamaRendererOptions {
  /** What the caller named. */
  readonly model: string | undefined;
  /** As `/api/chat` answers, with messages, or as `/api/generate`, with a text. */
  readonly form: "chat" | "generate";
  readonly showsThinking: boolean;
  readonly newId: () => string;
  readonly clock: Clock;
}

/** What one line says of the answer. */
interface Said {
  readonly text?: string;
  readonly thinking?: string;
  readonly calls?: readonly object[];
  readonly logprobs?: readonly TokenLogprob[];
}

/** Writes answers as Ollama does: one object, or a line of JSON for each piece. */
export class OllamaRenderer implements IngressRenderer {
  readonly contentType = "application/x-ndjson";
  readonly #options: OllamaRendererOptions;
  readonly #parts: AnswerParts;
  readonly #beganMs: number;
  #model: string;
  #firstMs: number | undefined;
  #calls = 0;

  constructor(options: OllamaRendererOptions) {
    this.#options = options;
    this.#parts = new AnswerParts(options.newId, (kind) => kind !== "thinking" || options.showsThinking);
    this.#beganMs = options.clock.monotonic();
    this.#model = options.model ?? "";
  }

  whole(answer: WholeAnswer): object {
    this.#take(answer as ChatCompletion | TextCompletion);
    this.#parts.end();
    const all = this.#parts.all;
    const text = (kind: AnswerPart["kind"]): string =>
      all
        .filter((part) => part.kind === kind)
        .map((part) => part.text)
        .join("");
    const calls = all.filter(({ kind }) => kind === "tool").map((part) => this.#call(part));
    const thinking = text("thinking");
    return {
      ...this.#line({
        text: text("text") + text("refusal"),
        ...(thinking === "" ? {} : { thinking }),
        ...(calls.length === 0 ? {} : { calls }),
        logprobs: all.flatMap(({ logprobs }) => logprobs),
      }),
      ...this.#ending(),
    };
  }

  chunk(chunk: ChatChunk | TextCompletion): string {
    this.#parts.keepsTexts = false;
    return this.#write(this.#take(chunk));
  }

  restart(): void {
    this.#parts.clear();
    this.#firstMs = undefined;
  }

  end(): string {
    const written = this.#write(this.#parts.end());
    return written + line({ ...this.#line({ text: "" }), ...this.#ending() });
  }

  failed(error: BerthError): string {
    return line(ollamaError(error).body);
  }

  /** Every line is an answer's. */
  ping(): string {
    return "";
  }

  #take(answer: ChatChunk | ChatCompletion | TextCompletion): PartEvent[] {
    if (this.#model === "") this.#model = answer.model;
    this.#firstMs ??= this.#options.clock.monotonic();
    return this.#parts.push(chatChunkOf(answer));
  }

  #write(events: readonly PartEvent[]): string {
    return events
      .map((event): Said | undefined => {
        const { kind } = event.part;
        // arguments are an object, which is there when it is whole
        if (kind === "tool")
          return event.kind === "close" ? { text: "", calls: [this.#call(event.part)] } : undefined;
        if (event.kind !== "delta") return undefined;
        return kind === "thinking"
          ? { text: "", thinking: event.text }
          : { text: event.text, logprobs: event.logprobs };
      })
      .map((said) => (said === undefined ? "" : line({ ...this.#line(said), done: false })))
      .join("");
  }

  #call(part: AnswerPart): object {
    const index = this.#calls;
    this.#calls += 1;
    const { id, name } = part;
    return { id, function: { index, name, arguments: argumentsOf(part, this.#parts.finish) } };
  }

  #line({ text = "", thinking, calls, logprobs = [] }: Said): object {
    const more = {
      ...(thinking === undefined ? {} : { thinking }),
      ...(calls === undefined ? {} : { tool_calls: calls }),
    };
    const head = { model: this.#model, created_at: new Date(this.#options.clock.now()).toISOString() };
    const tail = logprobs.length === 0 ? {} : { logprobs };
    switch (this.#options.form) {
      case "chat":
        return { ...head, message: { role: "assistant", content: text, ...more }, ...tail };
      case "generate":
        return { ...head, response: text, ...more, ...tail };
    }
  }

  #ending(): object {
    const { finish, usage } = this.#parts;
    const nowMs = this.#options.clock.monotonic();
    const firstMs = this.#firstMs ?? nowMs;
    return {
      done: true,
      done_reason: reasonOf(finish),
      total_duration: nanoseconds(nowMs - this.#beganMs),
      load_duration: 0,
      ...countsOf(usage, firstMs - this.#beganMs, nowMs - firstMs),
    };
  }
}

/** Counts where the server tells them; durations as they were measured here. */
function countsOf(usage: Usage | undefined, promptMs: number, answerMs: number): object {
  return {
    ...(usage === undefined ? {} : { prompt_eval_count: usage.prompt_tokens }),
    prompt_eval_duration: nanoseconds(promptMs),
    ...(usage?.completion_tokens === undefined ? {} : { eval_count: usage.completion_tokens }),
    eval_duration: nanoseconds(answerMs),
  };
}

export function nanoseconds(ms: number): number {
  return Math.round(ms * 1e6);
}

function reasonOf(finish: FinishReason | undefined): string {
  return finish === "length" ? "length" : "stop";
}

function chatChunkOf(answer: ChatChunk | ChatCompletion | TextCompletion): ChatChunk {
  switch (answer.object) {
    case "chat.completion.chunk":
      return answer;
    case "chat.completion":
      return chunkOf(answer);
    case "text_completion":
      return {
        ...answer,
        object: "chat.completion.chunk",
        choices: answer.choices.map(({ index, text, finish_reason }) => ({
          index,
          delta: { content: text },
          finish_reason,
        })),
      };
  }
}

function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
