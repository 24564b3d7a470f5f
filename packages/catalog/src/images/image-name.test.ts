import { expect, test } from "vitest";
import { imageName, isNamed, nameOfSif, namesImage, readImageSource, sifFileName } from "./image-name.ts";

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;

test.for([
  [
    "vllm/vllm-openai:v0.20.0",
    "registry-1.docker.io",
    "vllm/vllm-openai",
    "v0.20.0",
    "vllm-openai_v0.20.0.sif",
  ],
  [
    "docker://vllm/vllm-openai:v0.20.0",
    "registry-1.docker.io",
    "vllm/vllm-openai",
    "v0.20.0",
    "vllm-openai_v0.20.0.sif",
  ],
  ["ubuntu", "registry-1.docker.io", "library/ubuntu", "latest", "ubuntu_latest.sif"],
  ["docker.io/library/ubuntu:22.04", "registry-1.docker.io", "library/ubuntu", "22.04", "ubuntu_22.04.sif"],
  [
    "ghcr.io/huggingface/text-generation-inference:3.3",
    "ghcr.io",
    "huggingface/text-generation-inference",
    "3.3",
    "text-generation-inference_3.3.sif",
  ],
  ["localhost:5000/a/b:1", "localhost:5000", "a/b", "1", "b_1.sif"],
] as const)("%s lies in a registry", ([source, registry, repository, tag, file]) => {
  const read = readImageSource(source);
  expect(read).toEqual({ kind: "registry", registry, repository, tag, digest: null });
  expect(sifFileName(imageName(read, null), null)).toBe(file);
});

test("a digest pins, and names the file where there is no tag", () => {
  const pinned = readImageSource(`vllm/vllm-openai@${digest}`);
  expect(pinned).toMatchObject({ tag: null, digest });
  expect(sifFileName(imageName(pinned, null), digest)).toBe("vllm-openai_sha256-0123456789ab.sif");
  expect(readImageSource(`a/b:1@${digest}`)).toMatchObject({ tag: "1", digest });
});

test.for([
  ["oci-archive:/scratch/tool.tar", { from: "oci-archive", path: "/scratch/tool.tar" }, "tool_local.sif"],
  [
    "docker-archive:///scratch/My Tool.tar.gz",
    { from: "docker-archive", path: "/scratch/My Tool.tar.gz" },
    "my-tool_local.sif",
  ],
  ["/home/me/whisper.def", { from: "", path: "/home/me/whisper.def" }, "whisper_local.sif"],
  ["~/rootfs", { from: "", path: "~/rootfs" }, "rootfs_local.sif"],
] as const)("%s lies on the place", ([source, file, name]) => {
  const read = readImageSource(source);
  expect(read).toEqual({ kind: "file", ...file });
  expect(sifFileName(imageName(read, null), null)).toBe(name);
  expect(imageName(read, "org/tool:2")).toEqual({ name: "org/tool", tag: "2" });
});

test.for(["", "UPPER/case:1", "a b", "a/b:tag:tag", "a@sha256:12", "$(x)", "../up"])(
  "%j is refused",
  (source) => {
    expect(() => readImageSource(source)).toThrow(/is no image reference/);
  },
);

test.for([
  ["vllm-openai_v0.20.0.sif", "vllm-openai", "v0.20.0"],
  ["speech_recognition_inference_0.1.2.sif", "speech_recognition_inference", "0.1.2"],
  ["plain.sif", "plain", null],
] as const)("%s tells its name and tag", ([file, name, tag]) => {
  expect(nameOfSif(file)).toEqual({ name, tag });
});

test.for([
  ["vllm/vllm-openai:v1", { name: "vllm/vllm-openai", tag: "v1", digest: null }, true],
  // what an administrator put there bears the last part alone
  ["vllm/vllm-openai:v1", { name: "vllm-openai", tag: "v1", digest: null }, true],
  ["vllm/vllm-openai:v1", { name: "other/vllm-openai", tag: "v1", digest: null }, false],
  ["vllm/vllm-openai:v2", { name: "vllm-openai", tag: "v1", digest: null }, false],
  [`vllm/vllm-openai@${digest}`, { name: "vllm-openai", tag: "v1", digest }, true],
  [`vllm/vllm-openai:v1@${digest}`, { name: "vllm-openai", tag: "v1", digest: null }, false],
] as const)("%s is %o: %s", ([wanted, image, is]) => {
  const read = readImageSource(wanted);
  if (read.kind !== "registry") throw new Error("it is one");
  expect(isNamed(image, read)).toBe(is);
});

const tool = { name: "org/tool", tag: "1", digest, source: "oci-archive:/scratch/tool.tar" };
test.for([
  ["org/tool:1", true],
  ["docker.io/org/tool:1", true],
  ["oci-archive:/scratch/tool.tar", true],
  ["oci-archive:/scratch/other.tar", false],
  ["org/tool", false],
] as const)("a launch that names %s means org/tool:1, made of an archive: %s", ([reference, is]) => {
  expect(namesImage(reference, tool)).toBe(is);
});

test("a launch names an image by words that are a reference", () => {
  expect(() => namesImage("a b", tool)).toThrow(/is no image reference/);
});
