import { BerthError } from "@berth/api";
import type { Retry } from "@berth/store";
import { isOwners, type QueueCaller, type QueueEndpoint } from "./queue-endpoint.ts";
import { type OwnRules, queuePolicyOf } from "./queue-policy.ts";

const own = ["ttlSeconds", "executionTimeoutSeconds", "maxAttempts"] as const;

/** Throws `forbidden` for what the endpoint leaves to its owner, and the caller is another. */
export function requireAllowed(
  endpoint: QueueEndpoint,
  caller: QueueCaller,
  wishes: OwnRules & { readonly priority?: number | undefined },
): void {
  const { rules } = endpoint;
  if (isOwners(endpoint, caller)) return;
  const bounds = [
    ["priority", rules.maxPriority, "--max-priority"] as const,
    ...(rules.boundsCallers ? own.map((name) => [name, rules[name], "--no-bound-callers"] as const) : []),
  ];
  for (const [param, most, option] of bounds) {
    const asked = wishes[param];
    if (asked === undefined || asked <= most) continue;
    throw new BerthError(
      "forbidden",
      `${param}: this endpoint lets callers ask for ${most} at most, and this is ${asked}: ask for less, or have its owner allow it (berth endpoint update NAME ${option})`,
      { param, details: { most } },
    );
  }
}

/** The same of what a job has from before: how much of it is left. */
export function mostAllowed(endpoint: QueueEndpoint, caller: QueueCaller): NonNullable<Retry["most"]> {
  if (isOwners(endpoint, caller)) return {};
  const { maxPriority: priority, boundsCallers } = endpoint.rules;
  if (!boundsCallers) return { priority };
  const { ttlMs, executionTimeoutMs, maxAttempts } = queuePolicyOf(endpoint.rules);
  return { priority, ttlMs, executionTimeoutMs, maxAttempts };
}
