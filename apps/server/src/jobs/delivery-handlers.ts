import type { Handlers } from "@berth/control";
import type { CallerJobs, Webhooks } from "@berth/jobs";
import { callerOf } from "./job-handlers.ts";

export type DeliveryHandlers = Pick<Handlers, "listDeliveries" | "redeliver">;

/** What became of telling a job's webhook: for those whose job it is. */
export function deliveryHandlers(
  jobs: Pick<CallerJobs, "get">,
  webhooks: Pick<Webhooks, "deliveries" | "redeliver">,
): DeliveryHandlers {
  return {
    listDeliveries: async ({ params }, context) => {
      await jobs.get(params.id, callerOf(context));
      return { data: [...(await webhooks.deliveries(params.id))] };
    },
    redeliver: async ({ params }, context) => {
      await jobs.get(params.id, callerOf(context));
      return webhooks.redeliver(params.id);
    },
  };
}
