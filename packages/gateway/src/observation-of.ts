import type { Observation, Usage } from "./ports.ts";

/** A request that was written down, as it was observed. The service's name is not in it: no metric tells it. */
export function observationOf(usage: Usage): Observation {
  const { operation, provider, upstreamModel, route, status, outcome, errorCode } = usage;
  const { durationMs, firstByteMs, heldMs, tries, tokens, costUsd } = usage;
  return {
    operation,
    service: undefined,
    provider,
    model: upstreamModel,
    route,
    status,
    outcome,
    errorCode,
    durationMs,
    firstByteMs,
    heldMs,
    retried: tries > 1,
    tokens,
    costUsd,
  };
}
