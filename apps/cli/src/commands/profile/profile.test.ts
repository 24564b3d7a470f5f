import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Cluster } from "@berth/api";
import { describe, expect, test } from "vitest";
import { runBerth } from "../../test/run-berth.ts";
import { sampleProfile } from "../../test/samples.ts";
import { startRig } from "../../test/rig.ts";
import type { StubHandlers } from "../../test/stub-server.ts";

const lab = sampleProfile({ id: "lab", name: "lab", default: false });
const noLimits = { maxWall: null, maxJobsPerUser: null, maxSubmitPerUser: null };
const sampleCluster: Cluster = {
  slurmVersion: "22.05.8",
  arch: "x86_64",
  runtimes: ["apptainer", "process"],
  hasAccounting: true,
  accounts: [{ name: "proj", qos: ["normal"] }],
  qos: [
    { name: "normal", ...noLimits },
    { name: "secret", ...noLimits },
  ],
  partitions: [
    {
      name: "gpu",
      isDefault: true,
      state: "up",
      defaultTime: null,
      maxTime: "1-00:00:00",
      nodes: { total: 2, idle: 1, mixed: 1, busy: 0, away: 0 },
      cpus: { total: 12, idle: 11 },
      memoryMiBPerNode: 4096,
      gpus: [{ type: "a100", total: 2, free: 1 }],
      features: ["gpu80", "a100"],
    },
  ],
  seenAt: 0,
};
const profiles: StubHandlers = {
  listProfiles: () => ({ data: [sampleProfile(), lab] }),
  getProfile: ({ params }) => sampleProfile({ id: params.name, name: params.name }),
  createProfile: ({ body }) => sampleProfile({ ...body.spec, id: body.name, name: body.name }),
  updateProfile: ({ params, body }) =>
    sampleProfile({ name: params.name, ...(body.cache === undefined ? {} : { cache: body.cache }) }),
  renameProfile: ({ body }) => sampleProfile({ id: body.to, name: body.to }),
  setDefaultProfile: ({ params }) => sampleProfile({ name: params.name }),
  deleteProfile: () => undefined,
  getCluster: () => sampleCluster,
  repairProfile: () => ({ data: [{ id: "home", status: "repaired", message: "/h was made" }] }),
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
  [
    [
      "add",
      "della",
      "--schema",
      "slurm",
      "--host",
      "della.edu",
      "--home",
      "~/b",
      "--cache",
      "/c",
      "--ssh-config",
      "/etc/x",
      "--partition",
      "gpu",
      "--setup",
      "module load x && y",
      "--no-check",
      "--yes",
    ],
    "createProfile",
    {
      body: {
        name: "della",
        check: false,
        spec: {
          schema: "slurm",
          host: "della.edu",
          home: "~/b",
          cache: "/c",
          sshConfig: "/etc/x",
          partition: "gpu",
          setup: "module load x && y",
        },
      },
    },
  ],
  [
    ["update", "lab", "--partition", "gpu", "--qos", ""],
    "updateProfile",
    { params: { name: "lab" }, body: { partition: "gpu", qos: null } },
  ],
  [["cluster", "lab", "--refresh"], "getCluster", { params: { name: "lab" }, query: { refresh: "true" } }],
  [["repair", "lab", "--yes"], "repairProfile", { params: { name: "lab" } }],
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
  [["update", "lab"], "say what to change: --home DIR, --cache DIR, --partition NAME ..."],
  [["add", "x", "--schema", "pbs"], '--schema: there is no schema "pbs"; use local or slurm'],
  [["add", "x", "--host", "h", "--home", "/h"], "give --cache DIR"],
  [
    ["repair", "lab"],
    "pass --yes to go ahead; nobody can be asked here: Repair /home/me/.berth of profile lab? Half transfers and ended launches there are removed.",
  ],
  [["show", "lab", "--name", "den"], "two names are given, lab and den; which one is meant?"],
] as const)("profile %j changes nothing", async ([words, said]) => {
  await using rig = await startRig(profiles);
  expect(await rig.run(["profile", ...words])).toMatchObject({ code: 2, stderr: `berth: ${said}\n` });
  expect(rig.stub.asked.filter(({ route }) => route !== "getProfile")).toEqual([]);
});

const della = sampleProfile({
  name: "della",
  schema: "slurm",
  slurm: { host: "della.edu", partition: "gpu" },
  connection: { state: "connected", reason: null, since: 0, transport: "forward" },
});

test("a cluster's profile is shown with what the cluster has, and what is not for this user left out", async () => {
  await using rig = await startRig({ ...profiles, getProfile: () => della });
  const { stdout } = await rig.run(["profile", "show", "della"]);
  expect(stdout).toContain("connection   connected (forward)\nhost         della.edu\n");
  expect(stdout).toContain(
    "slurm      22.05.8\narch       x86_64\nruntimes   apptainer, process\naccounts   proj\n",
  );
  expect(stdout).toMatch(/^gpu \(default\) +2 +1 +1 +0 +0 +1\/2 a100 +4(\.0)? GiB +1-00:00:00 +gpu80,a100$/m);
  expect(stdout).toMatch(/^normal +no limit/m);
  expect(stdout).not.toContain("secret");
});

test.each([
  [["profile", "show", "della"], "getProfile"],
  [
    ["profile", "add", "della", "--schema", "slurm", "--host", "h", "--home", "/h", "--cache", "/c"],
    "createProfile",
  ],
] as const)("a cluster that wants a login is not asked what it has: %j", async (words, last) => {
  const connection = {
    state: "login_required",
    reason: "Permission denied",
    since: 0,
    transport: null,
  } as const;
  const waiting = { ...della, connection };
  await using rig = await startRig({ ...profiles, getProfile: () => waiting, createProfile: () => waiting });
  const { code, stderr } = await rig.run(words);
  expect([code, stderr]).toEqual([
    0,
    "⚠ della: it wants a login, `berth profile login della`: Permission denied\n",
  ]);
  expect(rig.stub.asked.at(-1)?.route).toBe(last);
});

test("an import sends what the file holds and tells each; what cannot be used is exit code 1", async () => {
  await using rig = await startRig({
    importProfiles: () => ({
      data: [
        { name: "della", outcome: "added", message: "slurm on della.edu" },
        { name: "lab", outcome: "exists", message: "a profile named lab is there" },
        { name: "pod", outcome: "invalid", message: "unknown schema" },
      ],
    }),
  });
  const file = join(mkdtempSync(join(tmpdir(), "berth-import-")), "profiles.cfg");
  writeFileSync(file, "[della]\n");
  const { code, stdout, stderr } = await rig.run(["profile", "import", file, "--dry-run"]);
  expect(rig.stub.asked.at(-1)).toMatchObject({ body: { text: "[della]\n", dryRun: true } });
  expect(stdout).toBe(
    "✔ would add della: slurm on della.edu\n= lab: a profile named lab is there\n✖ pod: unknown schema\n",
  );
  expect([code, stderr]).toEqual([1, "berth: 1 of 3 profiles cannot be used\n"]);
  expect((await rig.run(["profile", "import", "/nowhere.cfg"])).code).toBe(5);
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
