import { type Fields, fields, list } from "./provider-double.ts";

export interface TgiLimits {
  readonly maxStopSequences: number;
  readonly maxInputTokens: number;
  readonly maxTotalTokens: number;
}

export interface TgiParameters {
  readonly maxNewTokens: number;
  readonly inputTokens: number;
  readonly stop: readonly string[];
  readonly details: boolean;
  readonly decoderInputDetails: boolean;
  readonly returnFullText: boolean | undefined;
  readonly seed: number | undefined;
}

type Kind = "f32" | "i32" | "u32" | "u64" | "usize" | "bool" | "string";

/** The fields of the body's `parameters`; those with `?` may be null, as Rust's `Option` may. */
const kinds: Readonly<Record<string, `${Kind}${"?" | ""}`>> = {
  best_of: "usize?",
  temperature: "f32?",
  repetition_penalty: "f32?",
  frequency_penalty: "f32?",
  top_k: "i32?",
  top_p: "f32?",
  typical_p: "f32?",
  do_sample: "bool",
  max_new_tokens: "u32?",
  return_full_text: "bool?",
  truncate: "usize?",
  watermark: "bool",
  details: "bool",
  decoder_input_details: "bool",
  seed: "u64?",
  top_n_tokens: "u32?",
  adapter_id: "string?",
};

/** What does not deserialize, in the words of the web framework, which answers 422 in plain text; undefined for none. */
export function malformed(body: unknown): string | undefined {
  const request = fields(body);
  if (request === undefined) return "invalid type, expected struct GenerateRequest";
  if (request.inputs === undefined) return "missing field `inputs`";
  if (typeof request.inputs !== "string") return "inputs: invalid type, expected a string";
  if (request.stream !== undefined && typeof request.stream !== "boolean") {
    return "stream: invalid type, expected a boolean";
  }
  if (request.parameters === undefined) return undefined;
  const parameters = fields(request.parameters);
  if (parameters === undefined) return "parameters: invalid type, expected struct GenerateParameters";
  for (const [name, kind] of Object.entries(kinds)) {
    if (!fits(parameters[name], kind)) return `parameters.${name}: invalid type, expected ${kind}`;
  }
  const stop = parameters.stop === undefined ? [] : list(parameters.stop);
  if (stop === undefined || !stop.every((item) => typeof item === "string")) {
    return "parameters.stop: invalid type, expected a sequence";
  }
  return undefined;
}

/** The parameters of a well-formed body, or the message with which TGI refuses them. In TGI's own order. */
export function validate(
  request: Fields,
  limits: TgiLimits,
  countTokens: (text: string) => number,
): TgiParameters | string {
  const given = fields(request.parameters) ?? {};
  const number = (name: string): number | undefined => numberOf(given[name]);
  const inputs = typeof request.inputs === "string" ? request.inputs : "";
  const stop = (list(given.stop) ?? []).filter((item) => typeof item === "string");
  const bestOf = number("best_of") ?? 1;
  const sampling =
    given.do_sample === true || ["temperature", "top_k", "top_p", "typical_p"].some(isSet(given));
  const truncate = number("truncate");
  const maxNewTokens = number("max_new_tokens");

  if (bestOf > 1 && !sampling) return "you must use sampling when `best_of` is > 1";
  if ((number("temperature") ?? 1) <= 0) return "`temperature` must be strictly positive";
  if ((number("repetition_penalty") ?? 1) <= 0) return "`repetition_penalty` must be strictly positive";
  if (Math.abs(number("frequency_penalty") ?? 0) > 2) {
    return "`frequency_penalty` must be >= -2.0 and <= 2.0";
  }
  if (!strictlyBetween0And1(number("top_p"))) return "`top_p` must be > 0.0 and < 1.0";
  if (!strictlyBetween0And1(number("typical_p"))) return "`typical_p` must be > 0.0 and < 1.0";
  if ((number("top_k") ?? 1) <= 0) return "`top_k` must be strictly positive";
  if (maxNewTokens === 0) return "`max_new_tokens` must be strictly positive";
  if (stop.length > limits.maxStopSequences) {
    return `\`stop\` supports up to ${limits.maxStopSequences} stop sequences. Given: ${stop.length}`;
  }
  if (bestOf > 1 && isSet(given)("seed")) return "`seed` must not be set when `best_of` > 1";
  if (inputs === "") return "`inputs` cannot be empty";
  if (truncate !== undefined && (truncate === 0 || truncate > limits.maxInputTokens)) {
    return `\`truncate\` must be strictly positive and less than ${limits.maxInputTokens}. Given: ${truncate}`;
  }
  const inputTokens = Math.min(countTokens(inputs), truncate ?? Infinity);
  // a long answer is generated in turns of this many tokens, and only the first is checked for room
  const firstTurn = Math.min(maxNewTokens ?? Math.max(0, limits.maxTotalTokens - inputTokens), 1024);
  if (inputTokens + firstTurn > limits.maxTotalTokens) {
    return `\`inputs\` tokens + \`max_new_tokens\` must be <= ${limits.maxTotalTokens}. Given: ${inputTokens} \`inputs\` tokens and ${firstTurn} \`max_new_tokens\``;
  }
  if (inputTokens > limits.maxInputTokens) {
    return `\`inputs\` must have less than ${limits.maxInputTokens} tokens. Given: ${inputTokens}`;
  }
  return {
    maxNewTokens: maxNewTokens ?? Math.max(0, limits.maxTotalTokens - inputTokens),
    inputTokens,
    stop,
    details: given.details === true,
    decoderInputDetails: given.decoder_input_details === true,
    returnFullText: typeof given.return_full_text === "boolean" ? given.return_full_text : undefined,
    seed: number("seed"),
  };
}

function fits(value: unknown, kind: string): boolean {
  if (value === undefined || (value === null && kind.endsWith("?"))) return true;
  const bare = kind.replace("?", "");
  if (bare === "bool") return typeof value === "boolean";
  if (bare === "string") return typeof value === "string";
  if (typeof value !== "number") return false;
  return bare === "f32" || (Number.isInteger(value) && (bare === "i32" || value >= 0));
}

function isSet(given: Fields): (name: string) => boolean {
  return (name) => given[name] !== undefined && given[name] !== null;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function strictlyBetween0And1(value: number | undefined): boolean {
  return value === undefined || (value > 0 && value < 1);
}
