import { expect, test } from "vitest";
import { readNodes } from "./read-nodes.ts";
import { mayUse, partitionOf, type PartitionUser, readPartitions } from "./read-partitions.ts";

/** As Slurm 22.05.8 printed it on 2026-11-28, what nobody reads left out. */
const gpuLine =
  "PartitionName=gpu AllowGroups=ALL AllowAccounts=ALL AllowQos=ALL AllocNodes=ALL Default=NO QoS=N/A DefaultTime=00:10:00 Hidden=NO MaxNodes=UNLIMITED MaxTime=1-00:00:00 Nodes=g[1-2] RootOnly=NO State=UP TotalCPUs=12 JobDefaults=(null) TRES=cpu=12,mem=6000M,node=2,billing=12,gres/gpu=3";

const rulesOf = (line: string) => {
  const [rules] = readPartitions([line]);
  if (rules === undefined) throw new Error("no partition");
  return rules;
};

test("a partition's rules are read from its line", () => {
  expect(rulesOf(gpuLine)).toEqual({
    name: "gpu",
    isDefault: false,
    state: "up",
    defaultTime: "00:10:00",
    maxTime: "1-00:00:00",
    allowAccounts: null,
    denyAccounts: [],
    allowQos: null,
    allowGroups: null,
    rootOnly: false,
  });
  expect(rulesOf(gpuLine.replace("MaxTime=1-00:00:00", "MaxTime=UNLIMITED")).maxTime).toBeNull();
  expect(readPartitions(["slurm_load_partitions: Unable to contact slurm controller"])).toEqual([]);
});

test("a line of Slurm 24.11.5, printed on 2026-11-28, says the same with more words", () => {
  const line = gpuLine
    .replace("AllocNodes=ALL", "AllocNodes=ALL ExclusiveTopo=NO")
    .replace("MaxTime", "MaxCPUsPerSocket=UNLIMITED MaxTime");
  expect(rulesOf(line)).toEqual(rulesOf(gpuLine));
});

const proj = [{ name: "proj", qos: ["normal", "high"] }];

test.each<[string, string, PartitionUser["accounts"], boolean]>([
  ["everybody's", gpuLine, proj, true],
  ["root's", gpuLine.replace("RootOnly=NO", "RootOnly=YES"), proj, false],
  ["of our account", gpuLine.replace("AllowAccounts=ALL", "AllowAccounts=other,proj"), proj, true],
  ["of other accounts", gpuLine.replace("AllowAccounts=ALL", "AllowAccounts=other"), proj, false],
  ["closed to our account", gpuLine.replace("AllowQos=ALL", "AllowQos=ALL DenyAccounts=proj"), proj, false],
  ["of our QOS", gpuLine.replace("AllowQos=ALL", "AllowQos=high"), proj, true],
  ["of other QOS", gpuLine.replace("AllowQos=ALL", "AllowQos=secret"), proj, false],
  ["of accounts, where none are kept", gpuLine.replace("AllowAccounts=ALL", "AllowAccounts=x"), null, true],
  ["hidden from listings", gpuLine.replace("Hidden=NO", "Hidden=YES"), proj, true],
  ["of our group", gpuLine.replace("AllowGroups=ALL", "AllowGroups=other,lab"), proj, true],
  ["of other groups", gpuLine.replace("AllowGroups=ALL", "AllowGroups=other"), proj, false],
  ["everybody's, for who has no account", gpuLine, [], true],
  ["of accounts, for who has none", gpuLine.replace("AllowAccounts=ALL", "AllowAccounts=x"), [], false],
])("a partition that is %s", (_, line, accounts, may) => {
  expect(mayUse(rulesOf(line), { accounts, groups: ["users", "lab"] })).toBe(may);
});

test("what its nodes have is added up; nothing of a node that is away is free", () => {
  const nodes = readNodes([
    "g1 gpu mixed 6/2/0/8 4000 gpu80,a100 gpu:a100:2 gpu:a100:1(IDX:0)",
    "g2 gpu down* 0/4/0/4 2000 gpu32,a100 gpu:a100:1 gpu:a100:0(IDX:N/A)",
    "g3 gpu allocated 4/0/0/4 8000 gpu32 gpu:v100:1 gpu:v100:1(IDX:0)",
  ]);
  expect(partitionOf(rulesOf(gpuLine), nodes)).toMatchObject({
    nodes: { total: 3, idle: 0, mixed: 1, busy: 1, away: 1 },
    cpus: { total: 16, idle: 2 },
    memoryMiBPerNode: 8000,
    gpus: [
      { type: "a100", total: 3, free: 1 },
      { type: "v100", total: 1, free: 0 },
    ],
    features: ["a100", "gpu32", "gpu80"],
  });
});
