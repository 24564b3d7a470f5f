import { partialMatch } from "@berth/std/stop-strings";
import { readToolCalls, type ToolCall } from "./tool-call-body.ts";
import type { ToolFormat } from "./tool-format.ts";

/** A piece of an answer: text for the user, or a whole call. */
export type AnswerPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "call"; readonly call: ToolCall };

const pythonTag = "<|python_tag|>";

/**
 * Tells calls from text in a stream. Text is passed on as it comes, but for what may yet become a mark; a call is told
 * when it is whole. What looks like a call and cannot be read is passed on as the text it is.
 */
export class ToolCallReader {
  readonly #format: ToolFormat;
  #held = "";
  #state: "start" | "text" | "call" | "afterCall" = "start";
  #calls = 0;

  constructor(format: ToolFormat) {
    this.#format = format;
  }

  get calls(): number {
    return this.#calls;
  }

  push(text: string): readonly AnswerPart[] {
    this.#held += text;
    const parts: AnswerPart[] = [];
    while (this.#advance(parts));
    return parts;
  }

  /** The answer is whole: what was held back is a call that its end closes, or text after all. */
  end(): readonly AnswerPart[] {
    const parts: AnswerPart[] = [];
    const held = this.#held;
    this.#held = "";
    if (this.#state === "call") this.#tellCalls(held, parts);
    else if (this.#state === "start" && held.trimStart().startsWith("{")) this.#tellCalls(held, parts);
    else if (this.#state !== "afterCall" || held.trim() !== "") tellText(held, parts);
    return parts;
  }

  /** One step; false when more text is needed. */
  #advance(parts: AnswerPart[]): boolean {
    switch (this.#state) {
      case "start":
        return this.#leaveStart();
      case "text":
      case "afterCall":
        return this.#findOpening(parts);
      case "call":
        return this.#findClosing(parts);
    }
  }

  /** An answer that begins like bare JSON is held to its end: only then is it known to be a call. */
  #leaveStart(): boolean {
    const begun = this.#held.trimStart();
    if (begun === "") return false;
    if (this.#format.open === null) {
      if (begun.startsWith("{") || partialMatch(begun, pythonTag) === begun.length) return false;
      if (begun.startsWith(pythonTag)) {
        this.#held = begun.slice(pythonTag.length);
        this.#state = "call";
        return false;
      }
    }
    this.#state = "text";
    return true;
  }

  #findOpening(parts: AnswerPart[]): boolean {
    const { open } = this.#format;
    if (open === null) {
      tellText(this.#take(this.#held.length), parts);
      return false;
    }
    const at = this.#held.indexOf(open);
    if (at === -1) {
      const certain = this.#held.length - partialMatch(this.#held, open);
      // white space between calls is no text of the answer
      if (this.#state === "afterCall" && this.#held.slice(0, certain).trim() === "") return false;
      if (certain > 0) this.#state = "text";
      tellText(this.#take(certain), parts);
      return false;
    }
    const before = this.#take(at);
    if (this.#state !== "afterCall" || before.trim() !== "") tellText(before, parts);
    this.#take(open.length);
    this.#state = "call";
    return true;
  }

  #findClosing(parts: AnswerPart[]): boolean {
    const { close } = this.#format;
    const at = close === null ? -1 : this.#held.indexOf(close);
    if (close === null || at === -1) return false;
    const body = this.#take(at);
    this.#take(close.length);
    this.#tellCalls(body, parts, close);
    return true;
  }

  #tellCalls(body: string, parts: AnswerPart[], close = ""): void {
    const calls = readToolCalls(body);
    if (calls === null) {
      const opened = this.#state === "call" ? (this.#format.open ?? "") : "";
      tellText(`${opened}${body}${close}`, parts);
      this.#state = "text";
      return;
    }
    this.#calls += calls.length;
    this.#state = "afterCall";
    for (const call of calls) parts.push({ kind: "call", call });
  }

  #take(length: number): string {
    const taken = this.#held.slice(0, length);
    this.#held = this.#held.slice(length);
    return taken;
  }
}

function tellText(text: string, parts: AnswerPart[]): void {
  if (text !== "") parts.push({ kind: "text", text });
}
