/**
 * The durable queue: calls to endpoints that wait for their turn, whoever works on them, and what came of them. It keeps
 * nothing itself: that is `store`'s `JobStore`; and it knows neither HTTP nor endpoints, only their ids and rules.
 */
export type { Blobs } from "./blobs.ts";
export { type DirectoryBlobsOptions, openDirectoryBlobs } from "./blobs/directory-blobs.ts";
export { S3Blobs, type S3BlobsOptions } from "./blobs/s3-blobs.ts";
export {
  JobQueue,
  type JobQueueOptions,
  type SubmitOrder,
  type TakenJob,
  type TakeOrder,
} from "./job-queue.ts";
export { defaultQueuePolicy, type QueuePolicy } from "./queue-policy.ts";
export { signWebhook, type SignedWebhook } from "./sign-webhook.ts";
export { AllowedHosts } from "./webhooks/allowed-hosts.ts";
export { checkWebhookUrl } from "./webhooks/check-webhook-url.ts";
export {
  type SendWebhook,
  type WebhookAnswer,
  type WebhookCall,
  webhookSender,
  type WebhookSenderOptions,
} from "./webhooks/send-webhook.ts";
export { webhookRules } from "./webhooks/webhook-rules.ts";
export { webhookSecret } from "./webhooks/webhook-secret.ts";
export { Webhooks, type WebhooksOptions } from "./webhooks/webhooks.ts";
