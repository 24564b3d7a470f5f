import type { Cluster, Partition, Profile, SlurmFacts } from "@berth/api";
import { useQuery } from "@tanstack/react-query";
import { clusterQuery, profilesQuery } from "../api/queries.ts";
import { targetPartition } from "./cluster-limits.ts";
import type { LaunchForm } from "./launch-form.ts";

/** Where the launch would run, as far as that is known. */
export interface LaunchPlace {
  readonly profiles: readonly Profile[];
  /** The profile that is chosen, or the default one. */
  readonly profile: Profile | undefined;
  readonly hasScheduler: boolean;
  /** What the profile's jobs ask for where the form is silent. */
  readonly usual: Partial<SlurmFacts>;
  /** Absent while it cannot be asked. */
  readonly cluster: Cluster | undefined;
  readonly clusterError: Error | null;
  /** The partition that the job would go to. */
  readonly partition: Partition | undefined;
}

export function useLaunchPlace(form: LaunchForm): LaunchPlace {
  const profiles = useQuery(profilesQuery).data ?? [];
  const profile = profiles.find((one) => (form.profile === "" ? one.default : one.name === form.profile));
  const hasScheduler = profile?.schema === "slurm";
  const { data: cluster, error } = useQuery({
    ...clusterQuery(profile?.name ?? ""),
    enabled: hasScheduler,
  });
  const usual: Partial<SlurmFacts> = profile?.slurm ?? {};
  const known = hasScheduler ? cluster : undefined;
  return {
    profiles,
    profile,
    hasScheduler,
    usual,
    cluster: known,
    clusterError: hasScheduler && known === undefined ? error : null,
    partition: known === undefined ? undefined : targetPartition(form.partition, usual.partition, known),
  };
}
