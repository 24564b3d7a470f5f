import { expect, test } from "vitest";
import { samplePreset } from "../../test/samples.ts";
import { startRig } from "../../test/rig.ts";
import type { StubHandlers } from "../../test/stub-server.ts";

const handlers: StubHandlers = {
  listHardwarePresets: () => ({
    data: [
      samplePreset(),
      samplePreset({ profile: "della", gpuType: "a100", resources: { time: "2h" }, isBuiltIn: false }),
    ],
  }),
  putHardwarePreset: ({ params, query, body }) =>
    samplePreset({ ...body, name: params.name, profile: query.profile ?? null, isBuiltIn: false }),
  deleteHardwarePreset: () => undefined,
};

test("ls shows sizes", async () => {
  await using rig = await startRig(handlers);
  const { stdout } = await rig.run(["hardware", "ls"]);
  expect(stdout).toMatch(/^gpu-1 +any +8 +64 GiB +1 +built in$/m);
  expect(stdout).toMatch(/^gpu-1 +della +8 +64 GiB +1 a100 +time=2h$/m);
});

test.for([
  [
    ["small", "--cpus", "2", "--memory", "4G"],
    {},
    { cpus: 2, memoryMiB: 4096, gpus: 0, gpuType: null },
    "small: 2 processors, 4 GiB",
  ],
  [
    ["gpu-1", "-p", "tiger", "--gpu-type", "h100", "--partition", "gpu"],
    { profile: "tiger" },
    { cpus: 8, memoryMiB: 65_536, gpus: 1, gpuType: "h100", resources: { partition: "gpu" } },
    "gpu-1 on tiger: 8 processors, 64 GiB, 1 h100 GPU, partition=gpu",
  ],
  [
    ["gpu-1", "-p", "della", "--gpus", "2", "--gpu-type", "none"],
    { profile: "della" },
    { cpus: 8, memoryMiB: 65_536, gpus: 2, gpuType: null, resources: { time: "2h" } },
    "gpu-1 on della: 8 processors, 64 GiB, 2 GPUs, time=2h",
  ],
] as const)("set %j keeps what it does not say", async ([words, query, body, said]) => {
  await using rig = await startRig(handlers);
  expect(await rig.run(["hardware", "set", ...words])).toMatchObject({ code: 0, stdout: `✔ Set ${said}\n` });
  expect(rig.stub.asked.at(-1)).toMatchObject({ route: "putHardwarePreset", query });
  expect(rig.stub.asked.at(-1)?.body).toEqual(body);
});

test.for([
  [["set", "small", "--cpus", "2"], 2, "a new preset needs --cpus and --memory"],
  [["rm", "gpu-2"], 5, 'no hardware preset "gpu-2" (did you mean gpu-1?)'],
  [["rm", "gpu-1", "-p", "tiger"], 5, 'no hardware preset "gpu-1" of profile tiger; '],
  [["rm", "gpu-1"], 2, "Forget the hardware preset gpu-1?"],
] as const)("hardware %j is refused", async ([words, code, said]) => {
  await using rig = await startRig(handlers);
  const run = await rig.run(["hardware", ...words]);
  expect([run.code, run.stderr]).toEqual([code, expect.stringContaining(said)]);
});

test("rm --yes forgets the one of a profile", async () => {
  await using rig = await startRig(handlers);
  expect(await rig.run(["hardware", "rm", "gpu-1", "-p", "della", "--yes"])).toMatchObject({
    code: 0,
    stdout: "✔ Forgot gpu-1 of profile della\n",
  });
  expect(rig.stub.asked.at(-1)?.query).toEqual({ profile: "della" });
});
