import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runBerth } from "../../test/run-berth.ts";
import { sampleProfile } from "../../test/samples.ts";
import { startRig } from "../../test/rig.ts";
import type { StubHandlers } from "../../test/stub-server.ts";

const lab = sampleProfile({ id: "lab", name: "lab", default: false });
const profiles: StubHandlers = {
  listProfiles: () => ({ data: [sampleProfile(), lab] }),
  getProfile: ({ params }) => sampleProfile({ id: params.name, name: params.name }),
  createProfile: ({ body }) => sampleProfile({ ...body.spec, id: body.name, name: body.name }),
  updateProfile: ({ params, body }) =>
    sampleProfile({ name: params.name, ...(body.cache === undefined ? {} : { cache: body.cache }) }),
  renameProfile: ({ body }) => sampleProfile({ id: body.to, name: body.to }),
  setDefaultProfile: ({ params }) => sampleProfile({ name: params.name }),
  deleteProfile: () => undefined,
};

test("ls lists them", async () => {
  await using rig = await startRig(profiles);
  expect((await rig.run(["profile", "ls"])).stdout).toMatch(/^default {3}local {4}yes {7}ready/m);
});

const commands: readonly (readonly [words: readonly string[], route: string, asked: object])[] = [
  [["show", "--name", "lab"], "getProfile", { params: { name: "lab" } }],
  [["show", "lab"], "getProfile", { params: { name: "lab" } }],
  [
    ["add", "new", "--schema", "local", "--home", "/h", "--cache", "/c", "--default", "--yes"],
    "createProfile",
    { body: { name: "new", default: true, spec: { schema: "local", home: "/h", cache: "/c" } } },
  ],
  [
    ["create", "--name", "new", "--home", "/h", "--cache", "/c"],
    "createProfile",
    { body: { name: "new", spec: { schema: "local", home: "/h", cache: "/c" } } },
  ],
  [["update", "--cache", "/c"], "updateProfile", { params: { name: "default" }, body: { cache: "/c" } }],
  [
    ["update", "--name", "lab", "--home", "/h"],
    "updateProfile",
    { params: { name: "lab" }, body: { home: "/h" } },
  ],
  [["rename", "lab", "den"], "renameProfile", { params: { name: "lab" }, body: { to: "den" } }],
  [["default", "lab"], "setDefaultProfile", { params: { name: "lab" } }],
  [["rm", "--name", "lab", "--yes"], "deleteProfile", { params: { name: "lab" } }],
];

test.concurrent.for(commands)("profile %j", async ([words, route, asked]) => {
  await using rig = await startRig(profiles);
  const { code, stderr } = await rig.run(["profile", ...words]);
  expect([code, stderr]).toEqual([0, ""]);
  expect(rig.stub.asked.at(-1)).toMatchObject({ route, ...asked });
});

test.concurrent.for([
  [["rm", "lab"], "pass --yes to go ahead; nobody can be asked here: Remove profile lab? Its files stay."],
  [["rm"], "give the profile's name"],
  [["update", "lab"], "say what to change: --home DIR, --cache DIR"],
  [["show", "lab", "--name", "den"], "two names are given, lab and den; which one is meant?"],
] as const)("profile %j changes nothing", async ([words, said]) => {
  await using rig = await startRig(profiles);
  expect(await rig.run(["profile", ...words])).toMatchObject({ code: 2, stderr: `berth: ${said}\n` });
  expect(rig.stub.asked.filter(({ route }) => route !== "getProfile")).toEqual([]);
});

describe("without a server", () => {
  test("the server's own program keeps the profiles, by the same rules", async () => {
    const home = mkdtempSync(join(tmpdir(), "berth-home-"));
    const run = (...words: string[]) => runBerth(words, { env: { BERTH_HOME_DIR: home } });
    try {
      expect(await run("init", "--yes", "--name", "first", "--cache", tmpdir())).toMatchObject({
        code: 0,
        stderr: "",
      });
      expect(
        await run("profile", "add", "lab", "--home", join(home, "lab"), "--cache", tmpdir(), "--yes"),
      ).toMatchObject({
        code: 0,
        stdout: "✔ Added profile lab\n",
      });
      const again = await run(
        "profile",
        "add",
        "lab",
        "--home",
        join(home, "lab"),
        "--cache",
        tmpdir(),
        "--yes",
      );
      expect([again.code, again.stdout]).toEqual([1, ""]);
      expect(again.stderr).toMatch(/^berth: [^\n]*lab[^\n]*\n$/);
      expect((await run("profile", "show", "nope")).code).toBe(5);
      const { stdout } = await run("profile", "ls", "--json");
      const { data } = JSON.parse(stdout) as { data: { name: string; default: boolean }[] };
      expect(data.map(({ name, default: isDefault }) => [name, isDefault])).toEqual([
        ["first", true],
        ["lab", false],
      ]);
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });

  test("a server that was named is not gone around", async () => {
    expect((await runBerth(["profile", "ls", "--url", "http://127.0.0.1:1"])).code).toBe(3);
  });
});
