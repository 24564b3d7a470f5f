import type { EvaluateOptions, LlamaSequence, Token } from "./llama-module.ts";
import type { Sampling } from "./sampling.ts";

/** A chosen token, with how likely it and its rivals were before temperature and truncation. */
export interface LikelyToken {
  readonly token: Token;
  readonly logprob: number;
  /** The likeliest first; as many as were asked for. */
  readonly top: readonly (readonly [token: Token, logprob: number])[];
}

/** Stands for the logarithm of zero, which JSON cannot say. */
const impossible = -9999;

/**
 * Generates like `sequence.evaluateWithMetadata`, telling the model's own probabilities. The choice is made here, from
 * the whole distribution, since the library tells only what is left after truncation: the same seed gives the same text
 * again, but not the text that it gives without logprobs. With a grammar the library chooses, and the probabilities are
 * those among the tokens that grammar and truncation leave.
 */
export async function* evaluateWithLogprobs(
  sequence: LlamaSequence,
  prompt: Token[],
  options: EvaluateOptions,
  sampling: Sampling,
  topCount: number,
): AsyncGenerator<LikelyToken, void, void> {
  const chooseHere = options.grammarEvaluationState === undefined && sampling.temperature > 0;
  const random = seededRandom(sampling.seed);
  const iterator = sequence.evaluateWithMetadata(
    prompt,
    { probabilities: true },
    chooseHere ? { ...options, temperature: 0, topK: 0, topP: 1, minP: 0 } : options,
  );
  const heat = chooseHere || sampling.temperature === 0 ? 1 : sampling.temperature;
  try {
    let chosen: Token | undefined;
    for (;;) {
      const step = await iterator.next(chosen);
      if (step.done === true) return;
      const logprobs = cooled(step.value.probabilities, heat);
      chosen = chooseHere ? chooseToken(logprobs, sampling, random) : step.value.token;
      yield { token: chosen, logprob: logprobs.get(chosen) ?? impossible, top: firstOf(logprobs, topCount) };
    }
  } finally {
    await iterator.return();
  }
}

/** Undoes a temperature: log-probabilities as they were at temperature 1, likeliest first. */
function cooled(probabilities: ReadonlyMap<Token, number>, temperature: number): Map<Token, number> {
  const logprobs = new Map<Token, number>();
  let total = 0;
  for (const [token, probability] of probabilities) {
    const logit = probability > 0 ? Math.log(probability) * temperature : Number.NEGATIVE_INFINITY;
    logprobs.set(token, logit);
    total += Math.exp(logit);
  }
  const shift = Math.log(total);
  for (const [token, logit] of logprobs)
    logprobs.set(token, Math.min(0, Math.max(impossible, logit - shift)));
  return logprobs;
}

/** Draws as llama.cpp does: top-k, then top-p, then min-p, then temperature. `logprobs` is sorted, likeliest first. */
export function chooseToken(
  logprobs: ReadonlyMap<Token, number>,
  { temperature, topK, topP, minP }: Sampling,
  random: () => number,
): Token {
  const kept: { token: Token; weight: number }[] = [];
  const most = topK > 0 ? topK : logprobs.size;
  let total = 0;
  for (const [token, logprob] of logprobs) {
    if (kept.length >= most) break;
    kept.push({ token, weight: Math.exp(logprob) });
    total += Math.exp(logprob);
  }
  const first = kept[0];
  if (first === undefined) throw new Error("the model offered no token");
  let covered = 0;
  let count = 0;
  for (const { weight } of kept) {
    if (count > 0 && (covered >= topP * total || weight < minP * first.weight)) break;
    covered += weight;
    count++;
  }
  const left = kept.slice(0, count);
  const heated = left.map(({ weight }) => (weight / first.weight) ** (1 / temperature));
  let rest = random() * heated.reduce((sum, weight) => sum + weight, 0);
  for (const [index, weight] of heated.entries()) {
    rest -= weight;
    if (rest < 0) return left[index]?.token ?? first.token;
  }
  return left.at(-1)?.token ?? first.token;
}

function firstOf(logprobs: ReadonlyMap<Token, number>, count: number): (readonly [Token, number])[] {
  const first: (readonly [Token, number])[] = [];
  for (const entry of logprobs) {
    if (first.length >= count) break;
    first.push(entry);
  }
  return first;
}

/** The generator called mulberry32: small, fast, and good enough to draw tokens with. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
