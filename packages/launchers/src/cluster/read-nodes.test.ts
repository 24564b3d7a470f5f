import { expect, test } from "vitest";
import { conditionOf, readNodes } from "./read-nodes.ts";

test("lines of sinfo, as Slurm 22.05.8 printed them on 2026-11-28", () => {
  const lines = [
    "c1 cpu idle 0/4/0/4 2000 cpuonly (null) gpu:0 ",
    "sinfo: warning: something",
    "g1 gpu mixed 1/7/0/8 4000 gpu80,a100 gpu:a100:2 gpu:a100:1(IDX:0) ",
    "g2 gpu down* 0/0/4/4 2000 gpu32,v100 gpu:v100:1 gpu:v100:0(IDX:N/A) ",
  ];
  expect(readNodes(lines)).toEqual([
    {
      node: "c1",
      partition: "cpu",
      condition: "idle",
      cpus: { idle: 4, total: 4 },
      memoryMiB: 2000,
      features: ["cpuonly"],
      gpus: [],
    },
    {
      node: "g1",
      partition: "gpu",
      condition: "mixed",
      cpus: { idle: 7, total: 8 },
      memoryMiB: 4000,
      features: ["a100", "gpu80"],
      gpus: [{ type: "a100", total: 2, used: 1 }],
    },
    {
      node: "g2",
      partition: "gpu",
      condition: "away",
      cpus: { idle: 0, total: 4 },
      memoryMiB: 2000,
      features: ["gpu32", "v100"],
      gpus: [{ type: "v100", total: 1, used: 0 }],
    },
  ]);
});

test("a node without GPUs, as Slurm 24.11.5 printed it on 2026-11-28", () => {
  const [c1] = readNodes(["c1 cpu idle 0/4/0/4 2000 cpuonly (null) (null) "]);
  expect(c1).toMatchObject({ condition: "idle", features: ["cpuonly"], gpus: [] });
});

test.each([
  ["gpu:4", "gpu:1(IDX:0)", [{ type: null, total: 4, used: 1 }]],
  ["gpu:a100:4(S:0-1)", "gpu:a100:3(IDX:0,2-3)", [{ type: "a100", total: 4, used: 3 }]],
  [
    "gpu:h100:4(S:0,2),gpu:a30:2,shard:16",
    "gpu:h100:0(IDX:N/A),gpu:a30:2(IDX:4-5),shard:0(0/4,0/4)",
    [
      { type: "h100", total: 4, used: 0 },
      { type: "a30", total: 2, used: 2 },
    ],
  ],
  ["gpu:1g.10gb:7", "gpu:1g.10gb:5(IDX:0-4)", [{ type: "1g.10gb", total: 7, used: 5 }]],
  ["gpu", "gpu:0", [{ type: null, total: 1, used: 0 }]],
  ["(null)", "", []],
  ["craynetwork:4", "craynetwork:0", []],
])("GRES %s of which %s is in use", (gres, used, gpus) => {
  expect(readNodes([`n1 p idle 0/1/0/1 1 (null) ${gres} ${used}`])[0]?.gpus).toEqual(gpus);
});

test.each([
  ["idle", "idle"],
  ["idle~", "idle"],
  ["idle#", "idle"],
  ["idle*", "away"],
  ["planned", "idle"],
  ["mixed", "mixed"],
  ["mixed-", "mixed"],
  ["mixed$", "away"],
  ["allocated", "busy"],
  ["allocated*", "away"],
  ["completing", "busy"],
  ["reserved", "busy"],
  ["drained", "away"],
  ["draining", "away"],
  ["down", "away"],
  ["maint", "away"],
  ["unknown", "away"],
  ["inval", "away"],
])("a node that is %s counts as %s", (state, condition) => {
  expect(conditionOf(state)).toBe(condition);
});
