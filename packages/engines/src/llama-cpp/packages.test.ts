import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect, test } from "vitest";
import { llamaCppPackages, llamaCppVersion } from "./packages.ts";

test.each([
  ["linux", "x64", false, ["linux-x64"]],
  ["linux", "x64", true, ["linux-x64", "linux-x64-cuda"]],
  ["linux", "arm64", false, ["linux-arm64"]],
  ["linux", "arm64", true, ["linux-arm64"]],
  ["linux", "arm", false, ["linux-armv7l"]],
  ["darwin", "arm64", false, ["mac-arm64-metal"]],
  ["darwin", "x64", false, ["mac-x64"]],
  ["win32", "x64", true, ["win-x64", "win-x64-cuda"]],
])("on %s %s, NVIDIA driver: %s, llama.cpp is %j", (platform, arch, hasNvidiaDriver, builds) => {
  const found = llamaCppPackages({ platform, arch, hasNvidiaDriver });
  expect(found?.packages).toEqual(
    ["node-llama-cpp", ...builds.map((build) => `@node-llama-cpp/${build}`)].map(
      (name) => `${name}@${llamaCppVersion}`,
    ),
  );
});

test("where there is no build, there is none", () => {
  expect(llamaCppPackages({ platform: "aix", arch: "ppc64", hasNvidiaDriver: false })).toBeUndefined();
});

test("each build that is named is one that this version of node-llama-cpp has", () => {
  const root = join(createRequire(import.meta.url).resolve("node-llama-cpp"), "../../package.json");
  const { version, optionalDependencies } = JSON.parse(readFileSync(root, "utf8")) as {
    version: string;
    optionalDependencies: Record<string, string>;
  };
  expect(version).toBe(llamaCppVersion);
  for (const platform of ["linux", "darwin", "win32"])
    for (const arch of ["arm", "arm64", "riscv64", "x64"])
      for (const spec of llamaCppPackages({ platform, arch, hasNvidiaDriver: true })?.packages.slice(1) ?? [])
        expect(optionalDependencies).toHaveProperty([spec.slice(0, spec.lastIndexOf("@"))]);
});

test("another choice of packages lies in another folder", () => {
  const folders = [false, true].map(
    (hasNvidiaDriver) => llamaCppPackages({ platform: "linux", arch: "x64", hasNvidiaDriver })?.folder,
  );
  expect(folders).toEqual([`llama-cpp-${llamaCppVersion}`, `llama-cpp-${llamaCppVersion}-cuda`]);
});
