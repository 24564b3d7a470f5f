import type { Price } from "@berth/api";
import type { TokenCounts } from "../ports.ts";

/**
 * What the tokens cost by the price, in US dollars, rounded to a thousandth of a micro-dollar: an embedding of few
 * tokens costs less than one. Of the input, what was cached and what was written to the cache have prices of their own;
 * reasoning is output. What was not counted costs nothing; `undefined` when nothing was, and a request alone has no
 * price.
 */
export function costOf(tokens: TokenCounts, price: Price): number | undefined {
  const { inputTokens, outputTokens } = tokens;
  if (inputTokens === undefined && outputTokens === undefined && price.perRequest === undefined)
    return undefined;
  const input = inputTokens ?? 0;
  const cached = Math.min(tokens.cachedTokens ?? 0, input);
  const written = Math.min(tokens.cacheWriteTokens ?? 0, input - cached);
  const { inputPerMillion, cachedInputPerMillion, cacheWritePerMillion, outputPerMillion } = price;
  // dollars for a million are micro-dollars for one
  const microUsd =
    (input - cached - written) * inputPerMillion +
    cached * (cachedInputPerMillion ?? inputPerMillion) +
    written * (cacheWritePerMillion ?? inputPerMillion) +
    (outputTokens ?? 0) * outputPerMillion +
    (price.perRequest ?? 0) * 1e6;
  return Math.round(microUsd * 1000) / 1e9;
}
