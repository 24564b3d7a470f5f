import { hardwareSizeSchema, type HardwarePreset } from "@berth/api";
import { expect, test } from "vitest";
import { blankPresetForm, presetForm, presetSize } from "./preset-form.ts";
import { sizeWords } from "./size-words.ts";

const preset: HardwarePreset = {
  name: "gpu-1",
  profile: "della",
  isBuiltIn: false,
  cpus: 8,
  memoryMiB: 65_536,
  gpus: 1,
  gpuType: "a100",
  resources: { partition: "gpu-short" },
};

test("a preset's form says of it what it is, and keeps what it has no field for", () => {
  const { name: _, profile: _profile, isBuiltIn: _isBuiltIn, ...size } = preset;
  expect(hardwareSizeSchema.parse(presetSize(presetForm(preset), preset))).toEqual(size);
});

test("parts of a GiB are told in MiB, and no type means any", () => {
  const size = presetSize({ ...blankPresetForm, memoryGiB: "1.5", gpus: "" }, undefined);
  expect(size).toEqual({ cpus: 2, memoryMiB: 1536, gpus: 0, gpuType: null });
});

test.each([
  [{ cpus: 1, memoryMiB: 2048, gpus: 0, gpuType: null }, "1 CPU · 2 GiB"],
  [{ cpus: 8, memoryMiB: 65_536, gpus: 1, gpuType: "a100" }, "8 CPUs · 64 GiB · 1 GPU (a100)"],
  [{ cpus: 32, memoryMiB: 262_144, gpus: 4, gpuType: null }, "32 CPUs · 256 GiB · 4 GPUs"],
])("%o is told as %s", (size, words) => {
  expect(sizeWords(size)).toBe(words);
});
