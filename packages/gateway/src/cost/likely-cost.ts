import type { Upstream } from "@berth/api";
import type { BodyFacts } from "../body-facts.ts";
import { bytesPerToken } from "./bytes-per-token.ts";

/** Of an answer whose length nobody has bounded. */
const usualOutputTokens = 500;

/**
 * About what a request costs there, in US dollars, to compare upstreams by. What runs here costs nothing more;
 * `undefined` for a provider without a price.
 */
export function likelyCost(
  upstream: Upstream,
  bodyBytes: number,
  { maxTokens, choices }: BodyFacts,
): number | undefined {
  if (upstream.kind === "service") return 0;
  if (upstream.price === null) return undefined;
  const { inputPerMillion, outputPerMillion, perRequest } = upstream.price;
  const output = Math.min(maxTokens ?? usualOutputTokens, usualOutputTokens) * choices;
  return (
    ((bodyBytes / bytesPerToken) * inputPerMillion + output * outputPerMillion) / 1e6 + (perRequest ?? 0)
  );
}
