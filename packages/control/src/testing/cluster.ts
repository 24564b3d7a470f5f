import type { Cluster, Partition } from "@berth/api";

const partition: Partition = {
  name: "cpu",
  isDefault: true,
  state: "up",
  defaultTime: "00:10:00",
  maxTime: "02:00:00",
  nodes: { total: 1, idle: 1, mixed: 0, busy: 0, away: 0 },
  cpus: { total: 4, idle: 4 },
  memoryMiBPerNode: 2000,
  gpus: [],
  features: ["cpuonly"],
};

/** A cluster of two partitions, one account and a QOS (`secret`) that is not for everybody. */
export function sampleCluster(change: Partial<Cluster> = {}): Cluster {
  const gpu: Partition = {
    ...partition,
    name: "gpu",
    isDefault: false,
    maxTime: "1-00:00:00",
    nodes: { total: 2, idle: 1, mixed: 1, busy: 0, away: 0 },
    cpus: { total: 12, idle: 11 },
    memoryMiBPerNode: 4000,
    gpus: [
      { type: "a100", total: 2, free: 2 },
      { type: "v100", total: 1, free: 0 },
    ],
    features: ["a100", "gpu32", "gpu80", "v100"],
  };
  const noLimits = { maxWall: null, maxJobsPerUser: null, maxSubmitPerUser: null };
  return {
    slurmVersion: "22.05.8",
    partitions: [partition, gpu],
    accounts: [{ name: "proj", qos: ["high", "normal"] }],
    qos: [
      { name: "normal", ...noLimits },
      { name: "high", ...noLimits },
      { name: "secret", ...noLimits },
    ],
    runtimes: ["process"],
    arch: "x86_64",
    hasAccounting: true,
    seenAt: 0,
    ...change,
  };
}
