import { plainSurroundings } from "@berth/engines";
import type { CreateService, EngineName, Runtime } from "@berth/api";
import { describe, expect, test } from "vitest";
import { cluster, here } from "../testing/harbour.ts";
import { chooseSurroundings, gpuCount } from "./choose-surroundings.ts";

const nothing = { gpus: 0, available: undefined };
const both = { gpus: 1, available: ["process", "podman", "docker"] as const };

test("a service of this machine is a process of its own, unless more is asked for", () => {
  expect(chooseSurroundings({}, here, "llama-cpp", nothing)).toEqual(plainSurroundings);
});

test("on a cluster others work too, and GPUs are those that are asked of the scheduler", () => {
  const spec: CreateService = {
    resources: { gres: "gpu:a100:2" },
    mounts: [{ source: "/data" }],
    env: { A: "1" },
    allowSharedPort: true,
    container: "/shared/vllm.sif",
  };
  expect(chooseSurroundings(spec, cluster, "vllm", nothing)).toEqual({
    runtime: "apptainer",
    container: "/shared/vllm.sif",
    mounts: [{ source: "/data" }],
    env: { A: "1" },
    gpus: 2,
    isShared: true,
    allowSharedPort: true,
  });
});

test.each([
  [undefined, 0],
  ["1", 1],
  ["gpu:2", 2],
  ["gpu:a100:4", 4],
  ["gpu:a100", 1],
  ["gpu", 1],
])("gres %s is so many GPUs: %i", (gres, count) => {
  expect(gpuCount(gres)).toBe(count);
});

// one row, one line
// oxfmt-ignore
test.each<[string, CreateService, typeof here, EngineName, { gpus: number; available: readonly Runtime[] | undefined }, Runtime]>([
  ["what is asked for", { runtime: "podman" }, here, "vllm", both, "podman"],
  ["the first container runtime there is, for an engine that comes as an image", {}, here, "vllm", both, "podman"],
  ["none where there is none", {}, here, "vllm", nothing, "process"],
  ["none for an engine of the runner's own", {}, cluster, "llama-cpp", nothing, "process"],
  ["the cluster's usual one", {}, { ...cluster, slurm: { host: "della", runtime: "pyxis" } }, "tgi", nothing, "pyxis"],
  ["Apptainer where the profile names none", {}, cluster, "tgi", nothing, "apptainer"],
  ["the best that was seen on the cluster", {}, cluster, "tgi", { gpus: 0, available: ["pyxis", "podman", "process"] }, "pyxis"],
  ["the profile's own before what was seen", {}, { ...cluster, slurm: { host: "della", runtime: "podman" } }, "tgi", { gpus: 0, available: ["apptainer", "process"] }, "podman"],
  ["Apptainer where no container runtime was seen: nodes may have it", {}, cluster, "tgi", { gpus: 0, available: ["process"] }, "apptainer"],
  ["what is asked for on a cluster, seen or not", { runtime: "podman" }, cluster, "tgi", { gpus: 0, available: ["process"] }, "podman"],
  ["none on a cluster, if asked: a module or an environment has it", { runtime: "process" }, cluster, "vllm", nothing, "process"],
  ["a container for a command that names one", { container: "/x.sif" }, cluster, "command", nothing, "apptainer"],
])("the runtime is %s", (_fact, spec, profile, engine, place, runtime) => {
  expect(chooseSurroundings(spec, profile, engine, place).runtime).toBe(runtime);
});

describe("what a profile cannot honour is refused by name", () => {
  // one row, one line
  // oxfmt-ignore
  test.each<[string, CreateService, typeof here, string, string]>([
    ["wall time on this machine", { resources: { time: "30", gres: "1" } }, here, "resources.time", "resources.time, resources.gres: only Slurm profiles"],
    ["renewal on this machine", { renew: true }, here, "renew", "only Slurm profiles"],
    ["Docker on a cluster", { runtime: "docker" }, cluster, "runtime", "Docker needs rights"],
    ["Pyxis without Slurm", { runtime: "pyxis" }, here, "runtime", "pyxis is Slurm's"],
    ["a runtime that is not there", { runtime: "apptainer" }, here, "runtime", "there is process, podman, docker"],
    ["an image for what runs without", { container: "x", runtime: "process" }, cluster, "container", "runs without a container"],
    ["a renewal every few seconds", { renew: true, resources: { time: "0:30" } }, cluster, "resources.time", "30 seconds is too short"],
    ["a renewal every few seconds, by the profile's own time", { renew: true }, { ...cluster, slurm: { host: "h", time: "0:30" } }, "resources.time", "too short"],
  ])("%s", (_fact, spec, profile, param, words) => {
    expect(() => chooseSurroundings(spec, profile, "vllm", both)).toThrow(
      expect.objectContaining({ param, message: expect.stringContaining(words) as string }) as Error,
    );
  });
});
