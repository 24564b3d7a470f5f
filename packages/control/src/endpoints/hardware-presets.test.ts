import type { HardwarePresetRow } from "@berth/store";
import { expect, test } from "vitest";
import { Changes } from "../services/changes.ts";
import { HardwarePresets } from "./hardware-presets.ts";
import { findPreset, replicaSpec } from "./replica-spec.ts";

const size = { cpus: 4, memoryMiB: 8_192, gpus: 1, gpuType: "a100" };

async function opened(): Promise<HardwarePresets> {
  let rows: HardwarePresetRow[] = [];
  const others = (name: string, profile: string | null) =>
    rows.filter((row) => row.name !== name || row.profile !== profile);
  return HardwarePresets.load({
    store: {
      listHardwarePresets: async () => rows,
      putHardwarePreset: async (row) => void (rows = [...others(row.name, row.profile), row]),
      deleteHardwarePreset: async (name, profile) => {
        const before = rows.length;
        rows = others(name, profile);
        return rows.length < before;
      },
    },
    changes: new Changes(),
  });
}

test("a profile's own goes before the one for everywhere, and a built-in one comes back when its own is gone", async () => {
  const presets = await opened();
  await presets.put("cpu-sm", "della", size);
  expect(findPreset("cpu-sm", "della", presets.list())).toMatchObject(size);
  expect(findPreset("cpu-sm", "here", presets.list())).toMatchObject({ isBuiltIn: true });
  await presets.put("cpu-sm", null, size);
  expect(findPreset("cpu-sm", "here", presets.list())).toMatchObject(size);
  await presets.delete("cpu-sm", null);
  expect(findPreset("cpu-sm", "here", presets.list())).toMatchObject({ isBuiltIn: true });
  await expect(presets.delete("cpu-sm", null)).rejects.toMatchObject({ code: "not_found" });
  expect(() => findPreset("cpu-xl-9", "here", presets.list())).toThrow("choose from");
});

test("goes with its profile when that gets another name", async () => {
  const presets = await opened();
  await presets.put("big", "della", size);
  await presets.put("big", null, { ...size, cpus: 1 });
  await presets.renameProfile("della", "lab");
  expect(presets.list().filter(({ name }) => name === "big")).toMatchObject([
    { profile: null, cpus: 1 },
    { profile: "lab", cpus: 4 },
  ]);
});

test("what the template says itself wins over the preset; on a cluster a replica follows another", async () => {
  const presets = await opened();
  await presets.put("big", null, size);
  const configuration = {
    template: { model: "berth/pilot", options: { threads: 2 }, resources: { memoryMiB: 1_024 } },
    profiles: ["here"],
    hardware: "big",
    secrets: [],
    hubSecret: null,
  };
  expect(replicaSpec(configuration, { name: "here", schema: "local" }, presets.list())).toMatchObject({
    profile: "here",
    options: { threads: 2 },
  });
  expect(replicaSpec(configuration, { name: "della", schema: "slurm" }, presets.list())).toMatchObject({
    profile: "della",
    renew: true,
    resources: { ntasksPerNode: 4, memoryMiB: 1_024, gres: "gpu:a100:1" },
  });
});
