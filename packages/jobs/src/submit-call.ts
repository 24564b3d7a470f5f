import { createHash } from "node:crypto";
import { BerthError, type Job } from "@berth/api";
import type { JobCall } from "@berth/store";
import type { JobQueue } from "./job-queue.ts";
import type { QueueCaller, QueueEndpoint } from "./queue-endpoint.ts";
import { type OwnRules, ownTermsOf, submitPolicyOf } from "./queue-policy.ts";
import { requireAllowed } from "./require-allowed.ts";
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
  requireAllowed(endpoint, caller, { ...wishes, priority });
  const policy = submitPolicyOf(endpoint, caller, wishes);
  const ttlSeconds = policy.ttlMs / 1000;
  if (delaySeconds >= ttlSeconds)
    throw new BerthError(
      "invalid_request",
      `delaySeconds: ${delaySeconds} is past its ttlSeconds, ${ttlSeconds}, and it would never be begun: raise ttlSeconds`,
      { param: "delaySeconds", details: { delaySeconds, ttlSeconds } },
    );
  requireDisk();
  // the server's own calls are charged when they are made; what workers do comes by no gateway
  if (!endpoint.isDispatched) charge(caller.keyId);
  const { job } = await queue.submit({
    endpointId: endpoint.id,
    keyId: caller.keyId,
    call,
    policy,
    own: ownTermsOf(wishes),
    priority,
    delayMs: Math.round(delaySeconds * 1000),
    webhookUrl: webhook,
    idempotency: idempotencyKey === undefined ? null : idempotencyOf(idempotencyKey, call),
  });
  return job;
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
