import type { BerthError } from "@berth/api";
import type { LaunchRef, Launcher, Observation } from "@berth/launchers";
import { SchedulerMeter } from "@berth/launchers/cluster";
import { systemClock } from "@berth/std/clock";
import { shellQuote } from "@berth/std/shell-quote";
import { afterEach, describe, expect, test } from "vitest";
import { until } from "../../until.ts";
import { labObstacle, startLab } from "../lab.ts";
import { SlurmPlace } from "./slurm-place.ts";

const patience = new AbortController().signal;
const longMs = 150_000;

type Seen<K extends Observation["kind"]> = Extract<Observation, { kind: K }>;

async function look(launcher: Launcher, ref: LaunchRef): Promise<Observation> {
  const seen = (await launcher.observe([ref], patience)).get(ref.launchId);
  if (seen === undefined) throw new Error("it was not observed");
  return seen;
}

async function lookUntil<K extends Observation["kind"]>(
  launcher: Launcher,
  ref: LaunchRef,
  kind: K,
  isSo: (seen: Seen<K>) => boolean = () => true,
): Promise<Seen<K>> {
  let last: Observation | undefined;
  try {
    return await until(
      kind,
      async () => {
        last = await look(launcher, ref);
        return last.kind === kind && isSo(last as Seen<K>) ? (last as Seen<K>) : undefined;
      },
      longMs,
    );
  } catch (cause) {
    throw new Error(`${kind}: ${JSON.stringify(last)}`, { cause });
  }
}

const ready = (launcher: Launcher, ref: LaunchRef): Promise<Seen<"running">> =>
  lookUntil(launcher, ref, "running", ({ state }) => state?.phase === "ready");

/** A ready engine. */
async function serve(place: SlurmPlace, options: Parameters<SlurmPlace["request"]>[1] = {}) {
  const launcher = place.launcher();
  const request = place.request({ kind: "serve", lines: 1 }, options);
  const handle = await launcher.launch(request, patience);
  await ready(launcher, request);
  return { launcher, request: { ...request, handle } };
}

const jobsOf = (place: SlurmPlace, ref: LaunchRef): string[] =>
  place
    .user("squeue", "-h", "-t", "all", `--name=berth:${ref.homeId}:${ref.launchId}`, "-o", "%A")
    .split("\n")
    .filter((line) => line !== "");

describe.skipIf(labObstacle() !== undefined)("a launch on a real cluster", { timeout: 300_000 }, () => {
  let mend: (() => void) | undefined;
  afterEach(() => {
    mend?.();
    mend = undefined;
  });

  test("a server killed between sbatch and its record finds the job again, and starts no second", async () => {
    await using place = new SlurmPlace();
    const { request, launcher } = await serve(place);
    const { dir } = JSON.parse(request.handle) as { dir: string };
    const id = place.jobId(request);
    place.user("sh", "-c", 'cd "$0" && rm job && date +%s >submitting', dir);
    const later = place.launcher();
    const found = await ready(later, { ...request, handle: undefined });
    expect(found.job?.id).toBe(id);
    const handle = await place.launcher().launch({ ...request, handle: undefined }, patience);
    expect(JSON.parse(handle)).toMatchObject({ jobId: id });
    expect(jobsOf(place, request)).toEqual([id]);
    expect(await place.starts(request)).toBe(1);
    await launcher.stop(request, { graceMs: 5_000 }, patience);
  });

  test("a server killed before sbatch was reached has launched nothing, and may launch", async () => {
    await using place = new SlurmPlace();
    const launcher = place.launcher();
    const request = place.request({ kind: "serve", lines: 0 });
    place.user("sh", "-c", 'umask 077; mkdir -p "$0" && cd "$0" && date +%s >submitting', place.dir(request));
    await lookUntil(launcher, request, "absent");
    await launcher.launch(request, patience);
    await ready(launcher, request);
    expect(jobsOf(place, request)).toHaveLength(1);
  });

  test("a session that is lost while it submits leaves one job, or none that is not found", async () => {
    await using place = new SlurmPlace();
    const request = place.request({ kind: "serve", lines: 0 });
    const launching = place.launcher().launch(request, patience);
    await until("directory", () =>
      place.user("sh", "-c", 'ls -d "$0" 2>/dev/null || true', place.dir(request)) === "" ? undefined : true,
    );
    place.lab.fault("drop-ssh");
    await launching.catch(() => undefined);
    const launcher = place.launcher();
    await until("a launch", () =>
      launcher.launch(request, patience).catch((error: BerthError) => {
        if (error.code !== "host_unreachable") throw error;
        return undefined;
      }),
    );
    await ready(launcher, request);
    expect(jobsOf(place, request)).toHaveLength(1);
    expect(await place.starts(request)).toBe(1);
  });

  test("a job cancelled by the administrator is told so, and by whom", async () => {
    await using place = new SlurmPlace();
    const { launcher, request } = await serve(place);
    place.lab.exec("ctl", ["scancel", place.jobId(request)]);
    const seen = await lookUntil(launcher, request, "exited");
    expect(seen).toMatchObject({ cause: "cancelled", exit: { requested: false } });
    expect(seen.exit.reason).toMatch(/was cancelled by root$/);
    expect(seen.exit.logTail.join("\n")).toContain("line 1");
    expect(await look(place.launcher(), request)).toEqual(seen);
  });

  test("a job put back by the administrator waits, and runs again in a run of its own", async () => {
    await using place = new SlurmPlace();
    const { launcher, request } = await serve(place);
    place.lab.exec("ctl", ["scontrol", "requeue", place.jobId(request)]);
    const waiting = await lookUntil(launcher, request, "queued");
    expect(waiting.job).toMatchObject({ requeues: 1, state: "PENDING", id: place.jobId(request) });
    expect(waiting.detail).toMatch(/^put back into the queue/);
    const again = await ready(launcher, request);
    expect(again.job).toMatchObject({ requeues: 1, state: "RUNNING" });
    expect(await place.starts(request)).toBe(2);
    await launcher.stop(request, { graceMs: 5_000 }, patience);
    expect(await place.living(request)).toBe(0);
  });

  test("a suspended job is running, and nothing is wrong with it", async () => {
    await using place = new SlurmPlace();
    const { launcher, request } = await serve(place);
    place.lab.exec("ctl", ["scontrol", "suspend", place.jobId(request)]);
    const fresh = place.launcher();
    expect(await lookUntil(fresh, request, "running")).toMatchObject({
      suspended: true,
      job: { state: "SUSPENDED" },
    });
    place.lab.exec("ctl", ["scontrol", "resume", place.jobId(request)]);
    expect((await lookUntil(place.launcher(), request, "running")).suspended).toBeUndefined();
    await launcher.stop(request, { graceMs: 5_000 }, patience);
  });

  test("an engine that takes too much memory is told to have", async () => {
    await using place = new SlurmPlace();
    const launcher = place.launcher();
    const eater = [
      "python3",
      "-c",
      "import time; time.sleep(2); x = bytearray(600 << 20); time.sleep(60)",
      "{socket}",
    ];
    const request = place.requestCommand(eater, { resources: { memoryMiB: 300 } });
    await launcher.launch(request, patience);
    const seen = await lookUntil(launcher, request, "exited");
    expect(seen).toMatchObject({ cause: "out_of_memory", exit: { requested: false } });
    expect(seen.exit.reason).toMatch(/memory/);
  });

  test("a job that a better one preempts is told so", async () => {
    await using place = new SlurmPlace();
    const { launcher, request } = await serve(place, {
      resources: { partition: "gpu", constraint: "gpu32", gres: "1", qos: "low" },
    });
    const better = place
      .user(
        "sbatch",
        "--parsable",
        "-q",
        "high",
        "-p",
        "gpu",
        "-C",
        "gpu32",
        "--gres=gpu:1",
        "-o",
        "/dev/null",
        "--wrap",
        "sleep 60",
      )
      .trim();
    try {
      expect(await lookUntil(launcher, request, "exited")).toMatchObject({
        cause: "preempted",
        exit: { requested: false, reason: expect.stringMatching(/preempted/) as string },
      });
    } finally {
      place.user("scancel", better);
    }
  });

  test("why it waits, until when and behind whom is told", async () => {
    await using place = new SlurmPlace();
    const lots = ["-p", "gpu", "-C", "gpu80", "-o", "/dev/null", "-t", "30"];
    const full = place.user("sbatch", "--parsable", ...lots, "--gres=gpu:2", "--wrap", "sleep 600").trim();
    const before = place.user("sbatch", "--parsable", ...lots, "--gres=gpu:2", "--wrap", "sleep 600").trim();
    try {
      const launcher = place.launcher();
      const request = place.request(
        { kind: "serve", lines: 0 },
        { resources: { partition: "gpu", constraint: "gpu80", gres: "gpu:a100:2" } },
      );
      await launcher.launch(request, patience);
      const seen = await lookUntil(
        launcher,
        request,
        "queued",
        ({ job }) => typeof job?.jobsAhead === "number" && job.expectedStartAt !== null,
      );
      expect(seen.detail).toMatch(/\((?:Priority|Resources)\)$/);
      expect(seen.job).toMatchObject({ state: "PENDING", partition: "gpu", jobsAhead: 1, node: null });
      expect(seen.expectedStartMs).toBeGreaterThan(Date.now() + 10 * 60_000);
      const expected = await launcher.expectedStart(request, patience);
      expect(expected).toBeGreaterThan(Date.now());
      await launcher.stop(request, { graceMs: 5_000 }, patience);
      expect(await look(launcher, request)).toMatchObject({
        kind: "exited",
        exit: { requested: true, reason: "stopped before it began" },
      });
    } finally {
      place.user("scancel", full, before);
    }
  });

  test("what runs tells its job's facts, in our time", async () => {
    await using place = new SlurmPlace();
    const { request } = await serve(place);
    const { job, address, transport } = await lookUntil(
      place.launcher(),
      request,
      "running",
      ({ job: known }) => known?.endsAt !== null,
    );
    expect(job).toMatchObject({
      id: place.jobId(request),
      state: "RUNNING",
      partition: "cpu",
      node: "c1",
      requeues: 0,
      reason: null,
    });
    expect(Math.abs((job?.endsAt ?? 0) - (job?.startedAt ?? 0) - 20 * 60_000)).toBeLessThan(5_000);
    expect(Math.abs((job?.submittedAt ?? 0) - Date.now())).toBeLessThan(120_000);
    expect(address?.fingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect(transport).toBe("forward");
  });

  test.each([
    ["partition", { partition: "nowhere" }, /invalid partition/i],
    ["account", { account: "nobody" }, /invalid account/i],
    [
      "GPU type",
      { partition: "gpu", gres: "gpu:h100:1" },
      /configuration is not available|invalid generic resource/i,
    ],
    ["amount of memory", { memoryMiB: 999_999_999 }, /memory|configuration is not available/i],
  ])(
    "an unknown or impossible %s is refused in sbatch's words, and nothing is left",
    async (_what, wrong, words) => {
      await using place = new SlurmPlace();
      const launcher = place.launcher();
      const request = place.request({ kind: "serve", lines: 0 }, { resources: wrong });
      await expect(launcher.launch(request, patience)).rejects.toMatchObject({
        code: "launch_refused",
        message: expect.stringMatching(words) as string,
      });
      expect(await look(launcher, request)).toEqual({ kind: "absent" });
      await expect(launcher.launch(request, patience)).rejects.toMatchObject({ code: "launch_refused" });
      await expect(launcher.expectedStart(request, patience)).rejects.toMatchObject({
        code: "launch_refused",
      });
    },
  );

  test("a recorded id that is another job's by now harms nobody", async () => {
    await using place = new SlurmPlace();
    const { launcher, request } = await serve(place);
    const stranger = place.user("sbatch", "--parsable", "-o", "/dev/null", "--wrap", "sleep 300").trim();
    try {
      place.user("sh", "-c", 'echo "$1 1" >"$0"', `${place.dir(request)}/job`, stranger);
      await ready(place.launcher(), request);
      await launcher.stop(request, { graceMs: 5_000 }, patience);
      expect(await place.living(request)).toBe(0);
      expect(place.user("squeue", "-h", "-j", stranger, "-o", "%T").trim()).toMatch(/RUNNING|PENDING/);
    } finally {
      place.user("scancel", stranger);
    }
  });

  test("a home of any name serves, and so does what people give sbatch", async () => {
    const home = `/home/${startLab().user}/it's "odd" $(touch pwned) – ünï;#`;
    await using place = new SlurmPlace({ home });
    const { launcher, request } = await serve(place, {
      resources: { sbatch: ['--mail-user=a "b" $(c) #d\\e', "--mail-type=END"] },
    });
    const shown = place.user("scontrol", "show", "job", place.jobId(request));
    expect(shown).toContain('MailUser=a "b" $(c) #d\\e MailType=END');
    await launcher.stop(request, { graceMs: 5_000 }, patience);
    await launcher.forget(request, patience);
    expect(place.user("sh", "-c", 'ls "$0"/launches', home)).toBe("");
  });

  describe("while the cluster is not whole", () => {
    test.each(["kill", "stop"])(
      "slurmctld: %s: what runs goes on being seen, nothing is submitted or claimed to be stopped",
      async (how) => {
        await using place = new SlurmPlace();
        const { launcher, request } = await serve(place);
        const another = place.request({ kind: "serve", lines: 0 });
        // what slurmctld has not written down yet it would forget
        await systemClock.sleep(6_000);
        place.lab.fault(how, "slurmctld", "ctl");
        mend = () => place.lab.fault(how === "kill" ? "start" : "cont", "slurmctld", "ctl");
        const fresh = place.launcher();
        expect((await look(fresh, request)).kind).toBe("running");
        expect((await look(launcher, request)).kind).toBe("running");
        await expect(fresh.launch(another, patience)).rejects.toMatchObject({ code: "host_unreachable" });
        expect((await look(fresh, another)).kind).toBe("unknown");
        await expect(fresh.stop(request, { graceMs: 1_000 }, patience)).rejects.toMatchObject({
          code: "host_unreachable",
        });
        mend();
        mend = undefined;
        await until(
          "slurmctld",
          async () => (/UP/.test(place.user("sh", "-c", "scontrol ping || true")) ? true : undefined),
          60_000,
        );
        await fresh.launch(another, patience);
        await ready(fresh, another);
        expect(jobsOf(place, another)).toHaveLength(1);
        await fresh.stop(request, { graceMs: 5_000 }, patience);
        expect(await place.living(request)).toBe(0);
      },
    );

    test("without slurmdbd an end is told all the same", async () => {
      await using place = new SlurmPlace();
      const { launcher, request } = await serve(place);
      place.lab.fault("kill", "slurmdbd", "ctl");
      mend = () => place.lab.fault("start", "slurmdbd", "ctl");
      place.lab.exec("ctl", ["scancel", place.jobId(request)]);
      expect(await lookUntil(launcher, request, "exited")).toMatchObject({ cause: "cancelled" });
    });

    test("without munge on the login node what runs is seen", async () => {
      await using place = new SlurmPlace();
      const { request } = await serve(place);
      place.lab.fault("kill", "munged", "login");
      mend = () => place.lab.fault("start", "munged", "login");
      expect((await look(place.launcher(), request)).kind).toBe("running");
      mend();
      mend = undefined;
    });

    test("a full quota is told in the system's words, nothing is half there, and later it works", async () => {
      await using place = new SlurmPlace();
      const launcher = place.launcher();
      const request = place.request({ kind: "serve", lines: 0 });
      // a home of its own for the runner too
      place.user("sh", "-c", 'rm "$0"/runtime', place.home);
      place.lab.fault("fill", place.lab.user);
      mend = () => place.lab.fault("unfill", place.lab.user);
      await expect(launcher.launch(request, patience)).rejects.toMatchObject({
        code: "insufficient_disk",
        message: expect.stringMatching(/Disk quota exceeded/) as string,
      });
      expect(place.user("sh", "-c", 'ls -A "$0"/runtime 2>/dev/null || true', place.home)).toBe("");
      expect((await look(launcher, request)).kind).toBe("absent");
      mend();
      mend = undefined;
      await launcher.launch(request, patience);
      await ready(launcher, request);
      place.lab.fault("fill", place.lab.user);
      mend = () => place.lab.fault("unfill", place.lab.user);
      expect((await look(place.launcher(), request)).kind).toBe("running");
      await launcher.stop(request, { graceMs: 5_000 }, patience);
      expect(await place.living(request)).toBe(0);
      // the wish could not be written down, and yet it is over
      await lookUntil(place.launcher(), request, "exited");
    });

    test("a node that loses its power: the job waits for another, or has ended with it", async () => {
      await using place = new SlurmPlace();
      const gpu = { partition: "gpu", constraint: "gpu32" };
      const { launcher, request } = await serve(place, { resources: gpu });
      const other = await serve(place, { resources: { ...gpu, sbatch: ["--no-requeue"] } });
      place.lab.fault("poweroff", "g2");
      mend = () => place.lab.fault("poweron", "g2");
      const waiting = await lookUntil(launcher, request, "queued");
      expect(waiting.job?.requeues).toBe(1);
      expect(await lookUntil(other.launcher, other.request, "exited")).toMatchObject({
        cause: "node_failed",
        exit: { requested: false, reason: expect.stringMatching(/g2/) as string },
      });
      await launcher.stop(request, { graceMs: 1_000 }, patience);
    });
  });

  test("a wall time that is over is told", async () => {
    await using place = new SlurmPlace();
    const { launcher, request } = await serve(place, { resources: { partition: "short", time: "1" } });
    expect(await lookUntil(launcher, request, "exited")).toMatchObject({
      cause: "time_limit",
      exit: { requested: false, reason: expect.stringMatching(/wall time/) as string },
    });
  });

  test("however many are looked at however often, the scheduler is asked six times a minute at the most", async () => {
    await using place = new SlurmPlace();
    const meter = new SchedulerMeter(systemClock);
    const launcher = place.launcher({ meterOf: () => meter });
    const held = { sbatch: ["--hold"] };
    const requests = Array.from({ length: 12 }, () =>
      place.request({ kind: "serve", lines: 0 }, { resources: held }),
    );
    await Promise.all(requests.map((request) => launcher.launch(request, patience)));
    const before = meter.total;
    const end = performance.now() + 20_000;
    while (performance.now() < end) {
      const seen = await launcher.observe(requests, patience);
      expect([...seen.values()].every(({ kind }) => kind === "queued")).toBe(true);
    }
    expect(meter.total - before).toBeLessThanOrEqual(6);
    place.user("sh", "-c", `scancel --user=${shellQuote(place.lab.user)} --state=PENDING`);
  });
});
