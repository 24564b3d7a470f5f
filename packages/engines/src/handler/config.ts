import { handlerSpecSchema, z } from "@berth/api";

/** What the runner is told of a handler. */
export const handlerConfigSchema = z.object({ handler: handlerSpecSchema });
export type HandlerConfig = z.infer<typeof handlerConfigSchema>;
