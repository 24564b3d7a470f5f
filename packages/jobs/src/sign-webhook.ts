import { createHmac } from "node:crypto";

/** As https://www.standardwebhooks.com says it, so that its libraries verify what we send. */
export interface SignedWebhook {
  readonly "webhook-id": string;
  /** Seconds since 1970. */
  readonly "webhook-timestamp": string;
  /** `v1,` and base64, once for each secret. */
  readonly "webhook-signature": string;
}

/** `secrets`: each `whsec_` and base64. `id` is the same for each try of one delivery. */
export function signWebhook(
  secrets: readonly string[],
  id: string,
  nowMs: number,
  body: Uint8Array,
): SignedWebhook {
  const timestamp = String(Math.floor(nowMs / 1000));
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
    return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest("base64")}`;
  });
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures.join(" ") };
}
