/**
 * The durable queue: calls to endpoints that wait for their turn, whoever works on them, and what came of them. It keeps
 * nothing itself: that is `store`'s `JobStore`; and it knows of endpoints what `QueueEndpoints` says, and nothing of HTTP.
 */
export type { Blobs } from "./blobs.ts";
export { CallerJobs, type CallerJobsOptions, type JobBody, type StreamedEvent } from "./caller-jobs.ts";
export {
  type CallEndpoint,
  CallNotBegun,
  type DispatchedCall,
  type EndpointAnswer,
} from "./dispatcher-call.ts";
export { workerId as dispatcherId } from "./dispatch-endpoint.ts";
export { Dispatcher, type DispatcherOptions } from "./dispatcher.ts";
export { type DirectoryBlobsOptions, openDirectoryBlobs } from "./blobs/directory-blobs.ts";
export { toldBlobs } from "./blobs/told-blobs.ts";
export { S3Blobs, type S3BlobsOptions } from "./blobs/s3-blobs.ts";
export { JobQueue, type JobQueueOptions } from "./job-queue.ts";
export type { Again, LeaseRenewal, SubmitOrder, TakenJob, TakeOrder } from "./queue-orders.ts";
export { JobReads, type JobReadsOptions } from "./job-reads.ts";
export { isOwners, type QueueCaller, type QueueEndpoint, type QueueEndpoints } from "./queue-endpoint.ts";
export { defaultQueuePolicy, type QueuePolicy, queuePolicyOf } from "./queue-policy.ts";
export { Results, type ResultsOptions, type WholeResult } from "./results.ts";
export { SeenWorkers } from "./seen-workers.ts";
export { signWebhook, type SignedWebhook } from "./sign-webhook.ts";
export { mostCallBytes, submitCall, type SubmitParts, type SubmitWishes } from "./submit-call.ts";
export { type HandedJob, keyIsGone, WorkerJobs, type WorkerJobsOptions } from "./worker-jobs.ts";
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
export { type WebhookSecrets, webhookSecrets } from "./webhooks/webhook-secret.ts";
export { Webhooks, type WebhooksOptions } from "./webhooks/webhooks.ts";
