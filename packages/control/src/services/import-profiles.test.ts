import { expect, test } from "vitest";
import { profileWorld } from "../testing/profile-world.ts";
import { importProfiles } from "./import-profiles.ts";

/** As Blackfish writes it. */
const blackfish = `[default]
schema = slurm
host = della.princeton.edu
user = me
home_dir = /home/me/.blackfish
cache_dir = /scratch/gpfs/shared/.blackfish
default = true

[macbook]
type = local
host = localhost
user = me
home_dir = $/bf
cache_dir = $/shared

[gone]
schema = local
home_dir = $/gone
cache_dir = $/nowhere

[pod]
schema = kubernetes
`;

test("what is not there yet is added, each is told, and what exists stays as it is", async () => {
  await using given = await profileWorld({
    file: "[default]\nschema = local\nhome = $/h\ncache = $/shared\n",
  });
  const text = blackfish.replaceAll("$", given.root).replace("[default]", "[della]");
  const told = await importProfiles(given.profiles, text, { dryRun: false });
  expect(told.map(({ name, outcome }) => [name, outcome])).toEqual([
    ["della", "added"],
    ["macbook", "added"],
    ["gone", "invalid"],
    ["pod", "invalid"],
  ]);
  expect(told[0]?.message).toBe(
    "slurm on me@della.princeton.edu: home /home/me/.blackfish, cache /scratch/gpfs/shared/.blackfish",
  );
  expect(told[2]?.message).toMatch(/never makes it/);
  expect(told[3]?.message).toMatch(/unknown schema "kubernetes"/);
  expect(await given.profiles.list()).toMatchObject([
    { name: "default", default: true, schema: "local" },
    { name: "della", default: false, status: "ready", slurm: { host: "della.princeton.edu", user: "me" } },
    { name: "macbook", status: "ready" },
  ]);
  expect(given.sites.asked).toEqual([]);
  const again = await importProfiles(given.profiles, text, { dryRun: false });
  expect(again.slice(0, 2).map(({ outcome }) => outcome)).toEqual(["exists", "exists"]);
});

test("a dry run tells the same and writes nothing", async () => {
  await using given = await profileWorld({ file: "# mine\n" });
  const text = `stray = 1\n${blackfish.replaceAll("$", given.root)}[default]\nschema = local\n`;
  const told = await importProfiles(given.profiles, text, { dryRun: true });
  expect(told.map(({ name, outcome }) => [name, outcome])).toEqual([
    ["", "invalid"],
    ["default", "added"],
    ["macbook", "added"],
    ["gone", "invalid"],
    ["pod", "invalid"],
    ["default", "invalid"],
  ]);
  expect(await given.text()).toBe("# mine\n");
});
