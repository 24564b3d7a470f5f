import type { Usage } from "../services/usage.ts";
import type { Handlers } from "./handler.ts";

export function usageHandlers(usage: Usage): Pick<Handlers, "getUsage" | "listRequests" | "getRequest"> {
  return {
    getUsage: async ({ query }) => ({ data: await usage.group(query) }),
    listRequests: ({ query }) => usage.list(query),
    getRequest: ({ params }) => usage.get(params.id),
  };
}
