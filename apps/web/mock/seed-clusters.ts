import type { Check, Cluster, Partition, Profile } from "@berth/api";

const minuteMs = 60_000;

/** One cluster of each way a person can meet one: connected, asking for a log-in, not reachable. */
export function clusterProfiles(now: number): Profile[] {
  return [
    cluster("della", {
      slurm: {
        host: "della.example.edu",
        user: "ada",
        partition: "gpu",
        account: "proj",
        time: "01:00:00",
        runtime: "apptainer",
        setup: "module load apptainer/1.3",
      },
      connection: {
        state: "connected",
        reason: null,
        since: now - 52 * minuteMs,
        transport: "forward",
      },
    }),
    cluster("tiger", {
      slurm: { host: "tiger", user: "ada", sshConfig: "~/.ssh/config" },
      connection: {
        state: "login_required",
        reason: "ada@tiger: Permission denied (publickey,keyboard-interactive).",
        since: now - 14 * minuteMs,
        transport: null,
      },
    }),
    cluster("adroit", {
      slurm: { host: "adroit.example.edu", user: "ada" },
      connection: {
        state: "unreachable",
        reason: "ssh: connect to host adroit.example.edu port 22: Connection timed out",
        since: now - 3 * 60 * minuteMs,
        transport: null,
      },
    }),
  ];
}

function cluster(name: string, given: Pick<Profile, "slurm" | "connection">): Profile {
  return {
    id: name,
    name,
    default: false,
    status: "ready",
    statusReason: null,
    schema: "slurm",
    home: "/home/ada/.berth",
    cache: "/scratch/gpfs/shared/models",
    ...given,
  };
}

/** A cluster with every kind of partition: with room, full, without GPUs, going away. */
export function seedCluster(now: number): Cluster {
  return {
    slurmVersion: "24.11.5",
    partitions: [
      partition({
        name: "cpu",
        nodes: { total: 96, idle: 31, mixed: 40, busy: 22, away: 3 },
        cpus: { total: 3072, idle: 1212 },
        memoryMiBPerNode: 190_000,
        features: ["amd", "intel", "rh9"],
      }),
      partition({
        name: "gpu",
        isDefault: true,
        maxTime: "1-00:00:00",
        nodes: { total: 24, idle: 2, mixed: 9, busy: 12, away: 1 },
        cpus: { total: 1152, idle: 210 },
        memoryMiBPerNode: 1_000_000,
        gpus: [
          { type: "a100", total: 80, free: 11 },
          { type: "h100", total: 16, free: 0 },
        ],
        features: ["amd", "gpu40", "gpu80", "nvlink"],
      }),
      partition({
        name: "gpu-short",
        maxTime: "01:00:00",
        defaultTime: "00:10:00",
        nodes: { total: 4, idle: 3, mixed: 1, busy: 0, away: 0 },
        cpus: { total: 128, idle: 116 },
        memoryMiBPerNode: 256_000,
        gpus: [{ type: "v100", total: 8, free: 7 }],
        features: ["gpu16", "intel"],
      }),
      partition({
        name: "maintenance",
        state: "down",
        maxTime: null,
        nodes: { total: 2, idle: 0, mixed: 0, busy: 0, away: 2 },
        cpus: { total: 64, idle: 0 },
        memoryMiBPerNode: null,
      }),
    ],
    accounts: [
      { name: "proj", qos: ["normal", "short", "long"] },
      { name: "teaching", qos: ["normal"] },
    ],
    qos: [
      { name: "normal", maxWall: "1-00:00:00", maxJobsPerUser: 20, maxSubmitPerUser: 100 },
      { name: "short", maxWall: "01:00:00", maxJobsPerUser: null, maxSubmitPerUser: null },
      { name: "long", maxWall: "7-00:00:00", maxJobsPerUser: 2, maxSubmitPerUser: 4 },
    ],
    runtimes: ["process", "apptainer"],
    arch: "x86_64",
    hasAccounting: true,
    seenAt: now - 12_000,
  };
}

function partition(given: Partial<Partition> & Pick<Partition, "name" | "nodes" | "cpus">): Partition {
  return {
    isDefault: false,
    state: "up",
    defaultTime: "01:00:00",
    maxTime: "3-00:00:00",
    memoryMiBPerNode: 128_000,
    gpus: [],
    features: [],
    ...given,
  };
}

export const localChecks: readonly Check[] = [
  { id: "home", status: "ok", message: "/home/ada/.berth can be written; 88 GB are free", fix: null },
];

export const clusterChecks: readonly Check[] = [
  { id: "ssh", status: "ok", message: "della.example.edu answers in 24 ms", fix: null },
  { id: "slurm", status: "ok", message: "Slurm 24.11.5, with sacct", fix: null },
  {
    id: "home-quota",
    status: "warning",
    message: "/home/ada holds 46.2 of 50 GB",
    fix: "move models to the shared cache, or ask for more quota: checkquota",
  },
  {
    id: "nodes-reach-internet",
    status: "failed",
    message: "compute nodes do not reach huggingface.co",
    fix: "add models with berth model add --stage, which sends them from this machine",
  },
  { id: "forwarding", status: "ok", message: "ssh may forward ports", fix: null },
];
