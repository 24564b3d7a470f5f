import { z } from "../schema.ts";
import { nameSchema } from "./profile.ts";
import { resourcesSchema } from "./slurm.ts";

/** What a replica of a size gets. */
export const hardwareSizeSchema = z.strictObject({
  cpus: z.number().int().min(1).max(1024),
  memoryMiB: z.number().int().min(64),
  gpus: z.number().int().min(0).max(64),
  /** As `a100`; null: any. */
  gpuType: nameSchema.nullable(),
  /** What else a Slurm profile is asked for. */
  resources: resourcesSchema.omit({ memoryMiB: true, gres: true, ntasksPerNode: true }).optional(),
});
export type HardwareSize = z.infer<typeof hardwareSizeSchema>;

/** A size under a name. `profile` null: wherever no preset of that name is the profile's own. */
export const hardwarePresetSchema = hardwareSizeSchema.extend({
  name: nameSchema,
  profile: nameSchema.nullable(),
  /** Berth brought it along; an edited one is no more. */
  isBuiltIn: z.boolean(),
});
export type HardwarePreset = z.infer<typeof hardwarePresetSchema>;

const size = (cpus: number, memoryGiB: number, gpus: number): HardwareSize => ({
  cpus,
  memoryMiB: memoryGiB * 1024,
  gpus,
  gpuType: null,
});

/** There until somebody changes or removes them. */
export const builtInPresets: Readonly<Record<string, HardwareSize>> = {
  "cpu-sm": size(1, 2, 0),
  "cpu-md": size(2, 8, 0),
  "cpu-lg": size(8, 32, 0),
  "gpu-1": size(8, 64, 1),
  "gpu-2": size(16, 128, 2),
  "gpu-4": size(32, 256, 4),
  "gpu-8": size(64, 512, 8),
};
