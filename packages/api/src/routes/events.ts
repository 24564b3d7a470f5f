import type { Route } from "../route.ts";
import { changeSchema } from "../resources/event.ts";

export const eventRoutes = {
  streamEvents: {
    method: "GET",
    path: "/api/v1/events",
    tag: "events",
    summary: "Every change, as server-sent events",
    access: "admin",
    reply: "events",
    event: changeSchema,
    status: 200,
    errors: [],
  },
} as const satisfies Record<string, Route>;
