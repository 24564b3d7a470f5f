import type { CreateService } from "@berth/api";
import type { EnginePlan } from "@berth/engines";
import { expect, test } from "vitest";
import { here } from "../testing/harbour.ts";
import { askMemory } from "./ask-memory.ts";

const plan = (memoryMiB: number | null) => ({ memoryMiB }) as EnginePlan;
const cluster = { ...here, schema: "slurm" };

test.each<readonly [string, CreateService, typeof here, number | null, number | undefined]>([
  ["nothing asked: the estimate and some room", {}, cluster, 400, 756],
  ["asked: as asked", { resources: { memoryMiB: 100 } }, cluster, 400, 100],
  ["asked for each processor", { resources: { sbatch: ["--mem-per-cpu=4G"] } }, cluster, 400, undefined],
  ["asked for each GPU", { resources: { sbatch: ["-H", "--mem-per-gpu=40G"] } }, cluster, 400, undefined],
  ["where memory is bound to", { resources: { sbatch: ["--mem-bind=local"] } }, cluster, 400, 756],
  ["no estimate: the cluster's own default", {}, cluster, null, undefined],
  ["this machine has no scheduler to ask", {}, here, 400, undefined],
])("%s", (_, spec, profile, estimate, asked) => {
  expect(askMemory(spec, profile, plan(estimate)).resources?.memoryMiB).toBe(asked);
});

test("whatever else is asked for stays", () => {
  const asked = askMemory({ resources: { time: "1h", gres: "1" } }, cluster, plan(400));
  expect(asked.resources).toEqual({ time: "1h", gres: "1", memoryMiB: 756 });
});
