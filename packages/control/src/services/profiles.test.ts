import { lstat, mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { profileWorld, twoProfiles } from "../testing/profile-world.ts";
import { Changes } from "./changes.ts";
import { Profiles } from "./profiles.ts";

test("a profile is written, its home made (0700), and the first is the default", async () => {
  await using given = await profileWorld();
  expect(await given.profiles.create({ name: "desk", spec: given.spec })).toEqual({
    id: "desk",
    name: "desk",
    default: true,
    status: "ready",
    statusReason: null,
    slurm: null,
    connection: null,
    ...given.spec,
  });
  expect(await given.text()).toBe(
    "[desk]\nschema = local\nhome = $/home\ncache = $/shared\ndefault = true\n",
  );
  expect((await stat(given.path)).mode & 0o777).toBe(0o600);
  expect((await stat(given.spec.home)).mode & 0o777).toBe(0o700);
  expect(given.told).toEqual(["profiles", "models"]);
});

test("an edit keeps comments, order, other keys and the file's own words", async () => {
  await using given = await profileWorld({ file: twoProfiles });
  await mkdir(join(given.root, "more"));
  await given.profiles.update("lab", { cache: "~/more" });
  await given.profiles.setDefault("desk");
  await given.profiles.rename("desk", "quay");
  expect(await given.text()).toBe(
    twoProfiles
      .replace("cache_dir = ~/shared", "cache_dir = ~/more")
      .replace("default = yes\n", "")
      .replace("cache: $/shared\n", "cache: $/shared\ndefault = true\n")
      .replace("[desk]", "[quay]"),
  );
});

test.each([
  ["an unknown schema", { schema: "pbs" }, "invalid_request", "spec.schema", /"pbs"; known: local, slurm/],
  ["a missing cache", { cache: "$/gone" }, "unprocessable", "spec.cache", /never makes it/],
  ["a relative home", { home: "here" }, "invalid_request", "spec.home", /absolute/],
  ["a home with a line break", { home: "/x\n[evil]" }, "invalid_request", "spec.home", /absolute/],
  ["a home that ends in a space", { home: "$/x " }, "invalid_request", "spec.home", /absolute/],
  ["a home below a file", { home: "$/profiles.cfg/h" }, "unprocessable", "spec.home", /part of the path/],
])("%s is refused, and nothing is written or made", async (_, change, code, param, message) => {
  await using given = await profileWorld({ file: twoProfiles });
  const filled = Object.fromEntries(
    Object.entries(change).map(([key, value]) => [key, value.replaceAll("$", given.root)]),
  );
  const creating = given.profiles.create({ name: "new", spec: { ...given.spec, ...filled } });
  await expect(creating).rejects.toMatchObject({ code, param });
  await expect(creating).rejects.toThrow(message);
  expect(await given.text()).toBe(twoProfiles);
  expect(await readdir(given.root)).toEqual(["profiles.cfg", "shared"]);
  expect(given.told).toEqual([]);
});

test.each(["", "a b", "../x", "-x", "x]", "a".repeat(65)])("the name %j is refused", async (name) => {
  await using given = await profileWorld({ file: twoProfiles });
  const refusal = { code: "invalid_request" };
  await expect(given.profiles.create({ name, spec: given.spec })).rejects.toMatchObject(refusal);
  await expect(given.profiles.rename("desk", name)).rejects.toMatchObject(refusal);
  expect(await given.text()).toBe(twoProfiles);
});

test("a name in use is refused for a new profile and for a renamed one", async () => {
  await using given = await profileWorld({ file: twoProfiles });
  const refusal = { code: "already_exists" };
  await expect(given.profiles.create({ name: "lab", spec: given.spec })).rejects.toMatchObject(refusal);
  await expect(given.profiles.rename("desk", "lab")).rejects.toMatchObject(refusal);
  expect(await given.text()).toBe(twoProfiles);
});

test.each<[string, (profiles: Profiles) => Promise<unknown>]>([
  ["show", (profiles) => profiles.get("dask")],
  ["update", (profiles) => profiles.update("dask", {})],
  ["rename", (profiles) => profiles.rename("dask", "x")],
  ["set as default", (profiles) => profiles.setDefault("dask")],
  ["delete", (profiles) => profiles.delete("dask")],
])("a profile to %s that is not there is not found, with near names", async (_, ask) => {
  await using given = await profileWorld({ file: twoProfiles });
  const asking = ask(given.profiles);
  await expect(asking).rejects.toMatchObject({ code: "not_found", details: { near: ["desk"] } });
  await expect(asking).rejects.toThrow("did you mean desk?");
  expect(await given.text()).toBe(twoProfiles);
});

test("while a download goes on there, a profile is not removed or moved; it may be renamed", async () => {
  await using given = await profileWorld({ file: twoProfiles, workOn: ["download d1"] });
  const refused = (promise: Promise<unknown>) =>
    expect(promise).rejects.toThrow("profile desk is at work (download d1)");
  await refused(given.profiles.delete("desk"));
  await refused(given.profiles.update("desk", { home: join(given.root, "elsewhere") }));
  expect(await given.text()).toBe(twoProfiles);
  await given.profiles.rename("desk", "x");
});

test("while services live on it, a profile is not renamed, removed or moved; its cache may change", async () => {
  await using given = await profileWorld({ file: twoProfiles, usedBy: ["pilot", "quiet-heron"] });
  const refused = (promise: Promise<unknown>) =>
    expect(promise).rejects.toThrow("profile desk has live services (pilot, quiet-heron)");
  await refused(given.profiles.rename("desk", "x"));
  await refused(given.profiles.delete("desk"));
  await refused(given.profiles.update("desk", { home: join(given.root, "elsewhere") }));
  expect(await given.text()).toBe(twoProfiles);
  await mkdir(join(given.root, "more"));
  await given.profiles.update("desk", { home: join(given.root, "desk"), cache: join(given.root, "more") });
});

test("the default is removed only as the last; another one goes, with its comments' neighbours kept", async () => {
  await using given = await profileWorld({ file: twoProfiles });
  await expect(given.profiles.delete("lab")).rejects.toThrow("make another the default first");
  await given.profiles.delete("desk");
  expect(await given.text()).toBe(twoProfiles.replace(/\[desk\][^;]*/, ""));
  await given.profiles.delete("lab");
  expect(await given.profiles.list()).toEqual([]);
  expect(await given.text()).toBe("# my places\n; the big one\n");
});

test("a renamed profile stays the default, those who know it are told, and their refusal undoes it", async () => {
  const told: string[][] = [];
  await using given = await profileWorld({
    file: "[default]\nschema = local\nhome = $/h\ncache = $/shared\n[x]\n",
    renamed: async (from, to) => {
      if (to === "cursed") throw new Error("the database is away");
      told.push([from, to]);
    },
  });
  expect(await given.profiles.rename("default", "here")).toMatchObject({ name: "here", default: true });
  expect(told).toEqual([["default", "here"]]);
  await expect(given.profiles.rename("here", "cursed")).rejects.toThrow("the database is away");
  expect(await given.profiles.get("here")).toMatchObject({ default: true });
});

test("an edit by hand amid ours is not lost", async () => {
  await using given = await profileWorld({ file: twoProfiles });
  let meddled = false;
  const meddling = new Profiles({
    path: given.path,
    userHome: given.root,
    changes: new Changes(),
    sites: given.sites,
    renamed: async () => {},
    workOn: async () => [],
    usedBy: async () => {
      if (!meddled) await writeFile(given.path, `${twoProfiles.replaceAll("$", given.root)}# by hand\n`);
      meddled = true;
      return [];
    },
  });
  await meddling.rename("desk", "quay");
  expect(await given.text()).toBe(`${twoProfiles.replace("[desk]", "[quay]")}# by hand\n`);
});

test("twenty edits at once all stand", async () => {
  await using given = await profileWorld({ file: twoProfiles });
  await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      given.profiles.create({
        name: `p${index}`,
        spec: { ...given.spec, home: join(given.root, `h${index}`) },
      }),
    ),
  );
  expect(await given.profiles.list()).toHaveLength(22);
});

test("a file that is a link stays one", async () => {
  await using given = await profileWorld();
  const real = join(given.root, "dotfiles.cfg");
  await writeFile(real, "");
  await symlink(real, given.path);
  await given.profiles.create({ name: "desk", spec: given.spec });
  expect((await lstat(given.path)).isSymbolicLink()).toBe(true);
  expect(await readFile(real, "utf8")).toContain("[desk]");
});

test("when the file cannot be written, the home that was made for it is gone again", async () => {
  await using given = await profileWorld();
  const profiles = new Profiles({
    path: join(given.root, "no", "profiles.cfg"),
    userHome: given.root,
    changes: new Changes(),
    sites: given.sites,
    usedBy: async () => [],
    workOn: async () => [],
    renamed: async () => {},
  });
  const home = join(given.root, "a", "b");
  await expect(profiles.create({ name: "desk", spec: { ...given.spec, home } })).rejects.toMatchObject({
    code: "read_only",
  });
  expect(await readdir(given.root)).toEqual(["shared"]);
});
