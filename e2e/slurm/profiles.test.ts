import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Cluster as ClusterFacts, Profile } from "@berth/api";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Cluster, startCluster } from "./cluster.ts";
import { labObstacle } from "./lab.ts";

describe.skipIf(labObstacle() !== undefined)("profiles of a cluster", () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster({ bare: true, adds: false });
  });
  afterAll(() => cluster.dispose());
  afterEach(async () => {
    for (const { name, schema } of await profiles())
      if (schema === "slurm") await cluster.ok("profile", "rm", name, "--yes");
  });

  const profiles = async (): Promise<readonly Profile[]> =>
    (JSON.parse(await cluster.ok("profile", "ls", "--json")) as { data: Profile[] }).data;
  const shown = async (name: string): Promise<Profile> =>
    JSON.parse(await cluster.ok("profile", "show", name, "--json")) as Profile;
  const file = (): string => readFileSync(join(cluster.berth.home, "profiles.cfg"), "utf8");

  interface Place {
    readonly host?: string;
    readonly user?: string;
    readonly home?: string;
    readonly cache?: string;
    readonly sshConfig?: string;
  }
  const words = (name: string, place: Place = {}): readonly string[] => {
    const { lab } = cluster;
    const { host = lab.host, user = lab.user, home = cluster.home, cache = cluster.cache } = place;
    return [
      "profile",
      "add",
      name,
      "--schema",
      "slurm",
      "--host",
      host,
      "--user",
      user,
      "--home",
      home,
      "--cache",
      cache,
      "--ssh-config",
      place.sshConfig ?? lab.sshConfig,
      "--yes",
    ];
  };

  /** The lab's ssh config with these lines before it. */
  const sshConfig = (name: string, lines: readonly string[]): string => {
    const path = join(cluster.berth.home, `${name}.ssh`);
    writeFileSync(path, [...lines, `Include ${cluster.lab.sshConfig}`, ""].join("\n"));
    return path;
  };

  test("one is added without a question: its home is made, yours alone, and what was found is shown", async () => {
    const out = await cluster.ok(...words("della"), "--partition", "gpu");
    expect(out).toMatch(/^✔ Added profile della$/m);
    expect(out).toMatch(/^slurm +\d\d\.\d\d\.\d+/m);
    expect(out).toMatch(/^accounts +proj$/m);
    expect(out).toMatch(/^gpu +2 +\d +\d +\d +0 +\d\/2 a100, \d\/1 v100 /m);
    expect(out).toMatch(/^debug +00:02:00 +1 +2$/m);
    expect(await shown("della")).toMatchObject({
      status: "ready",
      home: cluster.home,
      slurm: { host: cluster.lab.host, user: cluster.lab.user, partition: "gpu" },
      connection: { state: "connected" },
    });
    const mode = cluster.lab.exec("login", ["stat", "-c", "%a %U", cluster.home]);
    expect(mode.trim()).toBe(`700 ${cluster.lab.user}`);
  });

  test("`~` is the user's there, and a shell that talks at its start is understood", async () => {
    const { lab } = cluster;
    const config = sshConfig("talking", ["Host *", `  IdentityFile ${lab.dir}/laptop/hpcuser2.key`]);
    const place = { user: "hpcuser2", home: "~/be rth's", cache: "~", sshConfig: config };
    await cluster.ok(...words("talking", place));
    try {
      expect(await shown("talking")).toMatchObject({
        status: "ready",
        home: "/home/hpcuser2/be rth's",
        cache: "/home/hpcuser2",
      });
    } finally {
      lab.exec("login", ["rm", "-rf", "/home/hpcuser2/be rth's"]);
    }
  });

  test.each<[string, () => Place, readonly string[], RegExp]>([
    [
      "a cache that is not there",
      () => ({ cache: "/home/nowhere" }),
      [],
      /cache \/home\/nowhere does not exist on the cluster/,
    ],
    [
      "a home that may not be made",
      () => ({ home: "/usr/berth" }),
      [],
      /home \/usr\/berth cannot be made on the cluster: mkdir: .*Permission denied/,
    ],
    [
      "a home of somebody else's, who could change what runs there",
      () => ({ home: "/home/hpcuser2" }),
      [],
      /home \/home\/hpcuser2 belongs to hpcuser2 on the cluster/,
    ],
    ["a relative home", () => ({ home: "berth" }), [], /spec\.home: give an absolute path/],
    ["an option for a host", () => ({ host: "-oProxyCommand=x" }), [], /host: use letters/],
    ["a partition by a slip", () => ({}), ["--partition", "gpuu"], /no partition gpuu: did you mean gpu\?/],
    ["an account by a slip", () => ({}), ["--account", "porj"], /no account porj: did you mean proj\?/],
    [
      "a host that refuses connections",
      () => ({
        host: "closed",
        sshConfig: sshConfig("closed", ["Host closed", "  HostName 127.0.0.1", "  Port 1"]),
      }),
      [],
      /closed cannot be reached: .*Connection refused.*--no-check/,
    ],
    [
      "a host that is none",
      () => ({ host: "no-such-host.invalid" }),
      [],
      /cannot be reached: .*no-such-host/,
    ],
  ])("%s is refused by its field, and nothing is written", async (_, place, more, message) => {
    const before = file();
    const { exitCode, stderr } = await cluster.cli(...words("della", place()), ...more);
    expect(stderr).toMatch(message);
    expect(exitCode).not.toBe(0);
    expect(file()).toBe(before);
  });

  test("a home over quota is refused with the system's words, and is gone again", async () => {
    const { lab } = cluster;
    const home = `/home/${lab.user}/a/b`;
    lab.fault("fill", lab.user);
    try {
      const { exitCode, stderr } = await cluster.cli(...words("full", { home }));
      expect(stderr).toMatch(
        /home \/home\/hpcuser\/a\/b cannot be (?:made|written) on the cluster: .*quota/i,
      );
      expect(exitCode).toBe(1);
    } finally {
      lab.fault("unfill", lab.user);
    }
    expect(lab.exec("login", ["sh", "-c", `ls -d /home/${lab.user}/a || echo gone`])).toContain("gone");
    expect(await profiles()).not.toContainEqual(expect.objectContaining({ name: "full" }));
  });

  test("a key that is not accepted leaves a profile that wants a login, since the login needs one", async () => {
    const { lab } = cluster;
    const config = sshConfig("locked", [
      "Host *",
      `  IdentityFile ${lab.dir}/laptop/noacct.key`,
      "  IdentitiesOnly yes",
    ]);
    // the lab's own config adds the right key, so it is left out here
    writeFileSync(config, readFileSync(lab.sshConfig, "utf8").replace("hpcuser.key", "noacct.key"));
    const { exitCode, stderr } = await cluster.cli(...words("locked", { sshConfig: config }));
    expect([exitCode, stderr]).toEqual([
      0,
      expect.stringMatching(/wants a login, `berth profile login locked`: .*Permission denied/),
    ]);
    expect(await shown("locked")).toMatchObject({ status: "ready", connection: { state: "login_required" } });
  });

  test("an unknown host key leaves one too; nothing was accepted", async () => {
    const known = join(cluster.berth.home, "empty_hosts");
    writeFileSync(known, "");
    const config = sshConfig("stranger", ["Host *", `  UserKnownHostsFile ${known}`]);
    const { exitCode, stderr } = await cluster.cli(...words("stranger", { sshConfig: config }));
    expect([exitCode, stderr]).toEqual([
      0,
      expect.stringMatching(/host key is not known yet, `berth profile login stranger`/),
    ]);
    expect(await shown("stranger")).toMatchObject({ connection: { state: "host_key_unknown" } });
    expect(readFileSync(known, "utf8")).toBe("");
  });

  test("a changed host key is refused, and nothing is written", async () => {
    const { lab } = cluster;
    const known = join(cluster.berth.home, "other_hosts");
    const other = readFileSync(join(lab.dir, "etc/ssh-compute/ssh_host_ed25519_key.pub"), "utf8");
    writeFileSync(known, `login ${other}`);
    const config = sshConfig("changed", ["Host *", `  UserKnownHostsFile ${known}`]);
    const before = file();
    const { exitCode, stderr } = await cluster.cli(...words("changed", { sshConfig: config }));
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringMatching(/host key of login-lo is another than before/),
    ]);
    expect(file()).toBe(before);
  });

  test("added unseen, `~` is looked up by the first command that needs the cluster", async () => {
    await cluster.ok(...words("unseen", { home: "~/unseen" }), "--no-check", "--node", "/usr/bin/node");
    expect(await shown("unseen")).toMatchObject({ status: "invalid", home: "~/unseen" });
    const { exitCode, stderr } = await cluster.cli(
      "run",
      "--profile",
      "unseen",
      "command",
      "--dry-run",
      "--",
      "true",
    );
    expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/`berth profile repair unseen` does/)]);
    const out = await cluster.ok("profile", "repair", "unseen", "--yes");
    expect(out).toMatch(/^✔ \S*launches was made \(repaired\)$/m);
    expect(await shown("unseen")).toMatchObject({
      status: "ready",
      home: `/home/${cluster.lab.user}/unseen`,
    });
    cluster.lab.exec("login", ["rm", "-rf", `/home/${cluster.lab.user}/unseen`]);
  });

  test("an update is asked of the cluster where it must be, and takes fields away", async () => {
    await cluster.ok(...words("della"));
    const refused = await cluster.cli("profile", "update", "della", "--qos", "hihg");
    expect([refused.exitCode, refused.stderr]).toEqual([
      1,
      expect.stringMatching(/no qos hihg: did you mean high\?/),
    ]);
    await cluster.ok(
      "profile",
      "update",
      "della",
      "--qos",
      "high",
      "--time",
      "1:00:00",
      "--setup",
      "export A='b c'",
    );
    expect((await shown("della")).slurm).toMatchObject({
      qos: "high",
      time: "1:00:00",
      setup: "export A='b c'",
    });
    await cluster.ok("profile", "update", "della", "--qos", "", "--setup", "");
    expect(Object.keys((await shown("della")).slurm ?? {}).toSorted()).toEqual([
      "host",
      "sshConfig",
      "time",
      "user",
    ]);
    const gone = await cluster.cli("profile", "update", "della", "--cache", "/home/nowhere");
    expect(gone.stderr).toMatch(/does not exist on the cluster/);
  });

  test("busy nodes and GPUs are counted, within the scheduler's budget", async () => {
    await cluster.ok(...words("della"));
    const { lab } = cluster;
    const id = lab
      .exec(
        "login",
        [
          "sbatch",
          "--parsable",
          "-p",
          "gpu",
          "-C",
          "gpu80",
          "--gres=gpu:a100:1",
          "-D",
          "/tmp",
          "-o",
          "/dev/null",
          "--wrap",
          "sleep 300",
        ],
        { user: lab.user },
      )
      .trim();
    try {
      await expect
        .poll(() => lab.exec("login", ["squeue", "-h", "-j", id, "-o", "%T"]).trim(), { timeout: 60_000 })
        .toBe("RUNNING");
      const text = await cluster.ok("profile", "cluster", "della", "--refresh", "--json");
      const { partitions } = JSON.parse(text) as ClusterFacts;
      expect(partitions.find(({ name }) => name === "gpu")?.gpus).toContainEqual({
        type: "a100",
        total: 2,
        free: 1,
      });
    } finally {
      lab.exec("login", ["scancel", id], { user: lab.user });
    }
  });

  test("repair closes what is open, removes what was left behind, and leaves what is in use", async () => {
    // a Node of the cluster's own: nothing large is carried there
    await cluster.ok(...words("della"), "--node", "/usr/bin/node");
    const { lab, home } = cluster;
    const here = (script: string): string =>
      lab.exec("login", ["sh", "-c", `cd ${home} && ${script}`], { user: lab.user });
    here("mkdir -p runtime/node-0 && echo half > runtime/node-0/x");
    here(
      "chmod 755 . && mkdir -p launches/old-1 launches/young-1 models/.part-x && touch models/y.incomplete",
    );
    here("touch -d '3 days ago' launches/old-1 models/.part-x models/y.incomplete");
    const asked = await cluster.cli("profile", "repair", "della");
    expect([asked.exitCode, asked.stderr]).toEqual([2, expect.stringMatching(/pass --yes/)]);
    const out = await cluster.ok("profile", "repair", "della", "--yes");
    expect(out).toMatch(/is closed to others now \(repaired\)/);
    expect(out).toContain("half transfers removed: 1 (repaired)");
    expect(out).toContain("launches that are over removed: 1 (repaired)");
    expect(out).toContain("damaged programs of Berth removed: 1 (repaired)");
    expect(out).toMatch(/^✔ the runner and its Node are there$/m);
    expect(here("ls runtime").split("\n")).toEqual([expect.stringMatching(/^runner-[0-9a-f]{16}$/), ""]);
    // a download may be resumed for a week
    expect(here("find launches models | sort").split("\n")).toEqual([
      "launches",
      "launches/young-1",
      "models",
      "models/y.incomplete",
      "",
    ]);
    expect(await cluster.ok("profile", "repair", "della", "--yes")).not.toContain("repaired");
  });

  test("Blackfish's profiles are imported as they are, without a connection", async () => {
    const { lab } = cluster;
    const path = join(cluster.berth.home, "blackfish.cfg");
    const section = (name: string): string =>
      `[${name}]\nschema = slurm\nhost = ${lab.host}\nuser = ${lab.user}\nhome_dir = ${cluster.home}\ncache_dir = ${cluster.cache}\n`;
    writeFileSync(path, section("bf") + section("default"));
    const dry = await cluster.ok("profile", "import", path, "--dry-run");
    expect(dry).toContain("✔ would add bf: slurm on hpcuser@login-lo");
    expect(dry).toContain("= default: a profile named default is there");
    await cluster.ok("profile", "import", path);
    expect(await shown("bf")).toMatchObject({ status: "ready", connection: { state: "idle" } });
  });
});
