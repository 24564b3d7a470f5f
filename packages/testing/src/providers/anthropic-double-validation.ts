import { asText, type Fields, fields, list } from "./provider-double.ts";

/** Anything else at the top of a request is refused. */
const createFields =
  "model messages max_tokens system stop_sequences stream temperature top_k top_p thinking tools tool_choice metadata service_tier cache_control container inference_geo output_config user_profile_id";
const samplingFields = ["temperature", "top_k", "top_p"];
const countFields = "model messages system thinking tools tool_choice cache_control output_config";

export interface AnthropicLimits {
  readonly maxOutputTokens: number;
  readonly unsampledModels: readonly string[];
  /** Whether this version of the API knows sampling. */
  readonly samples: boolean;
}

/** The message with which the Messages API refuses a request to create or to count; undefined for none. */
export function invalidMessagesRequest(
  body: Fields,
  purpose: "create" | "count",
  limits: AnthropicLimits,
): string | undefined {
  const known = (purpose === "create" ? createFields : countFields).split(" ");
  const required = purpose === "create" ? ["max_tokens", "messages", "model"] : ["messages", "model"];
  const missing = required.find((name) => body[name] === undefined);
  if (missing !== undefined) return `${missing}: Field required`;
  const extra = Object.keys(body).find(
    (name) => !known.includes(name) || (!limits.samples && samplingFields.includes(name)),
  );
  if (extra !== undefined) return `${extra}: Extra inputs are not permitted`;
  if (typeof body.model !== "string") return "model: Input should be a valid string";
  return (
    (purpose === "create" ? (wrongSampling(body, limits) ?? sampled(body, limits)) : undefined) ??
    wrongThinking(body) ??
    wrongSystem(body.system) ??
    wrongTools(body.tools) ??
    wrongToolChoice(body) ??
    wrongMessages(body.messages)
  );
}

function wrongSampling(body: Fields, limits: AnthropicLimits): string | undefined {
  const { max_tokens: most, temperature, top_p: topP, top_k: topK, stop_sequences: stop } = body;
  if (!Number.isInteger(most)) return "max_tokens: Input should be a valid integer";
  if (Number(most) < 1) return "max_tokens: Input should be greater than or equal to 1";
  if (Number(most) > limits.maxOutputTokens) {
    return `max_tokens: ${String(most)} > ${limits.maxOutputTokens}, which is the maximum allowed number of output tokens for ${String(body.model)}`;
  }
  for (const [name, value] of Object.entries({ temperature, top_p: topP })) {
    if (value === undefined) continue;
    if (typeof value !== "number") return `${name}: Input should be a valid number`;
    if (value < 0) return `${name}: Input should be greater than or equal to 0`;
    if (value > 1) return `${name}: Input should be less than or equal to 1`;
  }
  if (topK !== undefined && !Number.isInteger(topK)) return "top_k: Input should be a valid integer";
  if (body.stream !== undefined && typeof body.stream !== "boolean") {
    return "stream: Input should be a valid boolean";
  }
  if (stop === undefined) return undefined;
  const sequences = list(stop);
  if (sequences === undefined) return "stop_sequences: Input should be a valid array";
  const wrong = sequences.findIndex((item) => typeof item !== "string");
  if (wrong >= 0) return `stop_sequences.${wrong}: Input should be a valid string`;
  return sequences.some((item) => String(item).trim() === "")
    ? "stop_sequences: each stop sequence must contain non-whitespace"
    : undefined;
}

/** The values that mean nothing are taken, for the sake of older programs. */
function sampled(body: Fields, limits: AnthropicLimits): string | undefined {
  if (!limits.unsampledModels.includes(asText(body.model))) return undefined;
  const { temperature = 1, top_p: topP = 1, top_k: topK } = body;
  const set = Object.entries({
    temperature: temperature !== 1,
    top_p: Number(topP) < 0.99,
    top_k: topK !== undefined,
  });
  const [name] = set.find(([, refused]) => refused) ?? [];
  return name === undefined ? undefined : `\`${name}\` is deprecated for this model.`;
}

function wrongThinking(body: Fields): string | undefined {
  if (body.thinking === undefined) return undefined;
  const { type, budget_tokens: budget } = fields(body.thinking) ?? {};
  if (type !== "enabled" && type !== "disabled" && type !== "adaptive") {
    return "thinking: Input tag does not match any of the expected tags: 'adaptive', 'disabled', 'enabled'";
  }
  if (type !== "enabled") return undefined;
  if (budget === undefined) return "thinking.enabled.budget_tokens: Field required";
  if (!Number.isInteger(budget)) return "thinking.enabled.budget_tokens: Input should be a valid integer";
  if (Number(budget) < 1024) {
    return "thinking.enabled.budget_tokens: Input should be greater than or equal to 1024";
  }
  if (body.max_tokens !== undefined && Number(body.max_tokens) <= Number(budget)) {
    return "`max_tokens` must be greater than `thinking.budget_tokens`";
  }
  if (body.temperature !== undefined && body.temperature !== 1) {
    return "`temperature` may only be set to 1 when thinking is enabled";
  }
  const choice = fields(body.tool_choice)?.type;
  return choice === "any" || choice === "tool"
    ? "Thinking may not be enabled when tool_choice forces tool use."
    : undefined;
}

function wrongSystem(system: unknown): string | undefined {
  if (system === undefined || typeof system === "string") return undefined;
  const blocks = list(system);
  if (blocks === undefined) return "system: Input should be a valid string";
  const wrong = blocks.findIndex((block) => typeof fields(block)?.text !== "string");
  return wrong < 0 ? undefined : `system.${wrong}.text: Field required`;
}

function wrongTools(tools: unknown): string | undefined {
  for (const [at, tool] of (list(tools) ?? []).entries()) {
    const { name, type = "custom", input_schema: schema } = fields(tool) ?? {};
    // tools that the provider runs itself have a type with a date in it, and fields of their own
    if (type !== "custom") {
      return type === "function"
        ? `tools.${at}: Input tag 'function' found using 'type' does not match any of the expected tags`
        : undefined;
    }
    if (typeof name !== "string") return `tools.${at}.custom.name: Field required`;
    if (!/^[a-zA-Z0-9_-]{1,128}$/.test(name)) {
      return `tools.${at}.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'`;
    }
    if (schema === undefined) return `tools.${at}.custom.input_schema: Field required`;
    if (fields(schema)?.type === undefined) return `tools.${at}.custom.input_schema.type: Field required`;
    if (fields(schema)?.type !== "object") {
      return `tools.${at}.custom.input_schema.type: Input should be 'object'`;
    }
  }
  return undefined;
}

function wrongToolChoice(body: Fields): string | undefined {
  if (body.tool_choice === undefined) return undefined;
  const { type, name } = fields(body.tool_choice) ?? {};
  if (!["auto", "any", "tool", "none"].includes(type as string)) {
    return "tool_choice: Input tag does not match any of the expected tags: 'auto', 'any', 'tool', 'none'";
  }
  return type === "tool" && typeof name !== "string" ? "tool_choice.tool.name: Field required" : undefined;
}

function wrongMessages(value: unknown): string | undefined {
  const messages = list(value);
  if (messages === undefined) return "messages: Input should be a valid array";
  if (messages.length === 0) return "messages: at least one message is required";
  let awaited: readonly string[] = [];
  for (const [at, message] of messages.entries()) {
    const found = fields(message) ?? {};
    const wrong = wrongMessage(found, `messages.${at}`, at === messages.length - 1);
    if (wrong !== undefined) return wrong;
    const blocks = blocksOf(found.content);
    const results = blocks
      .filter((block) => block.type === "tool_result")
      .map((block) => String(block.tool_use_id));
    const stray = results.find((id) => !awaited.includes(id));
    if (stray !== undefined) {
      return `messages.${at}.content.0: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${stray}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`;
    }
    const unanswered = awaited.filter((id) => !results.includes(id));
    if (unanswered.length > 0) {
      return `messages.${at - 1}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${unanswered.join(", ")}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`;
    }
    awaited = blocks.filter((block) => block.type === "tool_use").map((block) => String(block.id));
  }
  return undefined;
}

function wrongMessage(message: Fields, at: string, isLast: boolean): string | undefined {
  const { role, content } = message;
  if (role === undefined) return `${at}.role: Field required`;
  if (role === "system") {
    return 'messages: Unexpected role "system". The Messages API accepts a top-level `system` parameter, not "system" as an input message role.';
  }
  if (role !== "user" && role !== "assistant") {
    return `messages: Unexpected role "${asText(role)}". Allowed roles are "user" or "assistant".`;
  }
  const extra = Object.keys(message).find((name) => name !== "role" && name !== "content");
  if (extra !== undefined) return `${at}.${extra}: Extra inputs are not permitted`;
  if (content === undefined) return `${at}.content: Field required`;
  if (typeof content !== "string" && list(content) === undefined) {
    return `${at}.content: Input should be a valid string`;
  }
  if ((content as string | unknown[]).length === 0 && !(isLast && role === "assistant")) {
    return `${at}: all messages must have non-empty content except for the optional final assistant message`;
  }
  for (const [index, block] of (list(content) ?? []).entries()) {
    const wrong = wrongBlock(fields(block) ?? {}, `${at}.content.${index}`);
    if (wrong !== undefined) return wrong;
  }
  const said = blocksOf(content).at(-1)?.text;
  return isLast && role === "assistant" && typeof said === "string" && said !== said.trimEnd()
    ? "messages: final assistant content cannot end with trailing whitespace"
    : undefined;
}

function wrongBlock(block: Fields, at: string): string | undefined {
  const needs = (type: string, ...names: string[]): string | undefined => {
    const missing = names.find((name) => block[name] === undefined);
    return missing === undefined ? undefined : `${at}.${type}.${missing}: Field required`;
  };
  switch (block.type) {
    case "text":
      return (
        needs("text", "text") ??
        (block.text === "" ? "messages: text content blocks must be non-empty" : undefined)
      );
    case "image":
      return needs("image", "source") ?? wrongSource(fields(block.source) ?? {}, `${at}.image.source`);
    case "document":
      return needs("document", "source");
    case "tool_use":
      return (
        needs("tool_use", "id", "name", "input") ??
        (fields(block.input) === undefined
          ? `${at}.tool_use.input: Input should be a valid dictionary`
          : undefined)
      );
    case "tool_result":
      return needs("tool_result", "tool_use_id");
    case "thinking":
      return needs("thinking", "signature", "thinking");
    case "redacted_thinking":
      return needs("redacted_thinking", "data");
    case undefined:
      return `${at}.type: Field required`;
    default:
      return `${at}: Input tag '${String(block.type)}' found using 'type' does not match any of the expected tags`;
  }
}

function wrongSource(source: Fields, at: string): string | undefined {
  if (source.type === "url") {
    return typeof source.url === "string" ? undefined : `${at}.url.url: Field required`;
  }
  if (source.type !== "base64") {
    return `${at}: Input tag '${String(source.type)}' found using 'type' does not match any of the expected tags`;
  }
  if (!["image/jpeg", "image/png", "image/gif", "image/webp"].includes(source.media_type as string)) {
    return `${at}.base64.media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'`;
  }
  if (typeof source.data !== "string") return `${at}.base64.data: Field required`;
  return /^[A-Za-z0-9+/]+={0,2}$/.test(source.data) ? undefined : `${at}.base64: invalid base64 data`;
}

/** The blocks of a message; a text alone is one block. */
export function blocksOf(content: unknown): Fields[] {
  if (typeof content === "string") return [{ type: "text", text: content }];
  return (list(content) ?? []).map((block) => fields(block) ?? {});
}
