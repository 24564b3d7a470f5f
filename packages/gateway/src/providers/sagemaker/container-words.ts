import type { FinishReason } from "../../openai/shapes.ts";
import { errorIn } from "../../late-refusal.ts";
import { fieldsOf } from "../fields-of.ts";
import { ProviderFailure } from "../provider-failure.ts";
import type { Piece } from "../pieces/piece.ts";

/** What one JSON value of a container's says. */
export interface ContainerWords {
  readonly text: string;
  /** Present where it says that this was the end. */
  readonly finish?: FinishReason | undefined;
  /** It is one of many, and the last of them says so. */
  readonly tellsEnd: boolean;
}

/**
 * Reads the forms that containers answer in: TGI's and DJL's tokens and texts, JSON lines of `outputs`, Llama's
 * `generation`, OpenAI's choices. Throws ProviderFailure for an error, and for what says nothing.
 */
export function readWords(value: unknown): ContainerWords {
  const said = fieldsOf(Array.isArray(value) ? value[0] : value);
  const { token, generated_text: whole, generation, outputs, choices, details, error } = said;
  if (error !== undefined && error !== null)
    throw failed(errorIn(JSON.stringify(said))?.message ?? JSON.stringify(error));
  if (token !== undefined) {
    const { text, special } = fieldsOf(token);
    const isLast = typeof whole === "string" || fieldsOf(details)["finish_reason"] !== undefined;
    return {
      text: typeof text === "string" && special !== true ? text : "",
      finish: isLast ? finishOf(fieldsOf(details)["finish_reason"]) : undefined,
      tellsEnd: true,
    };
  }
  if (typeof whole === "string")
    return { text: whole, finish: finishOf(fieldsOf(details)["finish_reason"]), tellsEnd: false };
  if (generation !== undefined) {
    const text = typeof generation === "string" ? generation : fieldsOf(generation)["content"];
    if (typeof text === "string") return { text, tellsEnd: false };
  }
  if (Array.isArray(outputs)) return { text: outputs.join(""), tellsEnd: false };
  if (Array.isArray(choices)) return readChoice(fieldsOf(choices[0]));
  throw failed(`the container answers in an unknown form: ${JSON.stringify(value).slice(0, 200)}`);
}

function readChoice({
  message,
  delta,
  text,
  finish_reason: reason,
}: ReturnType<typeof fieldsOf>): ContainerWords {
  const said = text ?? fieldsOf(message ?? delta)["content"];
  return {
    text: typeof said === "string" ? said : "",
    finish: typeof reason === "string" ? finishOf(reason) : undefined,
    tellsEnd: delta !== undefined,
  };
}

function finishOf(reason: unknown): FinishReason {
  return reason === "length" ? "length" : "stop";
}

/** What a stream's parts say, wherever they are cut: lines of JSON, bare or as the data of events. */
export async function* readWordStream(parts: AsyncIterable<Buffer>): AsyncGenerator<Piece> {
  let finish: FinishReason | undefined;
  let waitsForEnd = false;
  for await (const value of readValues(parts)) {
    const words = readWords(value);
    if (words.text !== "") yield { text: words.text };
    finish = words.finish ?? finish;
    waitsForEnd = words.tellsEnd;
  }
  if (waitsForEnd && finish === undefined) throw failed("the stream ended without its last event");
  yield { finish: finish ?? "stop" };
}

const maxValueChars = 16 * 1024 * 1024;

/** JSON may go on over several lines: what cannot be read yet waits for the next. */
async function* readValues(parts: AsyncIterable<Buffer>): AsyncGenerator<unknown> {
  let held = "";
  for await (const line of readLines(parts)) {
    const data = line.replace(/^data:/, "").trim();
    if (data === "" || data === "[DONE]" || (held === "" && /^(?:event|id|retry)?:/.test(data))) continue;
    held += data;
    const value = parsed(held);
    if (value === undefined && held.length <= maxValueChars) continue;
    held = "";
    if (value === undefined) throw failed("a line of the stream is no JSON");
    yield value;
  }
  if (held !== "") throw failed(`the stream ends with something that is no JSON: ${held.slice(0, 200)}`);
}

async function* readLines(parts: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let held = "";
  for await (const part of parts) {
    const lines = (held + decoder.decode(part, { stream: true })).split(/\r?\n/);
    held = lines.pop() ?? "";
    yield* lines;
  }
  yield held + decoder.decode();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // not yet: more lines may come
    return undefined;
  }
}

function failed(message: string): ProviderFailure {
  return new ProviderFailure({ kind: "failed", message });
}
