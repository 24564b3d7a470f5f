import { BerthError, type UpdateProfile } from "@berth/api";
import { expect, test } from "vitest";
import { profileWorld } from "../testing/profile-world.ts";

const spec = {
  schema: "slurm",
  host: "della.example.edu",
  user: "me",
  home: "~/berth",
  cache: "/data/models",
};

test("`~` of the ssh config is this machine's", async () => {
  await using given = await profileWorld({ file: `${della}ssh_config = ~/clusters\n` });
  expect((await given.profiles.get("della")).slurm?.sshConfig).toBe(`${given.root}/clusters`);
});

const della = `[della]
type = slurm
host = della.example.edu
user = me
home_dir = /home/me/berth
# shared by the group
cache_dir = /data/models/
partition = gpu
setup = module load apptainer && export X="a b"
`;

test("a cluster's profile is written as the cluster understands it, and shown with its connection", async () => {
  await using given = await profileWorld();
  const extra = { sshConfig: "/etc/my ssh", partition: "gpu", qos: "high", setup: "module load x && y='z'" };
  const profile = await given.profiles.create({ name: "della", spec: { ...spec, ...extra } });
  expect(profile).toEqual({
    id: "della",
    name: "della",
    default: true,
    status: "ready",
    statusReason: null,
    schema: "slurm",
    home: "/home/me/berth",
    cache: "/data/models",
    slurm: { host: spec.host, user: "me", ...extra },
    connection: { state: "connected", reason: null, since: null, transport: null },
  });
  expect(await given.text()).toBe(`[della]
schema = slurm
host = della.example.edu
user = me
home = /home/me/berth
cache = /data/models
ssh_config = /etc/my ssh
partition = gpu
qos = high
setup = module load x && y='z'
default = true
`);
  expect(given.sites.asked).toEqual(["prepare della.example.edu", "cluster della.example.edu"]);
});

test("Blackfish's section is read as it is, and looking at it asks nobody", async () => {
  await using given = await profileWorld({ file: della });
  expect(await given.profiles.list()).toMatchObject([
    {
      status: "ready",
      schema: "slurm",
      home: "/home/me/berth",
      cache: "/data/models",
      slurm: { host: "della.example.edu", user: "me", partition: "gpu" },
      connection: { state: "idle" },
    },
  ]);
  expect(given.sites.asked).toEqual([]);
});

test.each([
  ["host = della.example.edu\n", "", /no host: add `host = /],
  [
    "host = della.example.edu",
    "host = -oProxyCommand=x",
    /line 3 of profiles.cfg, host = -oProxyCommand=x: use/,
  ],
  ["partition = gpu", "partition = g pu", /line 8 of profiles.cfg, partition = g pu: use letters/],
  ["partition = gpu", "time = soon", /line 8 of profiles.cfg, time = soon: give minutes/],
  ["partition = gpu", "runtime = docker", /line 8 of profiles.cfg, runtime = docker/],
  ["/home/me/berth", "berth", /line 5 of profiles.cfg, home = berth: give an absolute path/],
  [
    "/home/me/berth",
    "~/berth",
    /nobody has asked the cluster yet what ~ is there; `berth profile repair della`/,
  ],
])("%j in place of which stands %j makes it invalid", async (from, to, reason) => {
  await using given = await profileWorld({ file: della.replace(from, to) });
  expect(await given.profiles.get("della")).toMatchObject({
    status: "invalid",
    statusReason: expect.stringMatching(reason) as string,
  });
});

test.each<[string, Record<string, string>, string, string, RegExp]>([
  ["no host", { host: "" }, "invalid_request", "spec.host", /host/],
  ["an option for a host", { host: "-v" }, "invalid_request", "spec.host", /use letters/],
  ["a relative home", { home: "berth" }, "invalid_request", "spec.home", /absolute/],
  ["another's ~", { cache: "~root/x" }, "invalid_request", "spec.cache", /absolute/],
  ["a setup of two lines", { setup: "a\nb" }, "invalid_request", "spec.setup", /one line/],
  ["a partition by a slip", { partition: "gpuu" }, "unprocessable", "spec.partition", /did you mean gpu\?/],
])("%s is refused, and nothing is written", async (_, change, code, param, message) => {
  await using given = await profileWorld({ file: "# mine\n" });
  const creating = given.profiles.create({ name: "della", spec: { ...spec, ...change } });
  await expect(creating).rejects.toMatchObject({ code, param });
  await expect(creating).rejects.toThrow(message);
  expect(await given.text()).toBe("# mine\n");
});

const absentCache = new BerthError("unprocessable", "cache /data/models does not exist", { param: "cache" });
const unreachable = new BerthError("host_unreachable", "no route to host");
const changedKey = new BerthError("host_key_refused", "the host key has changed");

test.each([
  ["a missing cache", absentCache, "unreachable", "spec.cache"],
  ["a host that does not answer", unreachable, "unreachable", "spec.host"],
  ["a changed host key", changedKey, "host_key_changed", "spec.host"],
] as const)("%s is told by its field, and nothing is written", async (_, error, state, param) => {
  await using given = await profileWorld({ file: "" });
  given.sites.failWith(error, state);
  await expect(given.profiles.create({ name: "della", spec })).rejects.toMatchObject({
    code: error.code,
    param,
  });
  expect(await given.text()).toBe("");
  expect(given.sites.kept).toEqual([[]]);
});

test.each([
  ["wants a login", new BerthError("login_required", "Password:"), "login_required"],
  ["has an unknown host key", new BerthError("host_key_refused", "unknown"), "host_key_unknown"],
] as const)(
  "a cluster that %s is added all the same, since the login needs the profile",
  async (_, error, state) => {
    await using given = await profileWorld();
    given.sites.failWith(error, state);
    const home = "/home/me/berth";
    const profile = await given.profiles.create({ name: "della", spec: { ...spec, home } });
    expect(profile).toMatchObject({ status: "ready", home, connection: { state } });
  },
);

test("added unseen, `~` is looked up when the cluster can be asked", async () => {
  await using given = await profileWorld();
  const unseen = await given.profiles.create({ name: "della", spec, check: false });
  expect(unseen).toMatchObject({ status: "invalid", home: "~/berth", connection: { state: "idle" } });
  expect(given.sites.asked).toEqual([]);
  expect(await given.profiles.settle("della")).toMatchObject({ status: "ready", home: "/home/me/berth" });
  await given.profiles.settle("della");
  expect(given.sites.asked).toEqual(["prepare della.example.edu"]);
});

const updates: readonly (readonly [string, UpdateProfile, string, readonly string[]])[] = [
  ["time alone, and nobody is asked", { time: "1:00:00" }, `${della}time = 1:00:00\n`, []],
  [
    "its cache, under Blackfish's key",
    { cache: "/data/new" },
    della.replace("/data/models/", "/data/new"),
    ["prepare della.example.edu"],
  ],
  [
    "a partition",
    { partition: "cpu" },
    della.replace("partition = gpu", "partition = cpu"),
    ["cluster della.example.edu"],
  ],
  ["a partition away", { partition: null }, della.replace("partition = gpu\n", ""), []],
  ["its host, unseen", { host: "other", check: false }, della.replace("della.example.edu", "other"), []],
];

test.each(updates)("an update changes %s", async (_, change, text, asked) => {
  await using given = await profileWorld({ file: della });
  await given.profiles.update("della", change);
  expect(await given.text()).toBe(text);
  expect(given.sites.asked).toEqual(asked);
  expect(given.sites.kept).toEqual([["della"]]);
});

test("an update mends a line that makes the profile invalid", async () => {
  await using given = await profileWorld({ file: della.replace("partition = gpu", "partition = g pu") });
  expect(await given.profiles.update("della", { partition: "gpu" })).toMatchObject({ status: "ready" });
});

test("host, user and home stay while services live there; other things may change", async () => {
  await using given = await profileWorld({ file: della, usedBy: ["quiet-heron"] });
  for (const change of [{ host: "other" }, { user: "you" }, { home: "/elsewhere" }]) {
    await expect(given.profiles.update("della", change)).rejects.toMatchObject({ code: "conflict" });
  }
  await given.profiles.update("della", { host: "della.example.edu", time: "30" });
});

test("a local profile has no host", async () => {
  await using given = await profileWorld({ file: "[desk]\nschema = local\nhome = $/h\ncache = $/shared\n" });
  await expect(given.profiles.update("desk", { host: "x" })).rejects.toMatchObject({
    code: "invalid_request",
    param: "host",
  });
});
