import type { Route } from "../route.ts";
import { createSummarySchema, summaryEventSchema } from "../resources/summary.ts";

export const summaryRoutes = {
  summarize: {
    method: "POST",
    path: "/api/v1/summarize",
    tag: "summaries",
    summary: "Summarise documents, or answer a question from them",
    access: "inference",
    body: createSummarySchema,
    takesForm: true,
    reply: "events",
    event: summaryEventSchema,
    status: 200,
    errors: [
      "model_not_found",
      "unprocessable",
      "too_many_waiting",
      "upstream_failed",
      "engine_died",
      "service_failed",
      "service_unavailable",
      "upstream_timeout",
    ],
  },
} as const satisfies Record<string, Route>;
