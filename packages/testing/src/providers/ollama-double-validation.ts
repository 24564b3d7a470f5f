import { type Fields, fields, list } from "./provider-double.ts";

const chatFields = {
  model: "string",
  messages: "array",
  tools: "array",
  stream: "bool",
  options: "object",
  logprobs: "bool",
  top_logprobs: "number",
} as const;

const generateFields = {
  model: "string",
  prompt: "string",
  suffix: "string",
  system: "string",
  template: "string",
  raw: "bool",
  images: "array",
  stream: "bool",
  options: "object",
} as const;

const messageFields = {
  role: "string",
  content: "string",
  thinking: "string",
  images: "array",
  tool_calls: "array",
  tool_name: "string",
  tool_call_id: "string",
} as const;

/** Whole numbers may come with a fraction: Ollama cuts it off. */
const numberOptions =
  "num_ctx num_batch num_gpu main_gpu num_thread num_keep seed num_predict top_k repeat_last_n".split(" ");
const fractionOptions =
  "top_p min_p typical_p temperature repeat_penalty presence_penalty frequency_penalty".split(" ");

/** What does not unmarshal into a chat request, in Go's words; undefined for none. */
export function unmarshalsToChat(body: Fields): string | undefined {
  const wrong = mismatch(body, chatFields, "ChatRequest") ?? commonMismatch(body);
  if (wrong !== undefined) return wrong;
  for (const message of list(body.messages) ?? []) {
    const found = fields(message);
    if (found === undefined) return cannot(message, "ChatRequest.messages", "api.Message");
    const inMessage = mismatch(found, messageFields, "ChatRequest.messages") ?? images(found) ?? calls(found);
    if (inMessage !== undefined) return inMessage;
  }
  return undefined;
}

/** What does not unmarshal into a generate request, in Go's words; undefined for none. */
export function unmarshalsToGenerate(body: Fields): string | undefined {
  return mismatch(body, generateFields, "GenerateRequest") ?? commonMismatch(body) ?? images(body);
}

/** What is wrong with the options, as Ollama says; options it does not know it passes over. */
export function wrongOption(options: Fields): string | undefined {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || value === null) continue;
    if (numberOptions.includes(name) && typeof value !== "number") {
      return `option "${name}" must be of type integer`;
    }
    if (fractionOptions.includes(name) && typeof value !== "number") {
      return `option "${name}" must be of type float32`;
    }
    if (name !== "stop") continue;
    const items = list(value);
    if (items === undefined) return 'option "stop" must be of type array';
    if (!items.every((item) => typeof item === "string")) {
      return 'option "stop" must be of an array of strings';
    }
  }
  return undefined;
}

/** Whether this is something that `format` may be. */
export function isFormat(format: unknown): boolean {
  return format === undefined || format === null || ["", "json"].includes(format as string)
    ? true
    : fields(format) !== undefined;
}

function commonMismatch(body: Fields): string | undefined {
  const { think, top_logprobs: top } = body;
  if (think !== undefined && think !== null && typeof think !== "boolean" && !isThinkLevel(think)) {
    return 'invalid think value: must be a boolean or "high", "medium", "low", or "max"';
  }
  if (typeof top === "number" && (top < 0 || top > 20)) return "top_logprobs must be between 0 and 20";
  return undefined;
}

function isThinkLevel(think: unknown): boolean {
  return ["high", "medium", "low", "max"].includes(think as string);
}

function mismatch(found: Fields, expected: Readonly<Record<string, string>>, at: string): string | undefined {
  for (const [name, kind] of Object.entries(expected)) {
    const value = found[name];
    if (value !== undefined && value !== null && kindOf(value) !== kind) {
      return cannot(value, `${at}.${name}`, kind === "array" ? "[]" : kind);
    }
  }
  return undefined;
}

function images(found: Fields): string | undefined {
  for (const image of list(found.images) ?? []) {
    // a data URL is no base64: its colon is where decoding ends
    if (typeof image !== "string" || !/^[A-Za-z0-9+/]*={0,2}$/.test(image)) {
      const at = typeof image === "string" ? image.search(/[^A-Za-z0-9+/]/) : 0;
      return `illegal base64 data at input byte ${at}`;
    }
  }
  return undefined;
}

/** The arguments of a call are an object here; a string of JSON is refused. */
function calls(message: Fields): string | undefined {
  for (const call of list(message.tool_calls) ?? []) {
    const given = fields(fields(call)?.function)?.arguments;
    if (given !== undefined && fields(given) === undefined) {
      return cannot(given, "ChatRequest.messages.tool_calls.function.arguments", "map[string]interface {}");
    }
  }
  return undefined;
}

function cannot(value: unknown, at: string, type: string): string {
  return `json: cannot unmarshal ${kindOf(value)} into Go struct field ${at} of type ${type}`;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "array";
  return typeof value === "boolean" ? "bool" : typeof value;
}
