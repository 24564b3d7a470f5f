/** Of a request's body, what bounds its use, and whether its answer is always the same. */
export interface BodyFacts {
  /** The greatest of `max_tokens`, `max_completion_tokens`, `max_output_tokens`: servers differ in which of them counts. */
  readonly maxTokens: number | undefined;
  /** Answers asked for: prompts times the greater of `n` and `best_of`. */
  readonly choices: number;
  /** It names what is not in its body: an image's address, a file, an earlier response. */
  readonly refersElsewhere: boolean;
  /** It leaves nothing to chance: a temperature of 0, or a seed. */
  readonly isDeterministic: boolean;
}

export const noFacts: BodyFacts = {
  maxTokens: undefined,
  choices: 1,
  refersElsewhere: false,
  isDeterministic: false,
};

const limitNames = ["max_tokens", "max_completion_tokens", "max_output_tokens"];
/** Looked for first, since that is far faster. */
const elsewhereKeys = ["_id", 'url"', 'conversation"', 'prompt"'];
// whatever an address begins with, only data is in the body
const elsewhere =
  /(?:file_ids?|_response_id|vector_store_ids|conversation)"\s*:(?!\s*null\b)|url"\s*:\s*"(?!data:)|prompt"\s*:\s*\{/;

/** `text`: the body as it was parsed from. */
export function bodyFacts(value: Readonly<Record<string, unknown>>, text: string): BodyFacts {
  // letters that are written as numbers hide words
  const plain = text.includes("\\u00") && /\\u00[0-7]/.test(text) ? JSON.stringify(value) : text;
  const prompts =
    Array.isArray(value["prompt"]) && typeof value["prompt"][0] !== "number" ? value["prompt"].length : 1;
  const each = Math.max(count(value["n"]) ?? 1, count(value["best_of"]) ?? 1);
  let maxTokens: number | undefined;
  for (const name of limitNames) {
    const limit = count(value[name]);
    if (limit !== undefined) maxTokens = Math.max(maxTokens ?? 0, limit);
  }
  return {
    maxTokens,
    choices: each * Math.max(1, prompts),
    // texts of a chat may hold such words too: then more is reserved than is needed
    refersElsewhere: elsewhereKeys.some((key) => plain.includes(key)) && elsewhere.test(plain),
    isDeterministic: value["temperature"] === 0 || typeof value["seed"] === "number",
  };
}

function count(value: unknown): number | undefined {
  return typeof value === "number" && value > 0 && Number.isFinite(value) ? Math.ceil(value) : undefined;
}
