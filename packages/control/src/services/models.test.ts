import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { BerthError, type Change, type Profile } from "@berth/api";
import { createModelSource } from "@berth/catalog/directory";
import { systemClock } from "@berth/std/clock";
import type { LocalModelRow, LocalModelStore } from "@berth/store";
import { temporaryFolder, writeFiles } from "@berth/testing/temporary-folder";
import { tinyChatGguf } from "@berth/testing/tiny-gguf";
import { expect, test } from "vitest";
import { Changes } from "./changes.ts";
import { Models } from "./models.ts";

const signal = new AbortController().signal;
const commit = "c".repeat(40);

class MemoryLocalModels implements LocalModelStore {
  rows: LocalModelRow[] = [];

  async listLocalModels(): Promise<readonly LocalModelRow[]> {
    return this.rows;
  }

  async insertLocalModel(row: LocalModelRow): Promise<void> {
    if (this.rows.some(({ path }) => path === row.path)) throw new BerthError("already_exists", "path");
    this.rows.push(row);
  }

  async deleteLocalModel({ path }: Pick<LocalModelRow, "path" | "profile">): Promise<void> {
    this.rows = this.rows.filter((row) => row.path !== path);
  }
}

/** Two profiles, each with one downloaded model, and a file that is no model of either yet. */
async function harbour() {
  const folder = await temporaryFolder();
  const profiles = ["one", "two"].map((name): Profile => ({
    id: name,
    name,
    default: name === "one",
    status: "ready",
    statusReason: null,
    schema: "local",
    slurm: null,
    connection: null,
    home: join(folder.path, name),
    cache: join(folder.path, "cache"),
  }));
  const snapshot = `models/models--org--m/snapshots/${commit}/m-Q8_0.gguf`;
  await writeFiles(folder.path, {
    [`one/${snapshot}`]: tinyChatGguf(),
    [`two/${snapshot}`]: tinyChatGguf(),
    "files/own.gguf": tinyChatGguf(),
  });
  const localModels = new MemoryLocalModels();
  const published: Change[] = [];
  const changes = new Changes();
  changes.subscribe((change) => published.push(change));
  const users: string[] = [];
  const registered = async (profile: Profile) =>
    localModels.rows.filter((row) => row.profile === profile.name);
  const models = new Models({
    source: createModelSource({ registered }),
    profiles: { list: async () => profiles },
    localModels,
    changes,
    clock: systemClock,
    usedBy: async () => users,
  });
  return {
    models,
    published,
    users,
    folder: folder.path,
    [Symbol.asyncDispose]: folder[Symbol.asyncDispose],
  };
}

test("all profiles are listed, or the one that is named", async () => {
  await using at = await harbour();
  expect((await at.models.listAll()).map(({ profile, repo }) => [profile, repo])).toEqual([
    ["one", "org/m"],
    ["two", "org/m"],
  ]);
  expect(await at.models.listAll({ profile: "two" })).toMatchObject([{ profile: "two" }]);
  await expect(at.models.listAll({ profile: "twoo" })).rejects.toMatchObject({
    code: "not_found",
    param: "profile",
    details: { near: ["two"] },
  });
});

test("a listing is kept for a moment; refresh, and whoever launches, sees the disk as it is", async () => {
  await using at = await harbour();
  const [model] = await at.models.listAll({ profile: "one" });
  await rm(join(at.folder, "one/models"), { recursive: true });
  expect(await at.models.listAll({ profile: "one" })).toEqual([model]);
  expect(await at.models.listAll({ profile: "one", refresh: true })).toEqual([]);
  expect(await at.models.listAll({ profile: "one" })).toEqual([]);
});

test("a model is found by id, the start of one, or a name that is there once", async () => {
  await using at = await harbour();
  const [one] = await at.models.listAll({ profile: "one" });
  const id = one?.id ?? "";
  expect(await at.models.get(id)).toEqual(one);
  expect(await at.models.get(id.slice(0, 6))).toEqual(one);
  await expect(at.models.get("org/m")).rejects.toMatchObject({
    code: "conflict",
    message: expect.stringMatching(/^org\/m names 2 models: .* give one id$/),
  });
  await rm(join(at.folder, "two/models"), { recursive: true });
  await at.models.listAll({ refresh: true });
  expect(await at.models.get("org/m")).toEqual(one);
  await expect(at.models.get("org/n")).rejects.toMatchObject({
    code: "not_found",
    details: { near: ["org/m"] },
  });
});

test("a file is registered under its name and forgotten again, and stays where it is", async () => {
  await using at = await harbour();
  const path = join(at.folder, "files/own.gguf");
  const model = await at.models.add({ path }, signal);
  expect(model).toMatchObject({ repo: "own", profile: "one", location: "directory", status: "ready" });
  expect(await at.models.get("own")).toEqual(model);
  expect(at.published).toEqual([{ type: "models" }]);
  await at.models.remove("own", signal);
  await expect(at.models.get("own")).rejects.toMatchObject({ code: "not_found" });
  expect(await readdir(join(at.folder, "files"))).toEqual(["own.gguf"]);
});

test.each([
  ["a name that a model has", { name: "org/m" }, "already_exists", "name"],
  ["a name with a line break", { name: "a\nb" }, "unprocessable", "name"],
  ["a path that is not there", { path: "/nothing/here.gguf" }, "unprocessable", "path"],
  ["a profile that is not there", { profile: "three" }, "not_found", "profile"],
])("registering %s is refused and changes nothing", async (_, given, code, param) => {
  await using at = await harbour();
  const before = await at.models.listAll({ refresh: true });
  const path = join(at.folder, "files/own.gguf");
  await expect(at.models.add({ path, ...given }, signal)).rejects.toMatchObject({ code, param });
  expect(await at.models.listAll({ refresh: true })).toEqual(before);
  expect(at.published).toEqual([]);
});

test("a model that a service uses is not deleted; afterwards it is", async () => {
  await using at = await harbour();
  const [one] = await at.models.listAll({ profile: "one" });
  at.users.push("service pilot");
  await expect(at.models.remove(one?.id ?? "", signal)).rejects.toMatchObject({
    code: "conflict",
    message: "org/m is in use by service pilot: stop it first",
  });
  expect(await at.models.listAll({ refresh: true })).toHaveLength(2);
  at.users.length = 0;
  await at.models.remove(one?.id ?? "", signal);
  expect(await at.models.listAll()).toMatchObject([{ profile: "two" }]);
  expect(await readdir(join(at.folder, "one/models"))).toEqual([]);
});
