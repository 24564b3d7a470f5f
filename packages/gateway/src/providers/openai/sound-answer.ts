import type { FinishReason } from "../../openai/shapes.ts";
import { ProviderFailure } from "../provider-failure.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * A chat's or text's answer, or an event of one, of a server that speaks OpenAI in its own way: what it leaves out, writes as
 * null or in words of its own is put right. Anything else is returned as it is. Throws ProviderFailure for an answer that
 * has broken off.
 */
export function soundAnswer(answer: object): object {
  const { choices } = answer as Fields;
  if (!Array.isArray(choices)) return "choices" in answer ? { ...answer, choices: [] } : answer;
  return { ...answer, choices: choices.filter(isObject).map(soundChoice) };
}

function soundChoice(choice: Fields, place: number): object {
  const { index, finish_reason: finish, delta, message } = choice;
  const made = {
    ...choice,
    index: typeof index === "number" ? index : place,
    finish_reason: finishOf(finish),
  };
  if (isObject(message)) return { ...made, message: soundMessage(message) };
  if ("text" in choice) return { ...made, text: textOf(choice["text"]) };
  return { ...made, delta: soundMessage(isObject(delta) ? delta : {}) };
}

function soundMessage({ tool_calls: calls, ...message }: Fields): object {
  const content = Array.isArray(message["content"]) ? ofParts(message["content"]) : {};
  const made = { ...message, ...content };
  return Array.isArray(calls) ? { ...made, tool_calls: calls.filter(isObject).map(soundCall) } : made;
}

/** Mistral's models that think answer in parts. */
function ofParts(parts: readonly unknown[]): object {
  let [content, thought] = ["", ""];
  for (const part of parts.filter(isObject)) {
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

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
