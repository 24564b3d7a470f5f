import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { transformersJsPackages } from "../transformers-js/packages.ts";
import { whisperCppPackages } from "../whisper-cpp/packages.ts";

const require = createRequire(import.meta.url);

/** The manifest of a package, found from another one that depends on it. */
function manifest(name: string, from = import.meta.filename) {
  let folder = dirname(createRequire(from).resolve(name));
  while (!existsSync(join(folder, "package.json")) || readManifest(folder).name !== name)
    folder = dirname(folder);
  return { folder, ...readManifest(folder) };
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

function readManifest(folder: string): Manifest {
  const path = join(folder, "package.json");
  if (!existsSync(path)) return { name: "", version: "" };
  return JSON.parse(readFileSync(path, "utf8")) as Manifest;
}

const machines = ["linux x64", "linux arm64", "darwin arm64", "darwin x64", "win32 x64", "win32 arm64"].map(
  (key) => {
    const [platform = "", arch = ""] = key.split(" ");
    return { key, machine: { platform, arch, hasNvidiaDriver: false } };
  },
);

test("each build of whisper.cpp that is named is one that this version has, and none computes on a GPU", () => {
  const { version, optionalDependencies = {} } = manifest("@fugood/whisper.node");
  for (const { machine } of machines) {
    const packages = whisperCppPackages(machine)?.packages ?? [];
    expect(packages[0]).toBe(`@fugood/whisper.node@${version}`);
    const build = packages[1]?.slice(0, packages[1].lastIndexOf("@")) ?? "";
    expect(optionalDependencies).toHaveProperty([build]);
    expect(build).not.toMatch(/cuda|vulkan/);
  }
});

test("each build of the image library that is named is the one that Transformers.js brings", () => {
  const transformers = manifest("@huggingface/transformers");
  const sharp = manifest("sharp", join(transformers.folder, "package.json"));
  for (const { machine } of machines) {
    const needed = transformersJsPackages(machine);
    expect(needed?.packages.at(0) ?? transformers.version).toContain(transformers.version);
    for (const spec of needed?.packages.filter((name) => name.startsWith("@img/")) ?? []) {
      const at = spec.lastIndexOf("@");
      expect(sharp.optionalDependencies?.[spec.slice(0, at)], spec).toBe(spec.slice(at + 1));
    }
  }
});

test("what is removed of onnxruntime is what other machines need, and nothing of this one's", () => {
  const transformers = manifest("@huggingface/transformers");
  const { folder } = manifest("onnxruntime-node", join(transformers.folder, "package.json"));
  const { unneeded = [] } =
    transformersJsPackages({ platform: "linux", arch: "x64", hasNvidiaDriver: true }) ?? {};
  const removed = unneeded.filter((path) => path.startsWith("onnxruntime-node/"));
  expect(removed.length).toBeGreaterThan(2);
  for (const path of removed) {
    expect(existsSync(join(folder, "..", path)), path).toBe(true);
    expect(path).not.toContain("linux/x64");
  }
});

test("where there is no build, there is none", () => {
  const machine = { platform: "aix", arch: "ppc64", hasNvidiaDriver: false };
  expect([whisperCppPackages(machine), transformersJsPackages(machine)]).toEqual([undefined, undefined]);
});

test("audio-decode comes with both, as it was tested", () => {
  const { version } = JSON.parse(
    readFileSync(require.resolve("audio-decode/package.json"), "utf8"),
  ) as Manifest;
  const machine = { platform: "linux", arch: "x64", hasNvidiaDriver: false };
  for (const needed of [whisperCppPackages(machine), transformersJsPackages(machine)])
    expect(needed?.packages).toContain(`audio-decode@${version}`);
});
