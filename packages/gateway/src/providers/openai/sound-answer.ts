import type { FinishReason } from "../../openai/shapes.ts";
import { ProviderFailure } from "../provider-failure.ts";

type Fields = Readonly<Record<string, unknown>>;

/** What an answer, or an event of one, is. */
export type AnswerForm = "chat.completion" | "chat.completion.chunk" | "text_completion" | "list";

/**
 * An answer, or an event of one, of a server that speaks OpenAI in its own way: what it leaves out, writes as null or in words
 * of its own is put right, and what is of no use is left out. Anything else stays as it is. Throws ProviderFailure for an
 * answer that has broken off.
 */
export function soundAnswer(answer: object, form: AnswerForm): object {
  const { choices, usage, data } = answer as Fields;
  return {
    ...answer,
    object: form,
    ...(form === "list"
      ? { data: objectsIn(data) }
      : { choices: objectsIn(choices).map((choice, place) => soundChoice(choice, place, form)) }),
    ...(usage === undefined ? {} : { usage: isObject(usage) ? soundUsage(usage) : null }),
  };
}

function soundChoice(
  { index, finish_reason: finish, delta, message, text, logprobs, ...others }: Fields,
  place: number,
  form: Exclude<AnswerForm, "list">,
): object {
  const made = {
    ...others,
    index: typeof index === "number" ? index : place,
    finish_reason: finishOf(finish),
  };
  if (form === "text_completion")
    return { ...made, text: textOf(text), ...(logprobs === undefined ? {} : { logprobs }) };
  const said =
    form === "chat.completion" ? { message: soundMessage(message) } : { delta: soundMessage(delta) };
  const sure = isObject(logprobs) ? { logprobs: { content: objectsIn(logprobs["content"]) } } : {};
  return { ...made, ...said, ...sure };
}

function soundMessage(said: unknown): object {
  const {
    content,
    reasoning_content: thought,
    refusal,
    tool_calls: calls,
    ...others
  } = isObject(said) ? said : {};
  return {
    ...others,
    ...textAs("reasoning_content", thought),
    ...textAs("refusal", refusal),
    ...(Array.isArray(content) ? ofParts(content) : textAs("content", content)),
    ...(Array.isArray(calls) ? { tool_calls: objectsIn(calls).map(soundCall) } : {}),
  };
}

function textAs(name: string, value: unknown): object {
  return typeof value === "string" || value === null ? { [name]: value } : {};
}

/** Mistral's models that think answer in parts. */
function ofParts(parts: readonly unknown[]): object {
  let [content, thought] = ["", ""];
  for (const part of objectsIn(parts)) {
    const { type, text, thinking } = part;
    if (type === "thinking")
      thought += Array.isArray(thinking) ? thinking.map(textIn).join("") : textOf(thinking);
    else content += textOf(text);
  }
  return thought === "" ? { content } : { content, reasoning_content: thought };
}

function soundCall(call: Fields, place: number): object {
  const { index, id, function: called, ...others } = call;
  const { name, arguments: given } = isObject(called) ? called : {};
  return {
    ...others,
    index: typeof index === "number" ? index : place,
    ...(typeof id === "string" && id !== "" ? { id } : {}),
    function: {
      ...(typeof name === "string" ? { name } : {}),
      arguments: isObject(given) ? JSON.stringify(given) : textOf(given),
    },
  };
}

/** Its counts, and those of their details. */
function soundUsage(usage: Fields): object {
  const { prompt_tokens: read, completion_tokens: written } = usage;
  const details = Object.entries(usage).filter((entry): entry is [string, Fields] => isObject(entry[1]));
  return {
    ...(isCount(read) ? { total_tokens: read + (isCount(written) ? written : 0) } : {}),
    ...countsIn(usage),
    ...Object.fromEntries(details.map(([name, counts]) => [name, countsIn(counts)])),
  };
}

function countsIn(fields: Fields): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => isCount(value)));
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && value >= 0;
}

const finishReasons: readonly FinishReason[] = [
  "stop",
  "length",
  "tool_calls",
  "content_filter",
  "function_call",
];

/** Whatever else it may be called, the answer is over. */
function finishOf(said: unknown): FinishReason | null {
  if (typeof said !== "string" || said === "") return null;
  if (said === "error") throw new ProviderFailure({ kind: "failed", message: "the answer broke off" });
  if (said === "model_length") return "length";
  return finishReasons.find((reason) => reason === said) ?? "stop";
}

function textIn(part: unknown): string {
  return isObject(part) ? textOf(part["text"]) : "";
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function objectsIn(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
