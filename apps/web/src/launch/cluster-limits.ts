import type { Cluster, Partition } from "@berth/api";
import { wallTimeSeconds } from "@berth/api/wall-time";
import { formatMiB } from "../format/size.ts";
import { wallTimeInWords } from "../format/wall-time.ts";
import type { FieldProblems } from "./launch-form.ts";
import type { SlurmForm } from "./slurm-form.ts";

/** The partition that a job goes to: the one chosen, else the profile's usual one, else the cluster's default. */
export function targetPartition(
  chosen: string,
  usual: string | undefined,
  cluster: Cluster,
): Partition | undefined {
  const name = chosen === "" ? usual : chosen;
  return cluster.partitions.find((one) => (name === undefined ? one.isDefault : one.name === name));
}

/** What the cluster would refuse, told before it is asked, with the limit and whose it is. */
export function clusterProblems(
  form: SlurmForm,
  partition: Partition | undefined,
  cluster: Cluster,
): FieldProblems {
  const time = timeProblem(form, partition, cluster);
  const gpus = gpuProblem(form, partition);
  const size = sizeProblems(form, partition);
  return {
    ...(time === undefined ? {} : { "resources.time": time }),
    ...(gpus === undefined ? {} : { "resources.gres": gpus }),
    ...size,
  };
}

function timeProblem(
  form: SlurmForm,
  partition: Partition | undefined,
  { qos }: Cluster,
): string | undefined {
  const text = form.time.trim();
  if (text === "") return undefined;
  const seconds = wallTimeSeconds(text);
  if (seconds === undefined) return "give minutes (30), hours:minutes:seconds (1:30:00), or 45m, 2h, 1d";
  const limits = [
    { whose: `partition ${partition?.name ?? ""}`, limit: partition?.maxTime ?? null },
    { whose: `QOS ${form.qos}`, limit: qos.find((one) => one.name === form.qos)?.maxWall ?? null },
  ];
  const broken = limits.find(({ limit }) => limit !== null && seconds > (wallTimeSeconds(limit) ?? Infinity));
  if (broken?.limit == null) return undefined;
  return `${broken.whose} ends jobs after ${wallTimeInWords(broken.limit)}; ask for no more`;
}

function gpuProblem(form: SlurmForm, partition: Partition | undefined): string | undefined {
  const count = Number(form.gpuCount === "" ? Number(form.gpuType !== "") : form.gpuCount);
  if (partition === undefined || !(count > 0)) return undefined;
  if (partition.gpus.length === 0) return `partition ${partition.name} has no GPUs`;
  const kinds = partition.gpus.filter((one) => form.gpuType === "" || one.type === form.gpuType);
  if (kinds.length === 0) return `partition ${partition.name} has no ${form.gpuType}`;
  const total = kinds.reduce((sum, one) => sum + one.total, 0);
  const nodes = Number(form.nodes === "" ? 1 : form.nodes);
  if (count * nodes <= total) return undefined;
  return `partition ${partition.name} has ${total} ${form.gpuType === "" ? "GPUs" : form.gpuType} in all`;
}

function sizeProblems(form: SlurmForm, partition: Partition | undefined): FieldProblems {
  if (partition === undefined) return {};
  const { name, nodes, memoryMiBPerNode } = partition;
  const tooManyNodes = Number(form.nodes) > nodes.total;
  const tooMuchMemory = memoryMiBPerNode !== null && Number(form.memoryGiB) * 1024 > memoryMiBPerNode;
  return {
    ...(tooManyNodes ? { "resources.nodes": `partition ${name} has ${nodes.total} nodes` } : {}),
    ...(tooMuchMemory
      ? { "resources.memoryMiB": `no node of ${name} has more than ${formatMiB(memoryMiBPerNode)}` }
      : {}),
  };
}
