import type { Cluster, Partition } from "@berth/api";
import type { Cli } from "../cli.ts";
import { renderFacts } from "../terminal/facts.ts";
import { memorySize } from "../terminal/quantities.ts";
import type { Column } from "../terminal/table.ts";

/** What a cluster has: a few facts, its partitions, accounts and QOS. */
export function printCluster(cli: Cli, cluster: Cluster): void {
  const { accounts, qos } = cluster;
  const facts = renderFacts(
    [
      ["slurm", cluster.slurmVersion],
      ["arch", cluster.arch],
      ["runtimes", cluster.runtimes.join(", ")],
      ["accounting", cluster.hasAccounting ? null : "none: why a Slurm job ended is known for a short while"],
      ["accounts", accounts === null ? null : accounts.map(({ name }) => name).join(", ") || "none of yours"],
    ],
    cli.style.dim,
  );
  for (const line of facts) cli.print(line);
  cli.print("");
  if (cluster.partitions.length === 0) cli.print("There is no partition that you may use.");
  else cli.table(partitionColumns(), cluster.partitions);
  const mine = new Set(accounts?.flatMap((account) => account.qos) ?? []);
  const usable = qos.filter(({ name }) => mine.size === 0 || mine.has(name));
  if (usable.length === 0) return;
  cli.print("");
  cli.table(qosColumns(), usable);
}

function partitionColumns(): readonly Column<Partition>[] {
  return [
    {
      title: "PARTITION",
      cell: ({ name, isDefault, state }) =>
        `${name}${isDefault ? " (default)" : ""}${state === "up" ? "" : ` (${state})`}`,
      shrinkTo: 10,
    },
    { title: "NODES", cell: ({ nodes }) => String(nodes.total) },
    { title: "IDLE", cell: ({ nodes }) => String(nodes.idle) },
    { title: "MIXED", cell: ({ nodes }) => String(nodes.mixed), expendable: 3 },
    { title: "BUSY", cell: ({ nodes }) => String(nodes.busy), expendable: 2 },
    { title: "AWAY", cell: ({ nodes }) => String(nodes.away), expendable: 4 },
    { title: "GPUS (FREE/ALL)", cell: ({ gpus }) => gpus.map(gpuText).join(", ") || "-", shrinkTo: 12 },
    {
      title: "MEMORY",
      cell: ({ memoryMiBPerNode }) => (memoryMiBPerNode === null ? "-" : memorySize(memoryMiBPerNode)),
      expendable: 1,
    },
    { title: "TIME", cell: ({ maxTime }) => maxTime ?? "no limit" },
    { title: "FEATURES", cell: ({ features }) => features.join(",") || "-", shrinkTo: 10, expendable: 5 },
  ];
}

function gpuText({ type, free, total }: Partition["gpus"][number]): string {
  return `${free}/${total}${type === null ? "" : ` ${type}`}`;
}

function qosColumns(): readonly Column<Cluster["qos"][number]>[] {
  const limit = (value: string | number | null): string => (value === null ? "no limit" : String(value));
  return [
    { title: "QOS", cell: ({ name }) => name, shrinkTo: 8 },
    { title: "TIME", cell: ({ maxWall }) => limit(maxWall) },
    { title: "RUNNING", cell: ({ maxJobsPerUser }) => limit(maxJobsPerUser) },
    { title: "SUBMITTED", cell: ({ maxSubmitPerUser }) => limit(maxSubmitPerUser) },
  ];
}
