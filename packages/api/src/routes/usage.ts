import type { Route } from "../route.ts";
import { z } from "../schema.ts";
import {
  requestDetailsSchema,
  requestRecordSchema,
  usageGroupSchema,
  usageRowSchema,
} from "../resources/usage.ts";
import { idParams, list } from "./shapes.ts";

const time = z.coerce.number().int().min(0).optional();
const name = z.string().min(1).max(256).optional();

export const usageRoutes = {
  getUsage: {
    method: "GET",
    path: "/api/v1/usage",
    tag: "usage",
    summary:
      "What was used, added up by model, key, provider, route, day or hour (UTC), of the last 24 hours or from `from` to `to` (milliseconds since 1970, taken to whole hours); of one key (name or id), model, provider or route",
    access: "admin",
    query: z.object({
      by: usageGroupSchema.default("model"),
      from: time,
      to: time,
      key: name,
      model: name,
      provider: name,
      route: name,
    }),
    reply: "json",
    response: list(usageRowSchema),
    status: 200,
    errors: [],
  },
  listRequests: {
    method: "GET",
    path: "/api/v1/requests",
    tag: "usage",
    summary:
      "Requests that have ended, the last first; of one key (name or id), model, provider, route or outcome, ended from `from` on and before `to`. `next` is the `cursor` of the next page",
    access: "admin",
    query: z.object({
      key: name,
      model: name,
      provider: name,
      route: name,
      outcome: requestRecordSchema.shape.outcome.optional(),
      from: time,
      to: time,
      limit: z.coerce.number().int().min(1).max(1000).default(100),
      cursor: z.string().max(64).optional(),
    }),
    reply: "json",
    response: list(requestRecordSchema).extend({ next: z.string().nullable() }),
    status: 200,
    errors: [],
  },
  getRequest: {
    method: "GET",
    path: "/api/v1/requests/{id}",
    tag: "usage",
    summary: "Show a request by its `x-request-id`, with what was said where that is kept",
    access: "admin",
    params: idParams,
    reply: "json",
    response: requestDetailsSchema,
    status: 200,
    errors: [],
  },
} as const satisfies Record<string, Route>;
