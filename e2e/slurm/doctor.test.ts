import type { Check, Profile, SlurmFacts } from "@berth/api";
import { ClusterFacts, checkSite, SchedulerMeter } from "@berth/launchers/cluster";
import { FakeClock, systemClock } from "@berth/std/clock";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cluster, profileName, startCluster } from "./cluster.ts";
import { labObstacle } from "./lab.ts";
import { openSshPlace, type SshPlace } from "./ssh-place.ts";

const never = new AbortController().signal;

describe.skipIf(labObstacle() !== undefined)("doctor, of a cluster", () => {
  let cluster: Cluster;
  let place: SshPlace;
  beforeAll(async () => {
    cluster = await startCluster();
    place = openSshPlace(cluster.lab);
  });
  afterAll(async () => {
    await place[Symbol.asyncDispose]();
    await cluster.dispose();
  });
  const doctor = async (...words: readonly string[]) => {
    const { exitCode, stdout } = await cluster.cli("doctor", "--profile", profileName, "--json", ...words);
    const { data } = JSON.parse(stdout) as { data: Check[] };
    return { exitCode, checks: byId(data) };
  };

  /** Looked at from here, with a scheduler's budget of its own. */
  const inProcess = (
    change: Partial<Pick<Profile, "home" | "cache">> & { slurm?: Partial<SlurmFacts> } = {},
  ) => {
    const { host: name, user, sshConfig } = cluster.lab;
    const slurm: SlurmFacts = { host: name, user, sshConfig, ...change.slurm };
    const profile: Profile = {
      id: "lab",
      name: "lab",
      default: true,
      schema: "slurm",
      connection: null,
      status: "ready",
      statusReason: null,
      home: cluster.home,
      cache: cluster.cache,
      ...change,
      slurm,
    };
    const host = place.open({ user: slurm.user ?? user, sshConfig: slurm.sshConfig ?? sshConfig });
    const meter = new SchedulerMeter(systemClock);
    const facts = new ClusterFacts({ host, meter, clock: systemClock, setup: undefined });
    const options = {
      profile,
      host,
      facts,
      meter,
      clock: systemClock,
      hubUrl: "https://hub.invalid",
      deep: false,
    };
    return { options, meter };
  };

  const byId = (checks: readonly Check[]): ReadonlyMap<string, Check> =>
    new Map(checks.map((check) => [check.id, check]));

  test("a whole cluster is told in words and as JSON, and nothing fails", async () => {
    const { exitCode, checks } = await doctor();
    expect(exitCode).toBe(0);
    expect([...checks.values()].filter(({ status }) => status === "failed")).toEqual([]);
    for (const id of [
      "connection",
      "slurm",
      "partitions",
      "accounts",
      "forwarding",
      "home",
      "cache",
      "clock",
      "node",
    ])
      expect(checks.get(id), id).toMatchObject({ status: "ok", fix: null });
    expect(checks.get("partitions")?.message).toContain("2 a100");
    const { stdout } = await cluster.cli("doctor", "--profile", profileName);
    expect(stdout).toMatch(/^✔ accounts: proj \(debug, high, low, normal\); debug at most 00:02:00$/m);
  });

  test("a scheduler that is away fails its own check and no other, and says that nothing is lost", async () => {
    const { lab } = cluster;
    const { options } = inProcess();
    lab.fault("kill", "slurmctld", "ctl");
    try {
      const checks = byId(await checkSite(options, never));
      expect(checks.get("scheduler")).toMatchObject({
        status: "failed",
        message: expect.stringContaining("Unable to contact slurm controller") as string,
        fix: expect.stringContaining("nothing is wrong with what runs") as string,
      });
      expect(checks.get("home")).toMatchObject({ status: "ok" });
    } finally {
      lab.fault("start", "slurmctld", "ctl");
    }
    // whatever else a node does, it is heard of again
    await expect
      .poll(() => lab.exec("login", ["sinfo", "-h", "-N", "-o", "%N %T"]), { timeout: 150_000 })
      .not.toMatch(/\*|unknown/);
  });

  test("a compute node is looked at by a Slurm job, of which nothing stays", async () => {
    const { exitCode, checks } = await doctor("--deep");
    expect(exitCode).toBe(0);
    expect(checks.get("compute-node")).toMatchObject({ status: "ok" });
    expect(checks.get("ports")?.message).toMatch(/^a port of \S+ is reached by SSH forwarding$/);
    expect(checks.get("compute-internet")).toMatchObject({ status: "warning" });
    const { lab, home } = cluster;
    expect(lab.exec("login", ["sh", "-c", `ls -A ${home}`])).not.toContain("doctor-");
  });

  test("a Slurm job that does not start in time is cancelled, and the reason told", async () => {
    const { lab } = cluster;
    const { options, meter } = inProcess({ slurm: { partition: "cpu" } });
    lab.fault("drain", "c1");
    try {
      const checks = await checkSite({ ...options, deep: true, deepWaitMs: 4000 }, never);
      expect(checks.at(-1)).toMatchObject({
        id: "compute-node",
        status: "warning",
        message: expect.stringMatching(/did not start within 4 s, and was cancelled: PENDING \(/) as string,
      });
    } finally {
      lab.fault("resume", "c1");
    }
    expect(lab.exec("login", ["squeue", "-h", "-n", "berth-doctor"])).toBe("");
    expect(meter.total).toBeLessThanOrEqual(8);
  });

  test("where forwarding is off, the relay is tried and told", async () => {
    place.sshd("AllowTcpForwarding no");
    const sshConfig = place.config([`IdentityFile ${cluster.lab.dir}/laptop/hpcuser2.key`]);
    const paths = { home: "/home/hpcuser2/.berth", cache: "/home/hpcuser2" };
    const { options } = inProcess({ ...paths, slurm: { user: "hpcuser2", sshConfig } });
    const checks = byId(await checkSite(options, never));
    place.sshd("");
    expect(checks.get("forwarding")).toMatchObject({
      status: "warning",
      message: expect.stringContaining("a relay on the login node") as string,
    });
    expect(checks.get("home")).toMatchObject({
      status: "failed",
      fix: expect.stringContaining("berth profile repair lab") as string,
    });
  });

  test("a cluster that cannot be reached is one failed check that says what to try", async () => {
    const { lab } = cluster;
    lab.fault("kill", "sshd", "login");
    lab.fault("drop-ssh");
    try {
      const { exitCode, checks } = await doctor();
      expect(exitCode).toBe(1);
      expect(checks.get("connection")).toMatchObject({
        status: "failed",
        fix: expect.stringContaining("VPN") as string,
      });
    } finally {
      lab.fault("start", "sshd", "login");
    }
  });

  test("however often it is asked, a cluster's scheduler hears six calls a minute", async () => {
    const clock = new FakeClock();
    const meter = new SchedulerMeter(clock);
    // a connection of its own: those of before were just lost, and come back when they will
    const host = place.open({ sshConfig: place.config([]) });
    const facts = new ClusterFacts({ host, meter, clock, setup: undefined });
    const first = await facts.read({ refresh: false }, never);
    for (let asked = 0; asked < 5; asked += 1)
      expect(await facts.read({ refresh: true }, never)).toEqual(first);
    expect(meter.total).toBeLessThanOrEqual(6);
    await clock.advance(61_000);
    expect((await facts.read({ refresh: false }, never)).seenAt).toBeGreaterThan(first.seenAt);
  });
});
