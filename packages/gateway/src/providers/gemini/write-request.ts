import { chatRequestSchema, parseRequest, type ChatRequest } from "@berth/api/openai";
import { requireKnown, requireTranslatable, untranslatable } from "../require-translatable.ts";
import { given } from "../given.ts";
import { reasoningEffort, type ReasoningEffort } from "../reasoning-effort.ts";
import { isBeforeGemini3 } from "./model-name.ts";
import { writeContents } from "./write-contents.ts";

const provider = "Gemini";

const translated = [
  "messages",
  "max_tokens",
  "max_completion_tokens",
  "temperature",
  "top_p",
  "top_k",
  "seed",
  "n",
  "stop",
  "frequency_penalty",
  "presence_penalty",
  "logprobs",
  "top_logprobs",
  "tools",
  "tool_choice",
  "parallel_tool_calls",
  "reasoning_effort",
  "response_format",
] as const;

const maxStops = 5;

/** A chat as the body of `:generateContent`. Throws BerthError naming the field that is wrong or has no counterpart. */
export function generateContentRequest(
  request: Readonly<Record<string, unknown>>,
  model: string,
): Readonly<Record<string, unknown>> {
  const chat = parseRequest(chatRequestSchema, request);
  requireTranslatable(chat, { translated, provider });
  const { system, contents } = writeContents(chat.messages, model);
  return given({
    systemInstruction: system.length === 0 ? undefined : { parts: system },
    contents,
    ...toolFields(chat),
    generationConfig: orNothing(
      given({
        candidateCount: chat.n === 1 ? undefined : chat.n,
        stopSequences: stopSequences(chat.stop),
        maxOutputTokens: chat.max_completion_tokens ?? chat.max_tokens,
        temperature: chat.temperature,
        topP: chat.top_p,
        topK: chat.top_k === 0 ? undefined : chat.top_k,
        seed: chat.seed,
        presencePenalty: chat.presence_penalty,
        frequencyPenalty: chat.frequency_penalty,
        ...logprobFields(chat),
        ...formatFields(chat.response_format),
        thinkingConfig: thinkingConfig(reasoningEffort(chat), model),
      }),
    ),
  });
}

function orNothing(fields: Record<string, unknown>): Record<string, unknown> | undefined {
  return Object.keys(fields).length === 0 ? undefined : fields;
}

function stopSequences(stop: ChatRequest["stop"]): readonly string[] | undefined {
  const sequences = typeof stop === "string" ? [stop] : (stop ?? []);
  if (sequences.length > maxStops) throw untranslatable("stop", provider, `give at most ${maxStops}`);
  return sequences.length === 0 ? undefined : sequences;
}

function logprobFields({ logprobs, top_logprobs: most }: ChatRequest): Readonly<Record<string, unknown>> {
  if (logprobs !== true) return {};
  return { responseLogprobs: true, logprobs: most === 0 ? undefined : most };
}

function formatFields(format: ChatRequest["response_format"]): Readonly<Record<string, unknown>> {
  if (format === undefined || format === null || format.type === "text") return {};
  const responseMimeType = "application/json";
  return format.type === "json_object"
    ? { responseMimeType }
    : { responseMimeType, responseJsonSchema: format.json_schema.schema };
}

/** As Google's own translation of OpenAI's API has them. */
const budgets = { none: 0, minimal: 1024, low: 1024, medium: 8192, high: 24_576, xhigh: 24_576 } as const;
const levels = { minimal: "MINIMAL", low: "LOW", medium: "MEDIUM", high: "HIGH", xhigh: "HIGH" } as const;

function thinkingConfig(
  effort: ReasoningEffort | undefined,
  model: string,
): Readonly<Record<string, unknown>> | undefined {
  if (effort === undefined) return undefined;
  // no level is none; models that cannot do without thinking refuse it
  if (effort === "none") return { thinkingBudget: budgets.none };
  return isBeforeGemini3(model)
    ? { includeThoughts: true, thinkingBudget: budgets[effort] }
    : { includeThoughts: true, thinkingLevel: levels[effort] };
}

function toolFields(chat: ChatRequest): Readonly<Record<string, unknown>> {
  const tools = chat.tools ?? [];
  const choice = chat.tool_choice ?? undefined;
  if (tools.length === 0 && (choice === undefined || choice === "auto" || choice === "none")) return {};
  if (chat.parallel_tool_calls === false) throw untranslatable("parallel_tool_calls", provider);
  const declared = tools.map((tool, index) => {
    const at = `tools[${index}]`;
    requireKnown(tool, ["type", "function"], provider, at);
    const { name, description, parameters, strict: _strict, ...others } = tool.function;
    requireKnown(others, [], provider, `${at}.function`);
    return given({ name, description, parametersJsonSchema: parameters });
  });
  const isStrict = tools.some((tool) => tool.function.strict === true);
  const config = functionCallingConfig(choice ?? (isStrict ? "auto" : undefined), isStrict);
  return {
    tools: declared.length === 0 ? undefined : [{ functionDeclarations: declared }],
    toolConfig: config === undefined ? undefined : { functionCallingConfig: config },
  };
}

/** Calls that are forced are held to their schemas in any case; those that are free, when that is asked for. */
function functionCallingConfig(
  choice: ChatRequest["tool_choice"],
  isStrict: boolean,
): Readonly<Record<string, unknown>> | undefined {
  switch (choice) {
    case undefined:
    case null:
      return undefined;
    case "auto":
      return { mode: isStrict ? "VALIDATED" : "AUTO" };
    case "none":
      return { mode: "NONE" };
    case "required":
      return { mode: "ANY" };
  }
  return { mode: "ANY", allowedFunctionNames: [choice.function.name] };
}
