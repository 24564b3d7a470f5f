import { BerthError, isBerthError, type PromptFormat, type z } from "@berth/api";
import type { PythonValue } from "@berth/std/python-literal";
import {
  ignoredFields,
  type IgnoredField,
  modelLockEntrySchema,
  samplingFields,
} from "./model-lock-fields.ts";
import { parseInferenceServer } from "./parse-inference-server.ts";
import type { ParsedServer, ServerEnvironment } from "./parsed-server.ts";
import { choosePrompt } from "./prompt-choice.ts";
import { readLiteral } from "./read-literal.ts";

/** One model of h2oGPT's `model_lock`. What is absent was not said. */
export interface LockedModel {
  /** What callers name it; no two of a lock have the same. */
  readonly name: string;
  /** What its server calls it. */
  readonly model: string;
  readonly server: ParsedServer;
  readonly prompt?: PromptFormat;
  readonly systemPrompt?: string;
  /** A model whose tokenizer counts this one's tokens, or `tiktoken`. */
  readonly tokenizer?: string;
  readonly contextTokens?: number;
  readonly maxOutputTokens?: number;
  /** Sent to a server that is an h2oGPT; a secret. */
  readonly h2ogptKey?: string;
  /** What a request that does not say otherwise is sent with, by the names of OpenAI's API and its kin. */
  readonly defaults: Readonly<Record<string, number>>;
  readonly timeoutMs?: number;
  readonly isVisible: boolean;
  readonly ignored: readonly IgnoredField[];
}

type Entry = z.infer<typeof modelLockEntrySchema>;

/**
 * Reads a `model_lock`: the list as JSON or as a Python literal, in one line or many; an entry alone is a list of one.
 * Throws BerthError `invalid_request` whose `param` is the field at fault, as `model_lock[0].base_model`.
 */
export function parseModelLock(text: string, environment: ServerEnvironment): LockedModel[] {
  const read = readLiteral(text, "model_lock");
  const list: readonly PythonValue[] = Array.isArray(read) ? read : [read];
  const entries = list.map((entry, index) => readEntry(entry, `model_lock[${index}]`, environment));
  const names = uniqueNames(entries.map(({ name }) => name));
  return entries.map((entry, index) => ({ ...entry, name: names[index] ?? entry.name }));
}

function readEntry(value: PythonValue, at: string, environment: ServerEnvironment): LockedModel {
  const parsed = modelLockEntrySchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw wrong([at, ...(issue?.path ?? [])].join("."), issue?.message ?? "is no model");
  }
  const entry = parsed.data;
  if (isEmpty(entry.base_model))
    throw wrong(`${at}.base_model`, "is missing: it is the model's name at its server");
  const { prompt, ignored } = choosePrompt(entry, at);
  return {
    name: isEmpty(entry.display_name) ? entry.base_model : entry.display_name,
    model: entry.base_model,
    server: readServer(entry, entry.base_model, at, environment),
    defaults: defaultsOf(entry),
    isVisible: isVisible(entry.visible_models),
    ignored: [...ignored, ...ignoredFields(entry)],
    ...(prompt === undefined ? {} : { prompt }),
    ...limitsOf(entry),
    ...wordsOf(entry),
  };
}

function readServer(
  { inference_server: text }: Entry,
  model: string,
  at: string,
  environment: ServerEnvironment,
): ParsedServer {
  try {
    return parseInferenceServer(text ?? "", { environment, model });
  } catch (error) {
    if (!isBerthError(error)) throw error;
    throw new BerthError("invalid_request", `${at}.${error.message}`, {
      param: `${at}.inference_server`,
      details: error.details,
      cause: error,
    });
  }
}

function defaultsOf(entry: Entry): Record<string, number> {
  const defaults: Record<string, number> = {};
  for (const [field, name] of Object.entries(samplingFields)) {
    const value = entry[field];
    if (typeof value === "number") defaults[name] = value;
  }
  return defaults;
}

function limitsOf(entry: Entry): Pick<LockedModel, "contextTokens" | "maxOutputTokens" | "timeoutMs"> {
  return {
    ...(isEmpty(entry.max_seq_len) ? {} : { contextTokens: entry.max_seq_len }),
    ...(isEmpty(entry.max_output_seq_len) ? {} : { maxOutputTokens: entry.max_output_seq_len }),
    ...(isEmpty(entry.max_time) ? {} : { timeoutMs: entry.max_time * 1000 }),
  };
}

function wordsOf(entry: Entry): Pick<LockedModel, "systemPrompt" | "tokenizer" | "h2ogptKey"> {
  const { system_prompt: systemPrompt } = entry;
  // `auto` leaves it to the prompt type; an empty one says that there is none
  const isAuto =
    systemPrompt === undefined || systemPrompt === null || ["auto", "None"].includes(systemPrompt);
  return {
    ...(isAuto ? {} : { systemPrompt }),
    ...(isEmpty(entry.tokenizer_base_model) ? {} : { tokenizer: entry.tokenizer_base_model }),
    ...(isEmpty(entry.h2ogpt_key) ? {} : { h2ogptKey: entry.h2ogpt_key }),
  };
}

function isVisible(value: unknown): boolean {
  const isNone = value === false || value === "" || (Array.isArray(value) && value.length === 0);
  return !isNone;
}

/** The second of a name is `name_1`, as h2oGPT has it, or the next that is free. */
function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let unique = name;
    for (let count = 1; taken.has(unique) || (unique !== name && names.includes(unique)); count += 1)
      unique = `${name}_${count}`;
    taken.add(unique);
    return unique;
  });
}

function isEmpty<T>(value: T): value is Extract<T, undefined | null | ""> {
  return value === undefined || value === null || value === "";
}

function wrong(param: string, fault: string): BerthError {
  return new BerthError("invalid_request", `${param}: ${fault}`, { param });
}
