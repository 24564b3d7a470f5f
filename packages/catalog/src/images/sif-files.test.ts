import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder, writeFiles } from "@berth/testing/temporary-folder";
import { expect, test } from "vitest";
import { writeSidecar } from "./sidecar.ts";
import { listSifFiles, removeSifFile } from "./sif-files.ts";

async function place() {
  const folder = await temporaryFolder();
  const at = { name: "p", home: join(folder.path, "home"), cache: join(folder.path, "cache") };
  await writeFiles(folder.path, {
    "home/images/tool_1.0.sif": "sif",
    "home/images/.tool_1.0.sif.x.part": "half",
    "home/images/notes.txt": "no image",
    "cache/images/vllm-openai_v0.20.0.sif": "shared",
  });
  await writeSidecar(join(at.home, "images/tool_1.0.sif"), {
    source: "org/tool:1.0",
    name: "org/tool",
    tag: "1.0",
    digest: "sha256:12",
    fileSha256: "34",
  });
  return { ...at, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

test("the home's and the cache's are listed, each with what is known of it", async () => {
  await using at = await place();
  const images = await listSifFiles(at);
  expect(
    images.map(({ name, tag, digest, location, source }) => [name, tag, digest, location, source]),
  ).toEqual([
    ["org/tool", "1.0", "sha256:12", "home", "org/tool:1.0"],
    ["vllm-openai", "v0.20.0", null, "cache", null],
  ]);
  expect(new Set(images.map(({ id }) => id)).size).toBe(2);
  expect(await listSifFiles({ ...at, home: "/nowhere", cache: "/nowhere" })).toEqual([]);
});

test("one of the home goes with what lies beside it; others are refused, whatever is claimed of them", async () => {
  await using at = await place();
  const [own, shared] = await listSifFiles(at);
  if (own === undefined || shared === undefined) throw new Error("two lie there");
  for (const path of [
    shared.path,
    join(at.home, "images/../../cache/images/x.sif"),
    join(at.home, "images/notes.txt"),
    null,
  ]) {
    await expect(removeSifFile({ ...own, path }, at)).rejects.toMatchObject({ code: "read_only" });
  }
  await removeSifFile(own, at);
  await removeSifFile(own, at);
  expect((await readdir(join(at.home, "images"))).filter((name) => !name.startsWith("."))).toEqual([
    "notes.txt",
  ]);
});
