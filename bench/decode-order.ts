/** What both contestants of the decode bench answer. */
export interface DecodeOrder {
  /** Answered at the same time. */
  readonly questions: readonly string[];
  readonly maxTokens: number;
  /** The answer is made of these, each a token, in the order the model likes best: so it never ends by itself. */
  readonly words: readonly string[];
}

export interface DecodeResult {
  readonly ms: number;
  readonly promptTokens: readonly number[];
  readonly completionTokens: readonly number[];
  /** As `logit_bias` takes it. */
  readonly bias: Readonly<Record<string, number>>;
}

/** The most that OpenAI's API allows. */
const strongestBias = 100;

export function biasTowards(tokens: readonly number[]): ReadonlyMap<number, number> {
  return new Map(tokens.map((token) => [token, strongestBias]));
}
