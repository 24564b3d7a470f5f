import type { Check, Cluster, Partition, Profile } from "@berth/api";
import { failed, fine, warning } from "./verdict.ts";

/** What the scheduler's answers mean for the profile. Pure. */
export function clusterVerdicts(profile: Profile, cluster: Cluster): readonly Check[] {
  return [partitionsVerdict(cluster), accountsVerdict(cluster), ...defaultsVerdicts(profile, cluster)];
}

function partitionsVerdict({ partitions }: Cluster): Check {
  const id = "partitions";
  const up = partitions.filter(({ state }) => state === "up");
  if (up.length === 0)
    return failed(
      id,
      "there is no partition that you may use",
      "ask the site for an account; `sinfo` there lists what there is",
    );
  return fine(id, up.map(describePartition).join("; "));
}

function describePartition({ name, nodes, gpus, isDefault }: Partition): string {
  const kinds = gpus.map(({ type, total }) => `${total} ${type ?? "GPU"}`).join(", ");
  return `${name}${isDefault ? " (default)" : ""}: ${nodes.total} ${nodes.total === 1 ? "node" : "nodes"}, ${nodes.idle} idle${kinds === "" ? "" : `, ${kinds}`}`;
}

function accountsVerdict({ accounts, hasAccounting, qos }: Cluster): Check {
  const id = "accounts";
  if (!hasAccounting)
    return warning(
      id,
      "the cluster keeps no accounts: why a Slurm job ended is known for a short while only",
      "nothing need be done",
    );
  if (accounts === null)
    return warning(
      id,
      "the accounting (slurmdbd) does not answer",
      "nothing is wrong with what runs; look again later",
    );
  if (accounts.length === 0)
    return failed(
      id,
      "you have no account (association) there: most clusters refuse your Slurm jobs",
      "ask the site to add you to a project",
    );
  const limits = qos
    .filter(({ maxWall }) => maxWall !== null)
    .map(({ name, maxWall }) => `${name} at most ${maxWall}`);
  const names = accounts.map(({ name, qos: own }) => `${name} (${own.join(", ")})`).join("; ");
  return fine(id, `accounts: ${names}${limits.length === 0 ? "" : `; ${limits.join(", ")}`}`);
}

function defaultsVerdicts(profile: Profile, cluster: Cluster): readonly Check[] {
  const { partition, account, qos } = profile.slurm ?? {};
  const known = {
    partition: cluster.partitions.map(({ name }) => name),
    account: cluster.accounts?.map(({ name }) => name),
    qos: cluster.accounts?.flatMap((each) => each.qos),
  };
  return Object.entries({ partition, account, qos }).flatMap(([field, value]) => {
    const names = known[field as keyof typeof known];
    if (value === undefined || names === undefined) return [];
    const unknown = (field === "partition" ? value.split(",") : [value]).filter(
      (name) => !names.includes(name),
    );
    return unknown.length === 0
      ? []
      : [
          failed(
            field,
            `the profile's ${field} ${unknown.join(", ")} is not there, or not for you`,
            `choose from ${names.join(", ")}: \`berth profile update ${profile.name} --${field} NAME\``,
          ),
        ];
  });
}
