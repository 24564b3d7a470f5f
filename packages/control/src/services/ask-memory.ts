import type { CreateService, Profile } from "@berth/api";
import type { EnginePlan } from "@berth/engines";

/** The runner beside the engine, and what Node takes for itself. */
const runnerMiB = 256;
/** Estimates are estimates, and a scheduler kills what exceeds them. */
const headroom = 1.25;

/**
 * The order with the memory that its scheduler is asked for: what the user says, else what the engine is expected to need;
 * a cluster's default is often a hundred megabytes for each processor. What nobody can tell is left to the cluster.
 */
export function askMemory(spec: CreateService, profile: Profile, plan: EnginePlan): CreateService {
  if (profile.schema !== "slurm" || spec.resources?.memoryMiB !== undefined || plan.memoryMiB === null)
    return spec;
  const memoryMiB = Math.ceil(plan.memoryMiB * headroom) + runnerMiB;
  return { ...spec, resources: { ...spec.resources, memoryMiB } };
}
