import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { profileWorld, twoProfiles } from "../testing/profile-world.ts";
import { ensureDefaultProfile } from "./default-profile.ts";

test("reads its own form and Blackfish's, expands ~, and finds the default", async () => {
  await using given = await profileWorld({ file: twoProfiles });
  expect(await given.profiles.list()).toMatchObject([
    {
      name: "desk",
      default: false,
      status: "ready",
      home: `${given.root}/desk`,
      cache: `${given.root}/shared`,
    },
    { name: "lab", default: true, status: "ready", home: `${given.root}/lab`, cache: `${given.root}/shared` },
  ]);
});

test.each([
  ["the first flagged", "[a]\n[b]\ndefault = on\n[c]\ndefault = true\n", "b"],
  ["without a flag, the one named default", "[a]\n[default]\n", "default"],
  ["else the first", "[a]\ndefault = no\n[b]\n", "a"],
])("the default is %s", async (_, file, name) => {
  await using given = await profileWorld({ file });
  const defaults = (await given.profiles.list()).filter((profile) => profile.default);
  expect(defaults.map((profile) => profile.name)).toEqual([name]);
});

test.each([
  [
    "an unknown schema",
    "[x]\nschema = pbs\nhost = h\nhome = /x\ncache = /\n",
    /unknown schema "pbs"; known: local, slurm/,
  ],
  ["no schema", "[x]\nhome = $/h\ncache = $/shared\n", /add `schema = local`/],
  ["no home", "[x]\nschema = local\ncache = $/shared\n", /no home/],
  [
    "a relative home",
    "[x]\nschema = local\nhome = here\ncache = $/shared\n",
    /home = here: give an absolute path/,
  ],
  [
    "another user's home",
    "[x]\nschema = local\nhome = ~root/x\ncache = $/shared\n",
    /home = ~root\/x: give an absolute/,
  ],
  [
    "a missing cache",
    "[x]\nschema = local\nhome = $/h\ncache = $/gone\n",
    /cache \S+gone does not exist; Berth never makes it/,
  ],
  [
    "a file for a cache",
    "[x]\nschema = local\nhome = $/h\ncache = $/profiles.cfg\n",
    /cfg is not a directory/,
  ],
  [
    "a file for a home",
    "[x]\nschema = local\nhome = $/profiles.cfg\ncache = $/shared\n",
    /cfg is not a directory/,
  ],
  [
    "a home below a file",
    "[x]\nschema = local\nhome = $/profiles.cfg/h\ncache = $/shared\n",
    /cannot be written \(part of the path/,
  ],
  [
    "a line that says nothing",
    "[x]\nschema = local\nhome = $/h\ncache = $/shared\ncache dir\n",
    /line 5 of profiles.cfg is not `key = value`/,
  ],
  ["a section twice", "[x]\nschema = local\n\n[x]\nhome = $/h\n", /\[x\] stands on lines 1 and 4/],
  [
    "a name with a space",
    "[my x]\nschema = local\nhome = $/h\ncache = $/shared\n",
    /the name cannot be used/,
  ],
])("%s makes a profile invalid, with the reason, and hides no other", async (_, section, reason) => {
  await using given = await profileWorld({
    file: `${section}\n[ok]\nschema = local\nhome = $/h\ncache = $/shared\n`,
  });
  expect(await given.profiles.list()).toMatchObject([
    { status: "invalid", statusReason: expect.stringMatching(reason) as string },
    { name: "ok", status: "ready", statusReason: null },
  ]);
  expect(await readdir(given.root)).toEqual(["profiles.cfg", "shared"]);
});

test("an edit by hand is seen at the next look, and told", async () => {
  await using given = await profileWorld({ file: twoProfiles });
  await given.profiles.list();
  await writeFile(given.path, "[mine]\n");
  expect((await given.profiles.list()).map(({ name }) => name)).toEqual(["mine"]);
  expect(given.told).toEqual(["profiles", "models"]);
});

test.each([
  ["the first cache that is there", ["gone", "shared", "home2"], "shared"],
  ["the home itself where there is none", ["gone"], "home"],
])("the first start makes a default profile with %s", async (_, candidates, cache) => {
  await using given = await profileWorld();
  await mkdir(join(given.root, "home2"));
  const options = {
    home: given.spec.home,
    cacheCandidates: candidates.map((name) => join(given.root, name)),
  };
  expect(await ensureDefaultProfile(given.profiles, options)).toMatchObject({
    name: "default",
    default: true,
    status: "ready",
    cache: join(given.root, cache),
  });
  expect(await ensureDefaultProfile(given.profiles, options)).toBeUndefined();
  await given.profiles.delete("default");
  expect(await ensureDefaultProfile(given.profiles, options)).toBeUndefined();
});
