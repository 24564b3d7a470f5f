import type { BerthError } from "@berth/api";
import { openAiDialect } from "../../dialect.ts";
import type { Clock } from "@berth/std/clock";
import type { ChatChunk, ChatCompletion, TextCompletion } from "../../openai/shapes.ts";
import { AnswerParts, chunkOf, type AnswerPart, type PartEvent } from "../answer-parts.ts";
import type { IngressRenderer, WholeAnswer } from "../ingress.ts";
import { serverSentEvent } from "../server-sent-event.ts";
import { eventsOf, outputItem } from "./output-item.ts";

export interface ResponseRendererOptions {
  /** What the caller named. */
  readonly model: string | undefined;
  /** What the answer repeats of the request. */
  readonly told: Readonly<Record<string, unknown>>;
  readonly newId: () => string;
  readonly clock: Clock;
}

type Status = "in_progress" | "completed" | "incomplete" | "failed";

/** Writes answers as OpenAI's Responses API does, whole or as its events. */
export class ResponseRenderer implements IngressRenderer {
  readonly contentType = openAiDialect.contentType;
  readonly #options: ResponseRendererOptions;
  readonly #parts: AnswerParts;
  readonly #itemIds = new Map<AnswerPart, string>();
  readonly #id: string;
  readonly #createdAt: number;
  #model: string;
  #sequence = 0;
  #begun = false;
  #failed = false;

  constructor(options: ResponseRendererOptions) {
    this.#options = options;
    this.#parts = new AnswerParts(options.newId);
    this.#id = `resp_${options.newId()}`;
    this.#createdAt = Math.floor(options.clock.now() / 1000);
    this.#model = options.model ?? "";
  }

  whole(answer: WholeAnswer): object {
    this.#take(chunkOf(answer as ChatCompletion));
    this.#parts.end();
    return this.#response(this.#ending());
  }

  chunk(chunk: ChatChunk | TextCompletion): string {
    const events = this.#take(chunk as ChatChunk);
    return this.#parts.begun ? this.#begin() + this.#write(events) : "";
  }

  restart(): void {
    this.#parts.clear();
    this.#itemIds.clear();
  }

  end(): string {
    const written = this.#begin() + this.#write(this.#parts.end());
    const status = this.#ending();
    return written + this.#event(`response.${status}`, { response: this.#response(status) });
  }

  failed(error: BerthError): string {
    const { message, param, code, status } = error;
    if (!this.#begun) return this.#event("error", { code, message, param: param ?? null });
    this.#failed = true;
    const response = {
      ...this.#response("failed"),
      error: { code: status === 429 ? "rate_limit_exceeded" : "server_error", message },
    };
    return this.#event("response.failed", { response });
  }

  ping(): string {
    return ": waiting\n\n";
  }

  #take(chunk: ChatChunk): PartEvent[] {
    if (this.#model === "") this.#model = chunk.model;
    return this.#parts.push(chunk);
  }

  #ending(): "completed" | "incomplete" {
    return this.#failed || incompleteBy(this.#parts) !== undefined ? "incomplete" : "completed";
  }

  #response(status: Status): object {
    const reason = incompleteBy(this.#parts);
    const isOver = status !== "in_progress";
    return {
      id: this.#id,
      object: "response",
      created_at: this.#createdAt,
      status,
      background: false,
      ...(status === "completed" ? { completed_at: Math.floor(this.#options.clock.now() / 1000) } : {}),
      error: null,
      incomplete_details: status === "incomplete" ? { reason } : null,
      model: this.#model,
      output: isOver ? this.#output() : [],
      previous_response_id: null,
      service_tier: "default",
      store: false,
      truncation: "disabled",
      ...this.#options.told,
      usage: isOver ? usageOf(this.#parts) : null,
    };
  }

  #output(): object[] {
    return this.#parts.all.map((part) => outputItem(part, this.#itemId(part), this.#statusOf(part)));
  }

  #begin(): string {
    if (this.#begun) return "";
    this.#begun = true;
    const response = this.#response("in_progress");
    return this.#event("response.created", { response }) + this.#event("response.in_progress", { response });
  }

  #write(events: readonly PartEvent[]): string {
    return events
      .flatMap((event) => eventsOf(event, this.#itemId(event.part), this.#statusOf(event.part)))
      .map(({ type, ...fields }) => this.#event(type, fields))
      .join("");
  }

  #itemId(part: AnswerPart): string {
    const known = this.#itemIds.get(part);
    if (known !== undefined) return known;
    const id = this.#options.newId();
    this.#itemIds.set(part, id);
    return id;
  }

  /** Of a part that is over: an answer breaks off in its last. */
  #statusOf(part: AnswerPart): "completed" | "incomplete" {
    return part === this.#parts.all.at(-1) ? this.#ending() : "completed";
  }

  #event(type: string, fields: object): string {
    const sequence = this.#sequence;
    this.#sequence += 1;
    return serverSentEvent(type, { type, sequence_number: sequence, ...fields });
  }
}

/** Why an answer is not whole. */
function incompleteBy({ finish }: AnswerParts): "max_output_tokens" | "content_filter" | undefined {
  switch (finish) {
    case "length":
      return "max_output_tokens";
    case "content_filter":
      return finish;
    case "stop":
    case "tool_calls":
    case "function_call":
    case undefined:
      return undefined;
  }
}

function usageOf({ usage }: AnswerParts): object | null {
  if (usage === undefined) return null;
  const output = usage.completion_tokens ?? 0;
  return {
    input_tokens: usage.prompt_tokens,
    input_tokens_details: {
      cached_tokens: usage.prompt_tokens_details?.cached_tokens ?? 0,
      cache_write_tokens: usage.prompt_tokens_details?.cache_write_tokens ?? 0,
    },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: usage.completion_tokens_details?.reasoning_tokens ?? 0 },
    total_tokens: usage.total_tokens,
  };
}
