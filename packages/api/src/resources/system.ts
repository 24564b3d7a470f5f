import { z } from "../schema.ts";

export const systemSchema = z.object({
  version: z.string(),
  pid: z.number().int(),
  host: z.string(),
  startedAt: z.number().int(),
  homeId: z.string(),
  homeDir: z.string(),
  stateDir: z.string(),
  urls: z.array(z.string()),
  authentication: z.boolean(),
  hub: z.object({ endpoint: z.string(), offline: z.boolean(), hasToken: z.boolean() }),
  memory: z.object({ totalMiB: z.number().int(), freeMiB: z.number().int() }),
  disk: z.object({ totalBytes: z.number(), freeBytes: z.number() }),
  cpuCores: z.number().int(),
  gpus: z.array(z.object({ name: z.string(), memoryMiB: z.number().int().nullable() })),
});
export type System = z.infer<typeof systemSchema>;

/** One setting with where its value came from. Secrets show `***`. */
export const settingSchema = z.object({
  id: z.string(),
  /** How `berth start` takes it, as `--port`; `null` for what only the environment may hold. */
  flag: z.string().nullable(),
  value: z.string().nullable(),
  origin: z.enum(["default", "environment", "flag", "file"]),
  description: z.string(),
  unit: z.string().nullable(),
});

/** One thing `berth doctor` looked at. */
export const checkSchema = z.object({
  id: z.string(),
  status: z.enum(["ok", "warning", "failed"]),
  message: z.string(),
  /** What to do about it; `null` when it is fine. */
  fix: z.string().nullable(),
});
export type Check = z.infer<typeof checkSchema>;
