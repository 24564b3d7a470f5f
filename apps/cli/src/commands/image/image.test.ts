import type { ContainerImage, ImagePull } from "@berth/api";
import { expect, test } from "vitest";
import { sampleNowMs } from "../../test/samples.ts";
import { startRig } from "../../test/rig.ts";

function image(change: Partial<ContainerImage> = {}): ContainerImage {
  return {
    id: "i1",
    profile: "della",
    location: "home",
    name: "vllm/vllm-openai",
    tag: "v0.20.0",
    digest: `sha256:${"01234567".repeat(8)}`,
    fileSha256: "ab",
    path: "/home/me/berth/images/vllm-openai_v0.20.0.sif",
    source: "vllm/vllm-openai:v0.20.0",
    sizeBytes: 9_100_000_000,
    createdAt: sampleNowMs,
    ...change,
  };
}

const shared = image({
  id: "i2",
  location: "cache",
  digest: null,
  path: "/shared/images/vllm-openai_v0.20.0.sif",
});
const tool = image({
  id: "i3",
  name: "tool",
  tag: null,
  digest: null,
  path: "/home/me/berth/images/tool.sif",
});

const pull = (change: Partial<ImagePull> = {}): ImagePull => ({
  id: "p1",
  profile: "della",
  source: "vllm/vllm-openai:v0.20.0",
  status: "RUNNING",
  statusReason: null,
  logTail: [],
  image: null,
  createdAt: sampleNowMs,
  updatedAt: sampleNowMs,
  ...change,
});

test("ls shows what each is pinned to, and warns of a cluster that cannot be seen", async () => {
  const stale = [{ profile: "adroit", seenAt: null, reason: "no route to host" }];
  await using rig = await startRig({
    listImages: () => ({ data: [image(), tool], stale }),
    listImagePulls: () => ({ data: [] }),
  });
  const { stdout, stderr } = await rig.run(["image", "ls"]);
  expect(stdout).toMatch(/^IMAGE +TAG\/DIGEST +SIZE +LOCATION +PROFILE +CREATED$/m);
  expect(stdout).toMatch(/^vllm\/vllm-openai +v0\.20\.0@sha256:012345670123 +9\.1 GB +home +della +/m);
  expect(stdout).toMatch(/^tool +- +/m);
  expect(stderr).toBe("⚠ profile adroit: no route to host; its images are not known\n");
});

test("ls tells what is on its way, and what lately failed, whoever ordered it", async () => {
  const pulls = [
    pull({ logTail: ["Slurm job 7: PENDING (Priority)"] }),
    pull({ id: "p2", source: "a:1", status: "FAILED", statusReason: "no space", updatedAt: Date.now() }),
    pull({ id: "p3", source: "b:1", status: "FAILED", statusReason: "no space", updatedAt: 0 }),
    pull({ id: "p4", source: "c:1", profile: "adroit" }),
  ];
  await using rig = await startRig({
    listImages: () => ({ data: [image()] }),
    listImagePulls: () => ({ data: pulls }),
  });
  expect((await rig.run(["image", "ls", "-p", "della"])).stderr).toBe(
    "Pulling vllm/vllm-openai:v0.20.0 to della: Slurm job 7: PENDING (Priority)\nThe pull of a:1 to della failed: no space\n",
  );
});

test("pull says what is at work, and then where the image is", async () => {
  const lines = ["Slurm job 7: PENDING (Priority)", "INFO: Creating SIF file..."];
  const seen = [
    ...lines.map((line) => pull({ logTail: [line] })),
    pull({ status: "COMPLETED", image: image() }),
  ];
  await using rig = await startRig({
    createImagePull: () => pull(),
    getImagePull: () => (seen.length > 1 ? seen.shift() : seen[0]) ?? pull(),
  });
  const { stdout, stderr } = await rig.run(["image", "pull", "vllm/vllm-openai:v0.20.0", "-p", "della"]);
  expect(rig.stub.asked[0]?.body).toEqual({ source: "vllm/vllm-openai:v0.20.0", profile: "della" });
  for (const line of lines) expect(stderr).toContain(line);
  expect(`${stdout}${stderr}`).toContain(
    "Made /home/me/berth/images/vllm-openai_v0.20.0.sif (9.1 GB) of sha256:0123",
  );
});

test("a pull that fails is a failure with its reason", async () => {
  await using rig = await startRig({
    createImagePull: () => pull(),
    getImagePull: () =>
      pull({ status: "FAILED", statusReason: "apptainer could not make it: no such image" }),
  });
  const { code, stderr } = await rig.run(["image", "pull", "vllm/vllm-openai:v0.20.0", "--login-node"]);
  expect(code).toBe(1);
  expect(stderr).toContain("failed: apptainer could not make it: no such image");
});

test.for([
  ["vllm-openai:v0.20.0", 2, "names 2 images"],
  ["vllm/vllm-openaj", 5, "did you mean vllm/vllm-openai?"],
] as const)("rm %s names no single image", async ([wanted, exitCode, words]) => {
  await using rig = await startRig({ listImages: () => ({ data: [image(), shared] }) });
  const { code, stderr } = await rig.run(["image", "rm", wanted, "--yes"]);
  expect(code).toBe(exitCode);
  expect(stderr).toContain(words);
});

test("rm deletes the one that is named, by name or path", async () => {
  await using rig = await startRig({
    listImages: () => ({ data: [image(), shared, tool] }),
    deleteImage: () => undefined,
  });
  for (const [wanted, id] of [
    ["tool", "i3"],
    [shared.path ?? "", "i2"],
  ] as const) {
    expect((await rig.run(["image", "rm", wanted, "--yes"])).code).toBe(0);
    expect(rig.stub.asked.at(-1)).toMatchObject({ route: "deleteImage", params: { id } });
  }
});
