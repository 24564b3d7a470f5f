import type { OpenAiFailure, OpenAiWire } from "./openai-double-wire.ts";
import { asText, type Fields, fields, list } from "./provider-double.ts";

const known = new Set(
  "audio frequency_penalty function_call functions logit_bias logprobs max_completion_tokens max_tokens messages metadata modalities model n parallel_tool_calls prediction presence_penalty prompt_cache_key prompt_cache_retention reasoning_effort response_format safety_identifier seed service_tier stop store stream stream_options temperature tool_choice tools top_logprobs top_p user verbosity web_search_options".split(
    " ",
  ),
);

const numbers: Readonly<Record<string, { kind: "decimal" | "integer"; min: number; max: number }>> = {
  temperature: { kind: "decimal", min: 0, max: 2 },
  top_p: { kind: "decimal", min: 0, max: 1 },
  frequency_penalty: { kind: "decimal", min: -2, max: 2 },
  presence_penalty: { kind: "decimal", min: -2, max: 2 },
  n: { kind: "integer", min: 1, max: 128 },
  max_tokens: { kind: "integer", min: 1, max: Infinity },
  max_completion_tokens: { kind: "integer", min: 1, max: Infinity },
  top_logprobs: { kind: "integer", min: 0, max: 20 },
  seed: { kind: "integer", min: -Infinity, max: Infinity },
};

const roles = ["system", "assistant", "user", "function", "tool", "developer"];

/** Why a request for a chat is refused; undefined for no reason. */
export function invalidChat(body: Fields, wire: OpenAiWire): OpenAiFailure | undefined {
  const missing = ["messages", "model"].find((name) => body[name] === undefined);
  if (missing !== undefined) {
    return invalid(`Missing required parameter: '${missing}'.`, missing, "missing_required_parameter");
  }
  return (
    (wire.checks === "all" ? unknownField(body) : undefined) ??
    wrongSampling(body, wire) ??
    wrongForReasoning(body, wire) ??
    wrongTools(body, wire) ??
    wrongMessages(body.messages, wire)
  );
}

/** Numbers are numbers; to those who check all, they are within bounds, and `stop` and `stream_options` in form. */
export function wrongSampling(body: Fields, wire: OpenAiWire): OpenAiFailure | undefined {
  for (const [name, { kind, min, max }] of Object.entries(numbers)) {
    const value = body[name];
    if (value === undefined || value === null) continue;
    const article = kind === "integer" ? "an integer" : "a decimal";
    if (typeof value !== "number" || (kind === "integer" && !Number.isInteger(value))) {
      return invalid(
        `Invalid type for '${name}': expected ${article}, but got ${nameOf(value)} instead.`,
        name,
        "invalid_type",
      );
    }
    if (wire.checks === "all" && (value < min || value > max)) {
      const [word, sign, bound] = value < min ? ["below minimum", ">=", min] : ["above maximum", "<=", max];
      return invalid(
        `Invalid '${name}': ${kind} ${word} value. Expected a value ${sign} ${bound}, but got ${value} instead.`,
        name,
        `${kind}_${word.replace("imum", "").replace(" ", "_")}_value`,
      );
    }
  }
  if (wire.checks === "types") return undefined;
  const stop = list(body.stop) ?? [];
  if (stop.length > 4) {
    return invalid(
      `Invalid 'stop': array too long. Expected an array with maximum length 4, but got an array with length ${stop.length} instead.`,
      "stop",
      "array_above_max_length",
    );
  }
  if (body.stream_options !== undefined && body.stream_options !== null && body.stream !== true) {
    return invalid(
      "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
      "stream_options",
    );
  }
  return undefined;
}

function unknownField(body: Fields): OpenAiFailure | undefined {
  const extra = Object.keys(body).find((name) => !known.has(name));
  return extra === undefined ? undefined : invalid(`Unrecognized request argument supplied: ${extra}`);
}

function wrongForReasoning(body: Fields, wire: OpenAiWire): OpenAiFailure | undefined {
  if (!wire.reasoningModels.includes(String(body.model))) return undefined;
  if (body.max_tokens !== undefined && body.max_tokens !== null) {
    return invalid(
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      "max_tokens",
      "unsupported_parameter",
    );
  }
  if (body.stop !== undefined && body.stop !== null) {
    return invalid(
      "Unsupported parameter: 'stop' is not supported with this model.",
      "stop",
      "unsupported_parameter",
    );
  }
  return typeof body.temperature === "number" && body.temperature !== 1
    ? invalid(
        `Unsupported value: 'temperature' does not support ${body.temperature} with this model. Only the default (1) value is supported.`,
        "temperature",
        "unsupported_value",
      )
    : undefined;
}

function wrongTools(body: Fields, wire: OpenAiWire): OpenAiFailure | undefined {
  for (const [at, tool] of (list(body.tools) ?? []).entries()) {
    const { type, function: declared } = fields(tool) ?? {};
    if (type === "custom") continue;
    if (type !== "function") {
      return invalid(
        `Invalid value: '${String(type)}'. Supported values are: 'function' and 'custom'.`,
        `tools[${at}].type`,
        "invalid_value",
      );
    }
    if (typeof fields(declared)?.name !== "string") {
      const param = `tools[${at}].function${fields(declared) === undefined ? "" : ".name"}`;
      return invalid(`Missing required parameter: '${param}'.`, param, "missing_required_parameter");
    }
  }
  const { tool_choice: choice } = body;
  return wire.checks === "all" &&
    choice !== undefined &&
    choice !== null &&
    (list(body.tools) ?? []).length === 0
    ? invalid(
        "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.",
        "tool_choice",
      )
    : undefined;
}

function wrongMessages(value: unknown, wire: OpenAiWire): OpenAiFailure | undefined {
  const messages = list(value);
  if (messages === undefined) {
    return invalid(
      `Invalid type for 'messages': expected an array of objects, but got ${nameOf(value)} instead.`,
      "messages",
      "invalid_type",
    );
  }
  if (messages.length === 0) {
    return invalid(
      "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
      "messages",
      "empty_array",
    );
  }
  let awaited: readonly string[] = [];
  for (const [at, item] of messages.entries()) {
    const message = fields(item) ?? {};
    const wrong = wrongMessage(message, `messages[${at}]`, wire);
    if (wrong !== undefined) return wrong;
    if (wire.checks === "types") continue;
    if (message.role === "tool") {
      if (!awaited.includes(String(message.tool_call_id))) {
        return invalid(
          "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
          `messages.[${at}].role`,
        );
      }
      awaited = awaited.filter((id) => id !== message.tool_call_id);
      continue;
    }
    if (awaited.length > 0) return unanswered(awaited, at);
    awaited = (list(message.tool_calls) ?? []).map((call) => String(fields(call)?.id));
  }
  return awaited.length > 0 ? unanswered(awaited, messages.length - 1) : undefined;
}

function unanswered(ids: readonly string[], at: number): OpenAiFailure {
  return invalid(
    `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${ids.join(", ")}`,
    `messages.[${at}].role`,
  );
}

function wrongMessage(message: Fields, at: string, wire: OpenAiWire): OpenAiFailure | undefined {
  const { role, content } = message;
  if (role === undefined) {
    return invalid(`Missing required parameter: '${at}.role'.`, `${at}.role`, "missing_required_parameter");
  }
  if (wire.checks === "all" && !roles.includes(role as string)) {
    const named = roles.map((name) => `'${name}'`);
    return invalid(
      `Invalid value: '${asText(role)}'. Supported values are: ${named.slice(0, -1).join(", ")}, and ${named.at(-1)}.`,
      `${at}.role`,
      "invalid_value",
    );
  }
  for (const [index, call] of (list(message.tool_calls) ?? []).entries()) {
    const { arguments: given } = fields(fields(call)?.function) ?? {};
    if (typeof given !== "string") {
      const param = `${at}.tool_calls[${index}].function.arguments`;
      return invalid(
        `Invalid type for '${param}': expected a string, but got ${nameOf(given)} instead.`,
        param,
        "invalid_type",
      );
    }
  }
  if (typeof content === "string" || (role === "assistant" && (content === undefined || content === null))) {
    return undefined;
  }
  const parts = list(content);
  if (parts === undefined) {
    return invalid(
      `Invalid value for 'content': expected a string, got ${content === undefined ? "null" : nameOf(content)}.`,
      `messages.${at.replace("messages", "")}.content`,
    );
  }
  const wrong = parts.findIndex((part) => !isPart(fields(part) ?? {}));
  return wrong < 0
    ? undefined
    : invalid(
        `Invalid value: '${String(fields(parts[wrong])?.type)}'. Supported values are: 'text', 'image_url', 'input_audio', 'refusal', and 'file'.`,
        `${at}.content[${wrong}].type`,
        "invalid_value",
      );
}

function isPart(part: Fields): boolean {
  switch (part.type) {
    case "text":
      return typeof part.text === "string";
    case "image_url":
      return typeof fields(part.image_url)?.url === "string";
    case "input_audio":
      return typeof fields(part.input_audio)?.data === "string";
    case "refusal":
    case "file":
      return true;
    default:
      return false;
  }
}

function invalid(message: string, param?: string, code?: string): OpenAiFailure {
  return {
    kind: "invalid",
    message,
    ...(param === undefined ? {} : { param }),
    ...(code === undefined ? {} : { code }),
  };
}

function nameOf(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object"
    ? "an object"
    : typeof value === "number"
      ? "a number"
      : `a ${typeof value}`;
}
