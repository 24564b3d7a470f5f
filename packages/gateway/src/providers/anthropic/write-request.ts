import type { ProviderUpstream } from "@berth/api";
import { chatRequestSchema, parseRequest, type ChatRequest } from "@berth/api/openai";
import { requireKnown, requireTranslatable, untranslatable } from "../require-translatable.ts";
import { given } from "../given.ts";
import { reasoningEffort } from "../reasoning-effort.ts";
import { thinkingFields } from "./thinking.ts";
import { writeMessages, type Turn } from "./write-messages.ts";

const provider = "Anthropic";

const translated = [
  "messages",
  "max_tokens",
  "max_completion_tokens",
  "temperature",
  "top_p",
  "top_k",
  "stop",
  "tools",
  "tool_choice",
  "parallel_tool_calls",
  "reasoning_effort",
  "response_format",
  // its own, taken as it is
  "cache_control",
] as const;

/** For who neither asks for a length nor names a model whose greatest is known: every model can write so much. */
const defaultMaxTokens = 4096;

/** A chat as a Messages request. Throws BerthError naming the field that is wrong or has no counterpart. */
export function messagesRequest(
  request: Readonly<Record<string, unknown>>,
  { model, maxOutputTokens }: Pick<ProviderUpstream, "model" | "maxOutputTokens">,
  stream: boolean,
): Readonly<Record<string, unknown>> {
  const chat = parseRequest(chatRequestSchema, request);
  requireTranslatable(chat, { translated, provider });
  const { system, turns } = writeMessages(chat.messages);
  const maxTokens = chat.max_completion_tokens ?? chat.max_tokens ?? maxOutputTokens ?? undefined;
  const { thinking, effort, budgetTokens } = thinkingFields(reasoningEffort(chat), model, maxTokens);
  // who thinks within a budget must have begun the turn with a thought, which another model may have begun
  const thinks = thinking?.["type"] !== "enabled" || !isInToolLoop(turns);
  const format = outputFormat(chat.response_format);
  const user = chat.user ?? chat["safety_identifier"];
  return {
    model,
    max_tokens: maxTokens ?? defaultMaxTokens + budgetTokens,
    ...given({
      system: system.length === 0 ? undefined : system,
      messages: turns,
      stream: stream ? true : undefined,
      temperature: temperature(chat.temperature),
      top_p: chat.top_p,
      top_k: chat.top_k === 0 ? undefined : chat.top_k,
      stop_sequences: stopSequences(chat.stop),
      metadata: typeof user === "string" ? { user_id: user } : undefined,
      thinking: thinks ? thinking : undefined,
      output_config: effort === undefined && format === undefined ? undefined : given({ effort, format }),
      ...toolFields(chat),
      cache_control: chat["cache_control"],
    }),
  };
}

function temperature(value: ChatRequest["temperature"]): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (value > 1) throw untranslatable("temperature", provider, "give at most 1");
  return value;
}

function stopSequences(stop: ChatRequest["stop"]): readonly string[] | undefined {
  const sequences = typeof stop === "string" ? [stop] : (stop ?? []);
  if (sequences.some((sequence) => sequence.trim() === ""))
    throw untranslatable("stop", provider, "give strings that hold more than white space");
  return sequences.length === 0 ? undefined : sequences;
}

function toolFields(chat: ChatRequest): Readonly<Record<string, unknown>> {
  const tools = chat.tools ?? [];
  const choice = chat.tool_choice ?? undefined;
  if (tools.length === 0 && (choice === undefined || choice === "auto" || choice === "none")) return {};
  const oneAtMost = chat.parallel_tool_calls === false;
  const chosen = choice === undefined && oneAtMost ? toolChoice("auto") : toolChoice(choice);
  return {
    tools: tools.map((tool, index) => writeTool(tool, `tools[${index}]`)),
    tool_choice:
      oneAtMost && chosen?.["type"] !== "none" ? { ...chosen, disable_parallel_tool_use: true } : chosen,
  };
}

function writeTool(
  tool: NonNullable<ChatRequest["tools"]>[number],
  at: string,
): Readonly<Record<string, unknown>> {
  requireKnown(tool, ["type", "function", "cache_control"], provider, at);
  const { name, description, parameters, strict, ...others } = tool.function;
  requireKnown(others, [], provider, `${at}.function`);
  return given({
    name,
    description,
    input_schema: { type: "object", ...parameters },
    strict: strict === true ? true : undefined,
    cache_control: tool["cache_control"],
  });
}

function toolChoice(choice: ChatRequest["tool_choice"]): Readonly<Record<string, unknown>> | undefined {
  switch (choice) {
    case undefined:
    case null:
      return undefined;
    case "auto":
    case "none":
      return { type: choice };
    case "required":
      return { type: "any" };
  }
  return { type: "tool", name: choice.function.name };
}

function outputFormat(format: ChatRequest["response_format"]): Readonly<Record<string, unknown>> | undefined {
  if (format === undefined || format === null || format.type === "text") return undefined;
  if (format.type === "json_object")
    throw untranslatable("response_format", provider, 'give the schema: {"type": "json_schema", ...}');
  return { type: "json_schema", schema: closed(format.json_schema.schema) };
}

/**
 * Objects without further properties, which is all that is taken there; what is written by the closed schema is good by
 * the open one too. A schema that asks for further properties is left as it is, and refused there.
 */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== "object" || schema === null) return schema;
  const closedSchema = Object.fromEntries(
    Object.entries(schema).map(([word, value]) => [
      word,
      holdsSchemas(word) ? closedWithin(word, value) : value,
    ]),
  );
  return "properties" in schema && !("additionalProperties" in schema)
    ? { ...closedSchema, additionalProperties: false }
    : closedSchema;
}

const schemasByName = new Set(["properties", "$defs", "definitions"]);
const schemas = new Set(["items", "prefixItems", "anyOf", "oneOf", "allOf"]);

function holdsSchemas(word: string): boolean {
  return schemasByName.has(word) || schemas.has(word);
}

function closedWithin(word: string, value: unknown): unknown {
  if (!schemasByName.has(word) || typeof value !== "object" || value === null) return closed(value);
  return Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, closed(schema)]));
}

/** Whether the model goes on after results of tools, in a turn that it did not begin by a thought. */
function isInToolLoop(turns: readonly Turn[]): boolean {
  const asked = turns.findLastIndex(
    ({ role, content }) => role === "user" && !content.some(({ type }) => type === "tool_result"),
  );
  return turns
    .slice(asked + 1)
    .some(({ role, content }) => role === "assistant" && content[0]?.type.endsWith("thinking") !== true);
}
