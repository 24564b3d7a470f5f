import { cp, lstat, readdir, readFile, rename, symlink } from "node:fs/promises";
import { join } from "node:path";
import type { Model, Profile } from "@berth/api";
import { temporaryFolder, writeFiles } from "@berth/testing/temporary-folder";
import { tinyChatGguf } from "@berth/testing/tiny-gguf";
import { expect, test } from "vitest";
import { createModelSource } from "./index.ts";

const signal = new AbortController().signal;
const source = createModelSource();
const [older, newer] = ["a".repeat(40), "b".repeat(40)] as const;
const repo = "models/models--o--m";

function profileAt(folder: string): Profile {
  const place = { home: folder, cache: join(folder, "cache") };
  return {
    id: "p",
    name: "p",
    default: true,
    status: "ready",
    statusReason: null,
    schema: "local",
    slurm: null,
    connection: null,
    ...place,
  };
}

/** Two revisions that share their weights and differ in the model card. */
async function twoRevisions(folder: string): Promise<void> {
  await writeFiles(folder, {
    [`${repo}/blobs/weights`]: tinyChatGguf(),
    [`${repo}/blobs/old-card`]: "old",
    [`${repo}/blobs/new-card`]: "new",
    [`${repo}/blobs/other.incomplete`]: "half",
    [`${repo}/snapshots/${older}/m.gguf`]: { link: "../../blobs/weights" },
    [`${repo}/snapshots/${older}/README.md`]: { link: "../../blobs/old-card" },
    [`${repo}/snapshots/${newer}/m.gguf`]: { link: "../../blobs/weights" },
    [`${repo}/snapshots/${newer}/README.md`]: { link: "../../blobs/new-card" },
    [`${repo}/refs/main`]: newer,
    [`${repo}/refs/refs/pr/1`]: older,
  });
}

async function find(folder: string, revision: string): Promise<Model> {
  const models = await source.list(profileAt(folder), signal);
  const found = models.find((model) => model.revision === revision);
  if (found === undefined) throw new Error(`no ${revision}`);
  return found;
}

test("a revision goes with its refs and its own blobs; what another one uses stays", async () => {
  await using folder = await temporaryFolder();
  await twoRevisions(folder.path);
  await source.remove(await find(folder.path, older), profileAt(folder.path), signal);
  expect(await readdir(join(folder.path, repo, "blobs"))).toEqual([
    "new-card",
    "other.incomplete",
    "weights",
  ]);
  expect(await readdir(join(folder.path, repo, "snapshots"))).toEqual([newer]);
  expect(await readdir(join(folder.path, repo, "refs/refs/pr"))).toEqual([]);
  expect(await find(folder.path, newer)).toMatchObject({ status: "ready", refs: ["main"] });
});

test("with the last revision the repository's folder goes, and a second removal changes nothing", async () => {
  await using folder = await temporaryFolder();
  await twoRevisions(folder.path);
  const last = await find(folder.path, newer);
  await source.remove(await find(folder.path, older), profileAt(folder.path), signal);
  await source.remove(last, profileAt(folder.path), signal);
  await source.remove(last, profileAt(folder.path), signal);
  expect(await readdir(join(folder.path, "models"))).toEqual([]);
});

test("nothing behind a link that leads out of the layout is deleted", async () => {
  await using folder = await temporaryFolder();
  await using outside = await temporaryFolder();
  await twoRevisions(folder.path);
  await rename(join(folder.path, repo), join(outside.path, "models--o--m"));
  await symlink(join(outside.path, "models--o--m"), join(folder.path, repo));
  const model = await find(folder.path, older);
  await expect(source.remove(model, profileAt(folder.path), signal)).rejects.toMatchObject({
    code: "read_only",
  });
  expect(await find(folder.path, older)).toEqual(model);
});

test("blobs that lie elsewhere stay where they are", async () => {
  await using folder = await temporaryFolder();
  await using outside = await temporaryFolder();
  await twoRevisions(folder.path);
  await rename(join(folder.path, repo, "blobs"), join(outside.path, "blobs"));
  await symlink(join(outside.path, "blobs"), join(folder.path, repo, "blobs"));
  await source.remove(await find(folder.path, older), profileAt(folder.path), signal);
  await source.remove(await find(folder.path, newer), profileAt(folder.path), signal);
  expect(await readdir(join(outside.path, "blobs"))).toHaveLength(4);
  await expect(lstat(join(folder.path, repo))).rejects.toMatchObject({ code: "ENOENT" });
});

test("a model of the cache is never deleted", async () => {
  await using folder = await temporaryFolder();
  await twoRevisions(folder.path);
  await cp(join(folder.path, "models"), join(folder.path, "cache"), {
    recursive: true,
    verbatimSymlinks: true,
  });
  const cached = (await source.list(profileAt(folder.path), signal)).filter(
    (model) => model.location === "cache",
  );
  expect(cached).toHaveLength(2);
  for (const model of cached) {
    await expect(source.remove(model, profileAt(folder.path), signal)).rejects.toMatchObject({
      code: "read_only",
    });
    expect((await readFile(join(model.path, "m.gguf"))).length).toBe(tinyChatGguf().length);
  }
});
