import type { ChatRequest, Tool } from "@berth/api/openai";

/** How a chat's answers are made; absent means the engine's own way. Saved with the conversation. */
export interface ChatParameters {
  readonly temperature?: number | undefined;
  readonly topP?: number | undefined;
  readonly maxTokens?: number | undefined;
  readonly seed?: number | undefined;
  readonly stop?: readonly string[] | undefined;
  readonly json?: boolean | undefined;
  /** JSON text as typed: a list of tools, possibly not whole yet. */
  readonly tools?: string | undefined;
}

/** What a model is asked with beside the conversation. */
export interface AnswerSettings {
  readonly systemPrompt: string;
  readonly parameters: ChatParameters;
}

/** Reads settings that this browser kept; what it does not know it leaves. */
export function readAnswerSettings(value: unknown): AnswerSettings {
  const { systemPrompt, parameters } = (value ?? {}) as Record<string, unknown>;
  return {
    systemPrompt: typeof systemPrompt === "string" ? systemPrompt : "",
    parameters: readParameters((parameters ?? {}) as Record<string, unknown>),
  };
}

/** Reads what was saved, by this or another version; what it does not know it leaves. */
export function readParameters(saved: Readonly<Record<string, unknown>>): ChatParameters {
  const number = (name: string): number | undefined => {
    const value = saved[name];
    return typeof value === "number" && Number.isFinite(value) ? value : undefined;
  };
  const { stop, json, tools } = saved;
  return {
    temperature: number("temperature"),
    topP: number("topP"),
    maxTokens: number("maxTokens"),
    seed: number("seed"),
    stop: Array.isArray(stop) ? stop.filter((one) => typeof one === "string") : undefined,
    json: json === true ? true : undefined,
    tools: typeof tools === "string" ? tools : undefined,
  };
}

export function saveParameters(parameters: ChatParameters): Record<string, unknown> {
  return Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== undefined));
}

export type ReadTools =
  | { readonly kind: "none" }
  | { readonly kind: "tools"; readonly tools: readonly Tool[] }
  | { readonly kind: "wrong"; readonly message: string };

/** The tools of the text; both OpenAI's form and bare functions are taken. */
export function readTools(text: string | undefined): ReadTools {
  if (text === undefined || text.trim() === "") return { kind: "none" };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { kind: "wrong", message: error instanceof Error ? error.message : "not JSON" };
  }
  const list: unknown[] = Array.isArray(value) ? value : [value];
  const tools = list.map(toolOf);
  if (tools.includes(undefined)) return { kind: "wrong", message: "each tool needs a function with a name" };
  return tools.length === 0 ? { kind: "none" } : { kind: "tools", tools: tools as Tool[] };
}

/** The fields of a request that the parameters ask for. */
export function requestParameters(parameters: ChatParameters): Partial<ChatRequest> {
  const { temperature, topP, maxTokens, seed, stop, json, tools } = parameters;
  const read = readTools(tools);
  return {
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { top_p: topP }),
    ...(maxTokens === undefined ? {} : { max_tokens: maxTokens }),
    ...(seed === undefined ? {} : { seed }),
    ...(stop === undefined || stop.length === 0 ? {} : { stop: [...stop] }),
    ...(json === true ? { response_format: { type: "json_object" as const } } : {}),
    ...(read.kind === "tools" ? { tools: [...read.tools] } : {}),
  };
}

function toolOf(value: unknown): Tool | undefined {
  const tool = value as { function?: { name?: unknown }; name?: unknown } | null;
  if (typeof tool?.function?.name === "string") return { ...(tool as Tool), type: "function" };
  if (typeof tool?.name === "string") return { type: "function", function: tool as Tool["function"] };
  return undefined;
}
