/** Of a request's body, what bounds its use, and whether its answer is always the same. */
export interface BodyFacts {
  /** `max_tokens`, `max_completion_tokens` or `max_output_tokens`. */
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

const elsewhere = /"(?:file_id|previous_response_id|conversation)"|"(?:url|image_url)"\s*:\s*"https?:/;

/** `text`: the body as it was parsed from. */
export function bodyFacts(value: Readonly<Record<string, unknown>>, text: string): BodyFacts {
  const prompts =
    Array.isArray(value["prompt"]) && typeof value["prompt"][0] !== "number" ? value["prompt"].length : 1;
  const each = Math.max(count(value["n"]) ?? 1, count(value["best_of"]) ?? 1);
  return {
    maxTokens:
      count(value["max_completion_tokens"]) ??
      count(value["max_tokens"]) ??
      count(value["max_output_tokens"]),
    choices: each * Math.max(1, prompts),
    // texts of a chat may hold such words too: then more is reserved than is needed
    refersElsewhere: text.includes('"http') || text.includes("_id") ? elsewhere.test(text) : false,
    isDeterministic: value["temperature"] === 0 || typeof value["seed"] === "number",
  };
}

function count(value: unknown): number | undefined {
  return typeof value === "number" && value > 0 && Number.isFinite(value) ? Math.ceil(value) : undefined;
}
