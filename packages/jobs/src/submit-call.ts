import { createHash } from "node:crypto";
import { BerthError, type Job, type QueueRules } from "@berth/api";
import type { JobCall } from "@berth/store";
import type { JobQueue } from "./job-queue.ts";
import { isOwners, type QueueCaller, type QueueEndpoint } from "./queue-endpoint.ts";
import { type OwnRules, submitPolicyOf } from "./queue-policy.ts";
import { requirePlainPath } from "./require-plain-path.ts";

/** What a job's call may hold, as it is sent to the endpoint. */
export const mostCallBytes = 20 * 1024 * 1024;

/** What a caller may say beside the call itself. */
export interface SubmitWishes extends OwnRules {
  readonly webhook?: string | undefined;
  readonly priority?: number | undefined;
  readonly delaySeconds?: number | undefined;
  readonly idempotencyKey?: string | undefined;
}

/** What a submission meets. */
export interface SubmitParts {
  readonly queue: Pick<JobQueue, "submit">;
  /** Throws `insufficient_disk` where there is no room for more. */
  readonly requireDisk: () => void;
  /** Counts one request of that key's. Throws the refusal of its limits. */
  readonly charge: (keyId: string) => void;
}

const longestKey = 256;

/**
 * Queues a call. Resolves when it is on the disk, to the job that there is already where the same was submitted before. Throws
 * `payload_too_large`, `invalid_request`, `forbidden` for more than the endpoint allows callers, and as its parts and
 * `JobStore.submit` do.
 */
export async function submitCall(
  { queue, requireDisk, charge }: SubmitParts,
  endpoint: QueueEndpoint,
  caller: QueueCaller,
  call: JobCall,
  wishes: SubmitWishes,
): Promise<Job> {
  requirePlainPath(call.path);
  if (call.body.length > mostCallBytes)
    throw new BerthError(
      "payload_too_large",
      `a job's input holds at most ${mostCallBytes} bytes, and this has ${call.body.length}: send an address to load it from`,
      { param: "input", details: { maxBytes: mostCallBytes } },
    );
  const { webhook = null, priority = 0, delaySeconds = 0, idempotencyKey } = wishes;
  if (!isOwners(endpoint, caller)) requireAllowed(endpoint.rules, { ...wishes, priority });
  requireDisk();
  // the server's own calls are charged when they are made; what workers do comes by no gateway
  if (!endpoint.isDispatched) charge(caller.keyId);
  const { job } = await queue.submit({
    endpointId: endpoint.id,
    keyId: caller.keyId,
    call,
    policy: submitPolicyOf(endpoint, caller, wishes),
    priority,
    delayMs: Math.round(delaySeconds * 1000),
    webhookUrl: webhook,
    idempotency: idempotencyKey === undefined ? null : idempotencyOf(idempotencyKey, call),
  });
  return job;
}

/** Throws `forbidden` for what the endpoint leaves to its owner. */
function requireAllowed(rules: QueueRules, wishes: SubmitWishes & { readonly priority: number }): void {
  const own = ["ttlSeconds", "executionTimeoutSeconds", "maxAttempts"] as const;
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

function idempotencyOf(key: string, { path, contentType, body }: JobCall): { key: string; digest: string } {
  if (key === "" || key.length > longestKey)
    throw new BerthError("invalid_request", `Idempotency-Key: use 1 to ${longestKey} characters`, {
      param: "Idempotency-Key",
    });
  const digest = createHash("sha256")
    .update(JSON.stringify([path, contentType]))
    .update(body)
    .digest("hex");
  return { key, digest };
}
