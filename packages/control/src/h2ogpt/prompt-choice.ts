import { BerthError, promptDictSchema, promptTypeNames, type PromptFormat } from "@berth/api";
import { nearest } from "@berth/std/nearest";
import type { IgnoredField } from "./model-lock-fields.ts";
import { readLiteral } from "./read-literal.ts";

export interface PromptFields {
  readonly prompt_type?: string | null | undefined;
  readonly prompt_dict?: unknown;
  readonly chat_template?: string | null | undefined;
}

interface PromptChoice {
  /** Absent: the server takes messages, or the model's own name or template says it. */
  readonly prompt?: PromptFormat;
  readonly ignored: readonly IgnoredField[];
}

/** Servers that take messages, and the two that leave it to the model's template. */
const withoutPrompt = ["", "openai_chat", "anthropic", "google", "mistralai", "groq", "unknown", "template"];

/** h2oGPT has them; what to give instead. */
const notBuilt: Readonly<Record<string, string>> = {
  human_bot_orig: "it bears the time of day: give `human_bot`",
  llava: "it is of LLaVA's own server: give `plain`",
  one_shot: "it is an example conversation: give `custom` with a prompt_dict",
};

/** How an entry's model is prompted. Throws BerthError `invalid_request` under `at` for a prompt that is unknown. */
export function choosePrompt(fields: PromptFields, at: string): PromptChoice {
  const type = fields.prompt_type ?? "";
  const template = fields.chat_template ?? "";
  const dict = readDict(fields.prompt_dict, `${at}.prompt_dict`);
  const unread = (field: string, isGiven: boolean) =>
    isGiven ? [{ field, reason: `prompt_type \`${type}\` says it all` }] : [];
  const built = promptTypeNames.find((name) => name === type);
  const isPlain = type === "plain" || type === "simple_instruct";
  if (built !== undefined || isPlain)
    return {
      prompt: built === undefined ? { kind: "plain" } : { kind: "type", name: built },
      ignored: [...unread("prompt_dict", dict !== undefined), ...unread("chat_template", template !== "")],
    };
  if (type === "custom" || (type === "" && dict !== undefined)) {
    if (dict === undefined)
      throw wrong(`${at}.prompt_dict`, "is missing: prompt_type `custom` has its texts there");
    return { prompt: { kind: "custom", dict }, ignored: unread("chat_template", template !== "") };
  }
  if (!withoutPrompt.includes(type)) throw wrong(`${at}.prompt_type`, notBuilt[type] ?? meant(type));
  const ignored = unread("prompt_dict", dict !== undefined);
  if (template === "") return { ignored };
  return { prompt: { kind: "template", text: templateText(template) }, ignored };
}

function readDict(value: unknown, param: string) {
  const dict = typeof value === "string" && value !== "" ? readLiteral(value, param) : value;
  if (
    dict === undefined ||
    dict === null ||
    dict === "" ||
    (typeof dict === "object" && Object.keys(dict).length === 0)
  )
    return undefined;
  const read = promptDictSchema.safeParse(dict);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw wrong([param, ...(issue?.path ?? [])].join("."), issue?.message ?? "is no prompt_dict");
}

/** Jinja, or Jinja in base64, which passes through a shell unquoted. */
function templateText(text: string): string {
  if (/\{[{%#]/.test(text) || !/^[A-Za-z\d+/\s]+={0,2}\s*$/.test(text)) return text;
  const decoded = Buffer.from(text, "base64").toString("utf8");
  return /\{[{%#]/.test(decoded) ? decoded : text;
}

function meant(type: string): string {
  const near = nearest(type, ["plain", "custom", ...promptTypeNames, ...withoutPrompt.slice(1)]);
  return `is unknown: ${near.length === 0 ? "give `custom` with a prompt_dict" : `did you mean ${near.join(" or ")}?`}`;
}

function wrong(param: string, fault: string): BerthError {
  return new BerthError("invalid_request", `${param} ${fault}`, { param });
}
