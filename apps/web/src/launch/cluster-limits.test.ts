import type { Cluster, Partition } from "@berth/api";
import { expect, test } from "vitest";
import { clusterProblems, targetPartition } from "./cluster-limits.ts";
import { slurmBlanks } from "./slurm-form.ts";

const gpu: Partition = {
  name: "gpu",
  isDefault: true,
  state: "up",
  defaultTime: "01:00:00",
  maxTime: "1-00:00:00",
  nodes: { total: 4, idle: 1, mixed: 1, busy: 2, away: 0 },
  cpus: { total: 128, idle: 40 },
  memoryMiBPerNode: 512_000,
  gpus: [
    { type: "a100", total: 8, free: 2 },
    { type: "h100", total: 4, free: 0 },
  ],
  features: [],
};
const cpu: Partition = { ...gpu, name: "cpu", isDefault: false, maxTime: null, gpus: [] };
const cluster: Cluster = {
  slurmVersion: "24.11.5",
  partitions: [cpu, gpu],
  accounts: null,
  qos: [{ name: "short", maxWall: "01:00:00", maxJobsPerUser: null, maxSubmitPerUser: null }],
  runtimes: ["process"],
  arch: null,
  hasAccounting: false,
  seenAt: 0,
};

test.each([
  ["cpu", "gpu", "cpu"],
  ["", "cpu", "cpu"],
  ["", undefined, "gpu"],
  ["gold", undefined, undefined],
])("of partition %j and the profile's %j, a job goes to %s", (chosen, usual, target) => {
  expect(targetPartition(chosen, usual, cluster)?.name).toBe(target);
});

test.each([
  [{}, gpu, {}],
  [{ time: "23:59:00", gpuCount: "8", memoryGiB: "500", nodes: "1" }, gpu, {}],
  [{ time: "25:00:00" }, gpu, { "resources.time": /partition gpu ends jobs after 1 day/ }],
  [{ time: "2h", qos: "short" }, gpu, { "resources.time": /QOS short ends jobs after 1 hour/ }],
  [{ time: "9-00" }, cpu, {}],
  [{ time: "soon" }, cpu, { "resources.time": /give minutes/ }],
  [{ gpuCount: "1" }, cpu, { "resources.gres": /cpu has no GPUs/ }],
  [{ gpuType: "v100" }, gpu, { "resources.gres": /gpu has no v100/ }],
  [{ gpuType: "h100", gpuCount: "8" }, gpu, { "resources.gres": /gpu has 4 h100 in all/ }],
  [{ gpuCount: "4", nodes: "4" }, gpu, { "resources.gres": /gpu has 12 GPUs in all/ }],
  [{ nodes: "5" }, gpu, { "resources.nodes": /gpu has 4 nodes/ }],
  [{ memoryGiB: "501" }, gpu, { "resources.memoryMiB": /no node of gpu has more than 500 GiB/ }],
  [{ time: "9-00", gpuCount: "99" }, undefined, {}],
])("%j in a partition breaks its limits as told", (fields, partition, problems) => {
  const found = clusterProblems({ ...slurmBlanks, ...fields }, partition, cluster);
  expect(Object.keys(found)).toEqual(Object.keys(problems));
  for (const [param, words] of Object.entries(problems)) expect(found[param]).toMatch(words);
});
