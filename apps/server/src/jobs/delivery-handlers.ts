import { BerthError } from "@berth/api";
import type { Handlers } from "@berth/control";
import {
  type CallerJobs,
  isOwners,
  type QueueEndpoint,
  type QueueEndpoints,
  type Webhooks,
  type WebhookSecrets,
} from "@berth/jobs";
import { callerOf } from "./job-handlers.ts";

export type DeliveryHandlers = Pick<Handlers, "listDeliveries" | "redeliver" | "getWebhookSecret">;

export interface DeliverySources {
  readonly jobs: Pick<CallerJobs, "get">;
  readonly webhooks: Pick<Webhooks, "deliveries" | "redeliver">;
  readonly endpoints: Pick<QueueEndpoints, "find">;
  readonly secrets: (endpointId: string) => Promise<WebhookSecrets>;
}

/** What became of telling a job's webhook: for those whose job it is. And how to know that it comes from here. */
export function deliveryHandlers({ jobs, webhooks, endpoints, secrets }: DeliverySources): DeliveryHandlers {
  return {
    listDeliveries: async ({ params }, context) => {
      await jobs.get(params.id, callerOf(context));
      return { data: [...(await webhooks.deliveries(params.id))] };
    },
    redeliver: async ({ params }, context) => {
      await jobs.get(params.id, callerOf(context));
      return webhooks.redeliver(params.id);
    },
    getWebhookSecret: async ({ params }, context) => {
      const caller = callerOf(context);
      const endpoint = endpoints.find(params.id, caller);
      // to call an endpoint is not enough: who has the secret can tell all its receivers anything
      if (!isOwners(endpoint, caller)) throw notTheirs(endpoint);
      const [secret] = await secrets(endpoint.id);
      return { secret };
    },
  };
}

function notTheirs({ owner, fullName }: Pick<QueueEndpoint, "owner" | "fullName">): BerthError {
  return new BerthError(
    "forbidden",
    `only keys of ${owner} and admin keys may read what webhooks of ${fullName} are signed with`,
  );
}
