import { BerthError } from "@berth/api";
import type {
  ChatChunk,
  ChatCompletion,
  ChatDelta,
  FinishReason,
  TokenLogprob,
  Usage,
} from "../openai/shapes.ts";
import { ObjectEnd } from "./object-end.ts";

/** A stretch of an answer: what was thought, what was said, why nothing was said, or one call of a tool. */
export type PartKind = "thinking" | "text" | "refusal" | "tool";

export interface AnswerPart {
  readonly kind: PartKind;
  /** Its place among the parts. */
  readonly index: number;
  /** Of a tool call. */
  readonly id: string;
  readonly name: string;
  /** What has come of it; a tool's arguments, JSON as text. */
  readonly text: string;
  readonly logprobs: readonly TokenLogprob[];
}

export type PartEvent =
  | { readonly kind: "open"; readonly part: AnswerPart }
  | {
      readonly kind: "delta";
      readonly part: AnswerPart;
      readonly text: string;
      readonly logprobs: readonly TokenLogprob[];
    }
  | { readonly kind: "close"; readonly part: AnswerPart };

interface OpenPart extends AnswerPart {
  readonly tool: number | undefined;
  /** Of a tool's arguments. */
  readonly end: ObjectEnd;
  id: string;
  name: string;
  text: string;
  logprobs: TokenLogprob[];
  /** Come, and not told yet. */
  pending: string;
  pendingLogprobs: TokenLogprob[];
  opened: boolean;
}

/**
 * Makes parts of chunks, one after the other: the next is opened when the one before is closed. What comes of a later
 * part meanwhile, as when the arguments of two tool calls come in turns, is held back until then.
 */
export class AnswerParts {
  readonly #parts: OpenPart[] = [];
  readonly #shows: (kind: PartKind) => boolean;
  readonly #newId: () => string;
  #current = 0;
  usage: Usage | undefined;
  finish: FinishReason | undefined;
  /** Of who tells texts as they come, and never again, none need be kept: only the arguments of calls are. */
  keepsTexts = true;
  /** Something has come of the answer itself, were it only what is not shown. */
  begun = false;
  /** The stop string that ended the answer, where the server tells it. */
  stopString: string | undefined;

  constructor(newId: () => string, shows: (kind: PartKind) => boolean = () => true) {
    this.#newId = newId;
    this.#shows = shows;
  }

  get all(): readonly AnswerPart[] {
    return this.#parts;
  }

  push(chunk: ChatChunk): PartEvent[] {
    if (chunk.usage !== undefined && chunk.usage !== null) this.usage = chunk.usage;
    const choice = chunk.choices.find(({ index }) => index === 0);
    if (choice === undefined) return [];
    this.#take(choice.delta, choice.logprobs?.content ?? []);
    if (choice.finish_reason !== null && choice.finish_reason !== undefined)
      this.finish = choice.finish_reason;
    this.stopString = stopStringOf(choice) ?? this.stopString;
    return this.#tell(false);
  }

  /** Forgets what has come. */
  clear(): void {
    this.#parts.length = 0;
    this.#current = 0;
    this.begun = false;
    this.usage = undefined;
    this.finish = undefined;
    this.stopString = undefined;
  }

  /** No more will come. */
  end(): PartEvent[] {
    return this.#tell(true);
  }

  get callsTools(): boolean {
    return this.#parts.some(({ kind }) => kind === "tool");
  }

  #take(delta: ChatDelta, logprobs: readonly TokenLogprob[]): void {
    this.#add("thinking", delta.reasoning_content ?? olderReasoning(delta), []);
    this.#add("text", delta.content, logprobs);
    this.#add("refusal", delta.refusal, []);
    for (const call of delta.tool_calls ?? []) {
      const { id, function: { name = "", arguments: text = "" } = {} } = call;
      const known = this.#parts.findLast(({ tool }) => tool === call.index);
      // some servers give all calls the same place: one that has another id and a name is another
      const isOther = id !== undefined && id !== known?.id && name !== "" && known?.name !== "";
      const part = known === undefined || isOther ? this.#begin("tool", call.index) : known;
      this.begun = true;
      if (id !== undefined && !part.opened) part.id = id;
      if (part.name === "") part.name = name;
      part.pending += text;
      part.end.push(text);
    }
  }

  #add(kind: PartKind, text: string | null | undefined, logprobs: readonly TokenLogprob[]): void {
    if (text === undefined || text === null || text === "") return;
    this.begun = true;
    if (!this.#shows(kind)) return;
    const last = this.#parts.at(-1);
    const part = last?.kind === kind ? last : this.#begin(kind, undefined);
    part.pending += text;
    for (const one of logprobs) part.pendingLogprobs.push(one);
  }

  #begin(kind: PartKind, tool: number | undefined): OpenPart {
    const index = this.#parts.length;
    const id = kind === "tool" ? `call_${this.#newId()}` : "";
    const none = { name: "", text: "", pending: "", opened: false, end: new ObjectEnd() };
    const part: OpenPart = { kind, index, tool, id, ...none, logprobs: [], pendingLogprobs: [] };
    this.#parts.push(part);
    return part;
  }

  #tell(isEnd: boolean): PartEvent[] {
    const events: PartEvent[] = [];
    for (;;) {
      const part = this.#parts[this.#current];
      if (part === undefined) return events;
      if (!part.opened && (part.kind !== "tool" || part.name !== "" || isEnd)) {
        part.opened = true;
        events.push({ kind: "open", part });
      }
      if (part.opened && part.pending !== "") {
        const { pending: text, pendingLogprobs: logprobs } = part;
        if (this.keepsTexts || part.kind === "tool") {
          part.text += text;
          for (const one of logprobs) part.logprobs.push(one);
        }
        part.pending = "";
        part.pendingLogprobs = [];
        events.push({ kind: "delta", part, text, logprobs });
      }
      const isLast = this.#current === this.#parts.length - 1;
      if (!isEnd && (isLast || !isComplete(part))) return events;
      events.push({ kind: "close", part });
      this.#current += 1;
    }
  }
}

/** What follows a tool call follows it only when its arguments are whole: an object says itself where it ends. */
function isComplete(part: OpenPart): boolean {
  return part.kind !== "tool" || (part.opened && part.end.isOver);
}

/** Some servers have another name for it. */
function olderReasoning(delta: object): string | undefined {
  const said: unknown = "reasoning" in delta ? delta.reasoning : undefined;
  return typeof said === "string" ? said : undefined;
}

/**
 * What a tool is called with, as an object. Throws `unprocessable` where a model has written something else: called with
 * nothing the tool would do what nobody meant. Of a call in which the answer broke off nothing is left.
 */
export function argumentsOf({ name, text }: AnswerPart, finish: FinishReason | undefined): object {
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch {
    // told below, as what is JSON and no object is
  }
  if (finish === "length" || finish === "content_filter") return {};
  throw new BerthError("unprocessable", `the model called \`${name}\` with what is no JSON object`);
}

/** vLLM tells it beside the reason. */
export function stopStringOf(choice: object): string | undefined {
  const said: unknown = "stop_reason" in choice ? choice.stop_reason : undefined;
  return typeof said === "string" && said !== "" ? said : undefined;
}

/** A whole answer as the one chunk of a stream. */
export function chunkOf(answer: ChatCompletion): ChatChunk {
  const { id, created, model, choices, usage } = answer;
  return {
    id,
    object: "chat.completion.chunk",
    created,
    model,
    choices: choices.map(({ message, ...choice }) => ({
      ...choice,
      delta: {
        ...message,
        tool_calls: (message.tool_calls ?? []).map((call, index) => ({ ...call, index })),
      },
    })),
    ...(usage === undefined ? {} : { usage }),
  };
}
