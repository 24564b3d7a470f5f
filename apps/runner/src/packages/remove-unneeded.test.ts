import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { transformersJsPackages } from "@berth/engines/transformers-js/packages";
import { temporaryFolder, writeFiles } from "@berth/testing/temporary-folder";
import { removeUnneeded } from "./remove-unneeded.ts";

test("what other machines need is removed, what this one needs stays, and what never came is no hindrance", async () => {
  const needed = transformersJsPackages({ platform: "linux", arch: "x64", hasNvidiaDriver: false });
  if (needed === undefined) throw new Error("there is a build for Linux");
  await using folder = await temporaryFolder();
  const builds = join("node_modules", "onnxruntime-node/bin/napi-v6");
  await writeFiles(folder.path, {
    [`${builds}/linux/x64/onnxruntime.node`]: "",
    [`${builds}/linux/arm64/onnxruntime.node`]: "",
    [`${builds}/win32/x64/onnxruntime.node`]: "",
    "node_modules/onnxruntime-web/index.js": "",
    "node_modules/onnxruntime-common/index.js": "",
  });
  await removeUnneeded(folder.path, needed);
  expect(await readdir(join(folder.path, "node_modules"))).toEqual([
    "onnxruntime-common",
    "onnxruntime-node",
  ]);
  expect(await readdir(join(folder.path, builds, "linux"))).toEqual(["x64"]);
  expect(await readdir(join(folder.path, builds, "win32"))).toEqual([]);
});
