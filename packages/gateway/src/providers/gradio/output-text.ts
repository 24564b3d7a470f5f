import { fieldsOf } from "../fields-of.ts";
import type { GradioComponent } from "./gradio-app.ts";

const textTypes: readonly string[] = ["textbox", "markdown", "json", "html", "code", "text", "label"];

/** Which output holds the answer: a conversation where there is one, else the first text. */
export function answerAt(outputs: readonly GradioComponent[]): number | undefined {
  const chatbot = outputs.findIndex(({ type }) => type === "chatbot");
  const at = chatbot === -1 ? outputs.findIndex(({ type }) => textTypes.includes(type)) : chatbot;
  return at === -1 ? undefined : at;
}

/** The text of an output: itself, or of a conversation the last that was said. */
export function textIn(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  if (Array.isArray(value)) {
    const last: unknown = value.at(-1);
    // a pair of a question and an answer, parts of a message, or messages
    if (Array.isArray(last)) return textIn(last[1]);
    return value.every((part) => fieldsOf(part)["type"] !== undefined)
      ? value.map(textIn).join("")
      : textIn(last);
  }
  const { role, content, text, value: held } = fieldsOf(value);
  // the question, which has no answer yet
  if (role === "user") return "";
  const inner = content ?? text ?? held;
  return inner === undefined || inner === null ? "" : textIn(inner);
}
