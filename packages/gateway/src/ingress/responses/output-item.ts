import type { TokenLogprob } from "../../openai/shapes.ts";
import type { AnswerPart, PartEvent } from "../answer-parts.ts";

export type ItemStatus = "in_progress" | "completed" | "incomplete";

/** A part of an answer as an item of the Responses API. `id`: what tells it from other items. */
export function outputItem(part: AnswerPart, id: string, status: ItemStatus): object {
  switch (part.kind) {
    case "thinking":
      return { id: itemId(part, id), type: "reasoning", summary: part.text === "" ? [] : [summaryOf(part)] };
    case "text":
    case "refusal": {
      const content = status === "in_progress" ? [] : [contentOf(part)];
      return { id: itemId(part, id), type: "message", status, role: "assistant", content };
    }
    case "tool":
      return {
        id: itemId(part, id),
        type: "function_call",
        status,
        call_id: part.id,
        name: part.name,
        arguments: part.text,
      };
  }
}

export interface ResponseEvent {
  readonly type: `response.${string}`;
  readonly [field: string]: unknown;
}

/** What is told of an item as it comes into being. `status`: how it ends, if it ends here. */
export function eventsOf(event: PartEvent, id: string, status: ItemStatus): readonly ResponseEvent[] {
  const { part } = event;
  const output_index = part.index;
  const place = { item_id: itemId(part, id), output_index };
  switch (event.kind) {
    case "open": {
      const item = outputItem({ ...part, text: "" }, id, "in_progress");
      return [{ type: "response.output_item.added", output_index, item }, ...opened(part, place)];
    }
    case "delta":
      return [delta(part, place, event.text, event.logprobs)];
    case "close": {
      const item = outputItem(part, id, status);
      return [...closed(part, place), { type: "response.output_item.done", output_index, item }];
    }
  }
}

function opened(part: AnswerPart, place: object): readonly ResponseEvent[] {
  const empty = { ...part, text: "", logprobs: [] };
  switch (part.kind) {
    case "thinking":
      return [
        { type: "response.reasoning_summary_part.added", ...place, summary_index: 0, part: summaryOf(empty) },
      ];
    case "text":
    case "refusal":
      return [{ type: "response.content_part.added", ...place, content_index: 0, part: contentOf(empty) }];
    case "tool":
      return [];
  }
}

function delta(
  part: AnswerPart,
  place: object,
  text: string,
  logprobs: readonly TokenLogprob[],
): ResponseEvent {
  switch (part.kind) {
    case "thinking":
      return { type: "response.reasoning_summary_text.delta", ...place, summary_index: 0, delta: text };
    case "text":
      return {
        type: "response.output_text.delta",
        ...place,
        content_index: 0,
        delta: text,
        logprobs: logprobs.map(logprobOf),
      };
    case "refusal":
      return { type: "response.refusal.delta", ...place, content_index: 0, delta: text };
    case "tool":
      return { type: "response.function_call_arguments.delta", ...place, delta: text };
  }
}

function closed(part: AnswerPart, place: object): readonly ResponseEvent[] {
  const { text, name } = part;
  const at = { ...place, content_index: 0 };
  switch (part.kind) {
    case "thinking": {
      const of = { ...place, summary_index: 0 };
      return [
        { type: "response.reasoning_summary_text.done", ...of, text },
        { type: "response.reasoning_summary_part.done", ...of, part: summaryOf(part) },
      ];
    }
    case "text":
      return [
        { type: "response.output_text.done", ...at, text, logprobs: part.logprobs.map(logprobOf) },
        { type: "response.content_part.done", ...at, part: contentOf(part) },
      ];
    case "refusal":
      return [
        { type: "response.refusal.done", ...at, refusal: text },
        { type: "response.content_part.done", ...at, part: contentOf(part) },
      ];
    case "tool":
      return [{ type: "response.function_call_arguments.done", ...place, name, arguments: text }];
  }
}

function itemId({ kind }: AnswerPart, id: string): string {
  switch (kind) {
    case "thinking":
      return `rs_${id}`;
    case "text":
    case "refusal":
      return `msg_${id}`;
    case "tool":
      return `fc_${id}`;
  }
}

function summaryOf({ text }: AnswerPart): object {
  return { type: "summary_text", text };
}

function contentOf({ kind, text, logprobs }: AnswerPart): object {
  if (kind === "refusal") return { type: "refusal", refusal: text };
  return { type: "output_text", text, annotations: [], logprobs: logprobs.map(logprobOf) };
}

function logprobOf({ token, logprob, bytes, top_logprobs }: TokenLogprob): object {
  return { token, logprob, bytes: bytes ?? [], top_logprobs: top_logprobs ?? [] };
}
