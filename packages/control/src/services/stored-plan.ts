import { engineListenSchema, engineProgramSchema, z } from "@berth/api";
import type { EnginePlan } from "@berth/engines";

const storedPlanSchema = z.object({
  program: engineProgramSchema,
  listen: engineListenSchema,
  healthPath: z.string(),
  startTimeoutMs: z.number(),
  contextTokens: z.number().nullable(),
  parallel: z.number().nullable(),
  threads: z.number(),
  memoryMiB: z.number().nullable(),
  warnings: z.array(z.string()),
  orderedModel: z.string().nullable(),
  forced: z.boolean().default(false),
});

/** An engine's plan as a service's row keeps it, so that later attempts start what was decided at first. */
export interface StoredPlan extends EnginePlan {
  /** What the order named as its model: a repository id, a model id or a path. */
  readonly orderedModel: string | null;
  /** Ordered whether it fits into memory or not. */
  readonly forced: boolean;
}

export function writePlan(plan: StoredPlan): string {
  return JSON.stringify(plan);
}

/** Throws when the row was written by something that is not Berth. */
export function readPlan(text: string): StoredPlan {
  return storedPlanSchema.parse(JSON.parse(text));
}
