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
  const { memoryMiB: asked, sbatch = [] } = spec.resources ?? {};
  const isSaid = asked !== undefined || sbatch.some(asksMemory);
  if (profile.schema !== "slurm" || isSaid || plan.memoryMiB === null) return spec;
  const memoryMiB = Math.ceil(plan.memoryMiB * headroom) + runnerMiB;
  return { ...spec, resources: { ...spec.resources, memoryMiB } };
}

/** `--mem-per-cpu`, `--mem-per-gpu`, also shortened: beside either, sbatch takes no `--mem`. */
const asksMemory = (option: string): boolean => /^--mem(?:=|$|-p)/.test(option);
