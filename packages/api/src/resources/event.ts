import { z } from "../schema.ts";
import { endpointEventSchema, endpointSchema } from "./endpoint.ts";
import { imagePullSchema } from "./container-image.ts";
import { downloadSchema } from "./download.ts";
import { loginSchema } from "./login.ts";
import { serviceSchema, serviceStatusSchema } from "./service.ts";

/** One line of a service's history: a change of state with its evidence, or a remark. */
export const serviceEventSchema = z.object({
  id: z.number().int(),
  serviceId: z.string(),
  at: z.number().int(),
  status: serviceStatusSchema,
  /** What happened, for people. */
  message: z.string(),
  /** What shows it: exit code, signal, log tail, scheduler's reason. */
  evidence: z.record(z.string(), z.unknown()),
});
export type ServiceEvent = z.infer<typeof serviceEventSchema>;

/** What `GET /api/v1/events` pushes, one JSON object an SSE event, under the event's `type`. */
export const changeSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("service"), service: serviceSchema }),
  z.object({ type: z.literal("service-removed"), id: z.string() }),
  z.object({ type: z.literal("service-event"), event: serviceEventSchema }),
  z.object({ type: z.literal("endpoint"), endpoint: endpointSchema }),
  z.object({ type: z.literal("endpoint-removed"), id: z.string() }),
  z.object({ type: z.literal("endpoint-event"), event: endpointEventSchema }),
  /** Some of the endpoint's jobs have changed; told at most once a second. */
  z.object({ type: z.literal("jobs"), endpointId: z.string() }),
  z.object({ type: z.literal("secrets") }),
  z.object({ type: z.literal("hardware-presets") }),
  z.object({ type: z.literal("download"), download: downloadSchema }),
  z.object({ type: z.literal("download-removed"), id: z.string() }),
  z.object({ type: z.literal("image-pull"), pull: imagePullSchema }),
  z.object({ type: z.literal("image-pull-removed"), id: z.string() }),
  z.object({ type: z.literal("models") }),
  z.object({ type: z.literal("profiles") }),
  z.object({ type: z.literal("login"), login: loginSchema }),
  z.object({ type: z.literal("keys") }),
  z.object({ type: z.literal("providers") }),
  z.object({ type: z.literal("routes") }),
  z.object({ type: z.literal("conversations") }),
]);
export type Change = z.infer<typeof changeSchema>;
