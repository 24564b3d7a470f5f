import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder, writeFiles } from "@berth/testing/temporary-folder";
import { findNpm } from "./find-npm.ts";

test("npm is the user's own, else the one beside Node, else nobody's", async () => {
  await using folder = await temporaryFolder();
  const at = (path: string): string => join(folder.path, path);
  await writeFiles(folder.path, {
    "user/npm": "#!/bin/sh\n",
    "node/bin/node": "",
    "node/lib/node_modules/npm/bin/npm-cli.js": "",
  });
  await chmod(at("user/npm"), 0o755);
  expect(await findNpm(at("user"), at("node/bin/node"))).toEqual([at("user/npm")]);
  expect(await findNpm(at("none"), at("node/bin/node"))).toEqual([
    at("node/bin/node"),
    at("node/lib/node_modules/npm/bin/npm-cli.js"),
  ]);
  expect(await findNpm(at("none"), at("elsewhere/bin/node"))).toBeUndefined();
});
