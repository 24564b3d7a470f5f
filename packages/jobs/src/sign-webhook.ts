import { createHmac } from "node:crypto";

/** As https://www.standardwebhooks.com says it, so that its libraries verify what we send. */
export interface SignedWebhook {
  readonly "webhook-id": string;
  /** Seconds since 1970. */
  readonly "webhook-timestamp": string;
  /** `v1,` and base64. */
  readonly "webhook-signature": string;
}

/** `secret`: `whsec_` and base64. `id` is the same for each try of one delivery. */
export function signWebhook(secret: string, id: string, nowMs: number, body: Uint8Array): SignedWebhook {
  const timestamp = String(Math.floor(nowMs / 1000));
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
}
