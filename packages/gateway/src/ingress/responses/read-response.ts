import { said, type Fields } from "../fields.ts";
import { readInput } from "./read-input.ts";
import { readTools } from "./read-tools.ts";

export interface ReadResponse {
  /** A chat request, but for its model. */
  readonly request: Readonly<Record<string, unknown>>;
  /** What the answer repeats of the request. */
  readonly told: Readonly<Record<string, unknown>>;
}

/** A request of the Responses API as a chat. */
export function readResponse(fields: Fields): ReadResponse {
  refuseMemory(fields);
  const { format, verbosity, ...text } = readText(fields);
  const { effort, ...reasoning } = readReasoning(fields);
  const { tools, choice, told: toldTools } = readTools(fields);
  const instructions = fields.optionalText("instructions");
  const sampling = {
    max_tokens: fields.optionalCount("max_output_tokens"),
    temperature: fields.optionalNumber("temperature"),
    top_p: fields.optionalNumber("top_p"),
    ...readLogprobs(fields),
  };
  const parallel = fields.optionalBoolean("parallel_tool_calls");
  const user = fields.optionalText("user") ?? fields.optionalText("safety_identifier");
  const metadata = fields.optionalRecord("metadata");
  const system = instructions === undefined ? [] : [{ role: "system", content: instructions }];
  const request = said({
    messages: [...system, ...readInput(fields)],
    ...sampling,
    tools,
    tool_choice: choice,
    parallel_tool_calls: parallel,
    response_format: format,
    reasoning_effort: effort,
    verbosity,
    user,
  });
  // about their caches, their queues and tools of theirs; nothing is lost without them
  fields.without("prompt_cache_key", "prompt_cache_retention", "prompt_cache_options", "max_tool_calls");
  fields.without("stream_options", "safety_identifier");
  fields.done();
  const told = {
    instructions: instructions ?? null,
    max_output_tokens: sampling.max_tokens ?? null,
    metadata: metadata ?? {},
    parallel_tool_calls: parallel ?? true,
    temperature: sampling.temperature ?? null,
    top_p: sampling.top_p ?? null,
    top_logprobs: sampling.top_logprobs ?? 0,
    user: user ?? null,
    ...toldTools,
    ...text,
    ...reasoning,
  };
  return { request, told };
}

/** What needs that something is kept from one request to the next. */
function refuseMemory(fields: Fields): void {
  for (const name of ["previous_response_id", "conversation"]) {
    if (fields.any(name) !== undefined) {
      fields.refuse(
        name,
        "cannot be answered: nothing is kept here between requests; send the whole conversation as input",
      );
    }
  }
  if (fields.any("prompt") !== undefined)
    fields.refuse("prompt", "cannot be answered: no prompts are kept here; send it as input");
  if (fields.optionalBoolean("background") === true)
    fields.refuse("background", "cannot be true: answers are given at once");
  // clients send it unasked; the answer says that nothing was stored
  fields.optionalBoolean("store");
  fields.optionalOneOf("truncation", ["disabled"]);
  fields.optionalOneOf("service_tier", ["auto", "default"]);
}

function readText(fields: Fields): {
  readonly format?: unknown;
  readonly verbosity?: string | undefined;
  readonly text: object;
} {
  const text = fields.optionalObject("text");
  const verbosity = text?.optionalText("verbosity");
  const format = text?.optionalObject("format");
  text?.done();
  const told = { format: { type: "text" }, ...(verbosity === undefined ? {} : { verbosity }) };
  if (format === undefined) return { verbosity, text: told };
  const type = format.oneOf("type", ["text", "json_object", "json_schema"]);
  if (type !== "json_schema") {
    format.done();
    return {
      verbosity,
      format: type === "json_object" ? { type } : undefined,
      text: { ...told, format: { type } },
    };
  }
  const schema = said({
    name: format.text("name"),
    description: format.optionalText("description"),
    schema: format.record("schema"),
    strict: format.optionalBoolean("strict"),
  });
  format.done();
  return { verbosity, format: { type, json_schema: schema }, text: { ...told, format: { type, ...schema } } };
}

function readReasoning(fields: Fields): { readonly effort?: string | undefined; readonly reasoning: object } {
  const reasoning = fields.optionalObject("reasoning");
  const effort = reasoning?.optionalText("effort");
  // thoughts that a model tells are told whole
  const summary = reasoning?.optionalText("summary") ?? reasoning?.optionalText("generate_summary");
  reasoning?.without("generate_summary");
  reasoning?.optionalOneOf("context", ["auto"]);
  reasoning?.optionalOneOf("mode", ["standard"]);
  reasoning?.done();
  return { effort, reasoning: { effort: effort ?? null, summary: summary ?? null } };
}

function readLogprobs(fields: Fields): {
  readonly logprobs?: true;
  readonly top_logprobs?: number | undefined;
} {
  const include = fields.optionalTexts("include") ?? [];
  const top = fields.optionalNumber("top_logprobs");
  const wanted = include.includes("message.output_text.logprobs") || (top !== undefined && top > 0);
  return wanted ? { logprobs: true, top_logprobs: top } : {};
}
