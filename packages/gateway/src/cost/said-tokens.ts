import type { TokenCounts } from "../ports.ts";

/**
 * Tokens as a server says them. Servers differ in what their totals hold: OpenAI's input holds what it read from its
 * cache, Anthropic's comes beside it; OpenAI's output holds what was thought, Gemini's comes beside it.
 */
export interface SaidTokens {
  readonly input: number | undefined;
  readonly cached: number | undefined;
  readonly cacheWrite: number | undefined;
  readonly output: number | undefined;
  readonly reasoning: number | undefined;
  readonly cache: "in input" | "beside input";
  readonly thought: "in output" | "beside output";
}

/** The same in our form: totals hold their parts, and no part is more than its total. */
export function tokenCounts(said: SaidTokens): TokenCounts {
  const { cached, cacheWrite, reasoning } = said;
  const besideInput = said.cache === "beside input" ? (cached ?? 0) + (cacheWrite ?? 0) : 0;
  const besideOutput = said.thought === "beside output" ? (reasoning ?? 0) : 0;
  const inputTokens = plus(said.input, besideInput);
  const outputTokens = plus(said.output, besideOutput);
  const cachedTokens = atMost(cached, inputTokens);
  return {
    inputTokens,
    outputTokens,
    cachedTokens,
    cacheWriteTokens: atMost(
      cacheWrite,
      inputTokens === undefined ? undefined : inputTokens - (cachedTokens ?? 0),
    ),
    reasoningTokens: atMost(reasoning, outputTokens),
  };
}

function plus(total: number | undefined, beside: number): number | undefined {
  return total === undefined && beside === 0 ? undefined : (total ?? 0) + beside;
}

function atMost(part: number | undefined, total: number | undefined): number | undefined {
  return part === undefined ? undefined : Math.min(part, total ?? 0);
}
