import { invalid, said, type Fields } from "../fields.ts";
import { readMessage } from "./read-message.ts";
import { readContent } from "./read-content.ts";
import { readToolChoice, readTools } from "./read-tools.ts";

export interface ReadMessages {
  /** A chat request, but for its model. */
  readonly request: Readonly<Record<string, unknown>>;
  readonly stops: readonly string[];
  /** Whether the caller looks for thoughts in the answer. */
  readonly showsThinking: boolean;
}

/** A request of Anthropic's Messages API in OpenAI's words. */
export function readMessages(fields: Fields): ReadMessages {
  const maxTokens = fields.count("max_tokens");
  const { messages, ...prompt } = readPrompt(fields);
  const stops = fields.optionalTexts("stop_sequences");
  const metadata = fields.optionalObject("metadata");
  const user = metadata?.optionalText("user_id");
  metadata?.done();
  fields.optionalOneOf("service_tier", ["auto", "standard_only"]);
  fields.optionalOneOf("speed", ["standard"]);
  // why their cache was missed
  fields.without("diagnostics");
  requireNothingCleared(fields);
  const thinking = readThinking(fields);
  const output = readOutput(fields);
  const request = said({
    messages,
    max_tokens: maxTokens,
    temperature: fields.optionalNumber("temperature"),
    top_p: fields.optionalNumber("top_p"),
    top_k: fields.optionalNumber("top_k"),
    stop: stops === undefined || stops.length === 0 ? undefined : stops,
    user,
    reasoning_effort: output.effort ?? thinking.effort,
    response_format: output.format,
    ...prompt,
  });
  fields.done();
  return { request, stops: stops ?? [], showsThinking: thinking.shows };
}

function readPrompt(fields: Fields): {
  readonly messages: readonly object[];
  readonly tools?: readonly object[] | undefined;
  readonly tool_choice?: unknown;
  readonly parallel_tool_calls?: boolean | undefined;
} {
  // prompts are cached, or not, where the model is
  fields.without("cache_control");
  const count = fields.optionalList("messages")?.length ?? 0;
  if (count === 0) throw invalid("messages", "must hold at least one message");
  const system =
    fields.any("system") === undefined
      ? []
      : [{ role: "system", content: readContent(fields, "system", ["text"]) }];
  const messages = fields.objects("messages", (message, index) => {
    const role = message.text("role");
    if (role === "assistant" && index === count - 1)
      message.refuse(
        "role",
        "cannot be `assistant` in the last message: an answer that is begun cannot be continued",
      );
    return readMessage(message, role);
  });
  return { messages: [...system, ...messages.flat()], tools: readTools(fields), ...readToolChoice(fields) };
}

/** Claude Code asks for all thoughts to be kept, which is so without it; what is to be left out, nobody here leaves out. */
function requireNothingCleared(fields: Fields): void {
  const management = fields.optionalObject("context_management");
  management?.objects("edits", (edit) => {
    edit.oneOf("type", ["clear_thinking_20251015"]);
    edit.oneOf("keep", ["all"]);
    edit.done();
  });
  management?.done();
}

/** How much thought a budget of tokens is. */
const lowTokens = 4096;
const mediumTokens = 16_384;

function readThinking(fields: Fields): { readonly effort?: string; readonly shows: boolean } {
  const thinking = fields.optionalObject("thinking");
  if (thinking === undefined) return { shows: false };
  const type = thinking.oneOf("type", ["enabled", "adaptive", "disabled"]);
  const budget = thinking.optionalCount("budget_tokens");
  const display = thinking.optionalOneOf("display", ["summarized", "omitted"]);
  thinking.done();
  const shows = type !== "disabled" && display !== "omitted";
  if (type !== "enabled" || budget === undefined) return { shows };
  return { effort: budget <= lowTokens ? "low" : budget <= mediumTokens ? "medium" : "high", shows };
}

function readOutput(fields: Fields): { readonly effort?: string | undefined; readonly format?: object } {
  const output = fields.optionalObject("output_config");
  if (output === undefined) return {};
  const asked = output.optionalText("effort");
  // their word for OpenAI's highest
  const effort = asked === "max" ? "xhigh" : asked;
  const format = output.optionalObject("format");
  output.done();
  if (format === undefined) return { effort };
  format.oneOf("type", ["json_schema"]);
  const schema = format.record("schema");
  format.done();
  return {
    effort,
    format: { type: "json_schema", json_schema: { name: "answer", schema, strict: true } },
  };
}
