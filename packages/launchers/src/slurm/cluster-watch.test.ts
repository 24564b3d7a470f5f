import type { Profile } from "@berth/api";
import { FakeClock } from "@berth/std/clock";
import { describe, expect, test } from "vitest";
import { SchedulerMeter } from "../cluster/index.ts";
import type { LaunchRef, Observation } from "../launcher.ts";
import type { RemoteHost } from "../remote/remote-host.ts";
import { ClusterWatch } from "./cluster-watch.ts";

const patience = new AbortController().signal;

/** A cluster as the look's script would tell of it: lines by launch. */
class Cluster {
  readonly clock = new FakeClock();
  /** Lines of a launch's files. */
  readonly files = new Map<string, readonly string[]>();
  /** Lines of squeue; a text instead is its complaint. */
  queue: Record<string, string> | string = {};
  accounting: Record<string, string> | string = {};
  readonly logs = new Map<string, readonly string[]>();
  /** What the scheduler was asked. */
  readonly asked: string[] = [];
  /** Ways that were opened, and closed. */
  readonly ways: string[] = [];
  readonly watch: ClusterWatch;

  constructor(callsPerMinute = 1000) {
    const meter = new SchedulerMeter(this.clock, callsPerMinute);
    const host: RemoteHost = {
      run: async ({ script, stdin }) => ({
        exitCode: 0,
        stdout: this.#answer(script, stdin as string),
        stderr: "",
      }),
      stream: () => Promise.reject(new Error("nothing is streamed")),
      tunnel: async ({ host: node, port }) => {
        this.ways.push(`+${node}:${port}`);
        return { transport: "direct", socketPath: undefined };
      },
      closeTunnel: async ({ host: node, port }) => {
        this.ways.push(`-${node}:${port}`);
      },
      connection: { state: "connected" } as never,
    };
    const program = (): never => {
      throw new Error("nothing is relayed");
    };
    this.watch = new ClusterWatch({ host, meter, clock: this.clock, program });
  }

  get seconds(): number {
    return Math.floor(this.clock.now() / 1000);
  }

  /** Looks after some time, at launches by name. */
  async look(
    afterSeconds: number,
    ...names: readonly string[]
  ): Promise<readonly (Observation | undefined)[]> {
    await this.clock.advance(afterSeconds * 1000);
    const refs = names.map((launchId): LaunchRef => ({
      homeId: "h",
      serviceId: "s",
      launchId,
      profile: { name: "far", home: "/home/ada" } as Profile,
      handle: "{}",
    }));
    const seen = await this.watch.observe(refs, patience);
    return names.map((name) => seen.get(name));
  }

  /** Looks every five seconds until the launch is seen otherwise than unknown. */
  async lookUntilKnown(name: string, mostSeconds = 300): Promise<Observation | undefined> {
    for (let waited = 0; waited < mostSeconds; waited += 5) {
      const [seen] = await this.look(5, name);
      if (seen?.kind !== "unknown") return seen;
    }
    return undefined;
  }

  #answer(script: string, stdin: string): string {
    const names = stdin
      .split("\n")
      .flatMap((line) => (line === "" ? [] : [(line.split("\t")[0] ?? "").replace(/.*\//, "")]));
    if (script.includes("base64 -d")) return "";
    if (script.includes("tell job"))
      return names
        .flatMap((name) => {
          const requeues = new RegExp(`^${name}\t.*\t(\\d+)$`, "m").exec(stdin)?.[1] ?? "";
          return [
            `launch ${name}`,
            ...(this.logs.get(`${name} ${requeues}`) ?? []).map((line) => `job ${line}`),
          ];
        })
        .join("\n");
    const lines = [`now ${this.seconds}`];
    if (script.includes("ask queue")) {
      this.asked.push("squeue");
      lines.push(...told("queue", this.queue, (name, row) => `${row}|berth:h:${name}|`));
    }
    const sacct = /ask accounting .*--name='?([^' ]*)/.exec(script)?.[1];
    if (sacct !== undefined) {
      this.asked.push(`sacct ${sacct}`);
      lines.push(...told("accounting", this.accounting, (name, row) => `${row}|berth:h:${name}`));
    }
    for (const name of names) lines.push(`launch ${name}`, ...(this.files.get(name) ?? ["missing -"]));
    return lines.join("\n");
  }
}

function told(
  key: string,
  rows: Record<string, string> | string,
  line: (name: string, row: string) => string,
): readonly string[] {
  if (typeof rows === "string") return [`${key}-error ${rows}`, `${key}-end 1`];
  return [...Object.entries(rows).map(([name, row]) => `${key}-row ${line(name, row)}`), `${key}-end 0`];
}

const row = (state: string, requeues = 0): string =>
  `7|${state}|None|${requeues}|1600000000|1600000001|N/A|cpu|c1`;
const record = (state: string): string => `7|${state}|0:0|0:0|1600000000|1600000001|1600000009|cpu|c1`;
const job = "job 7 1600000000";
const started = (run: number): string[] => [job, `run ${run}`, `started 7 c1 1600000001 -`];
/** Its runner was killed. */
const over = (run: number): string[] => [...started(run), "end 137 1600000009"];

test("accounting is asked about an end though another launch is looked at meanwhile", async () => {
  const cluster = new Cluster();
  cluster.files.set("a-1", started(0)).set("b-1", started(0));
  cluster.queue = { "a-1": row("RUNNING"), "b-1": row("RUNNING") };
  await cluster.look(0, "a-1", "b-1");
  cluster.queue = { "a-1": row("CANCELLED"), "b-1": row("RUNNING") };
  cluster.accounting = { "a-1": record("CANCELLED by 0") };
  expect(await cluster.look(60, "a-1")).toMatchObject([{ kind: "unknown" }]);
  await cluster.look(1, "b-1");
  expect(cluster.asked.at(-1)).toBe("sacct berth:h:a-1");
  await cluster.look(1, "b-1");
  expect(cluster.asked.filter((word) => word.startsWith("sacct"))).toHaveLength(1);
  expect(await cluster.look(1, "a-1")).toMatchObject([
    { kind: "exited", cause: "cancelled", exit: { reason: "Slurm job 7 was cancelled by user 0" } },
  ]);
});

test("the queue is asked soon for one that waits, though another that runs is looked at meanwhile", async () => {
  const cluster = new Cluster();
  cluster.files.set("a-1", [job]).set("b-1", started(0));
  cluster.queue = { "a-1": row("PENDING"), "b-1": row("RUNNING") };
  await cluster.look(0, "a-1", "b-1");
  await cluster.look(1, "b-1");
  await cluster.look(5, "b-1");
  expect(cluster.asked).toEqual(["squeue", "squeue"]);
});

test("what is forgotten wishes for nothing", async () => {
  const cluster = new Cluster();
  cluster.files.set("a-1", started(0)).set("b-1", started(0));
  cluster.queue = { "a-1": row("CANCELLED"), "b-1": row("RUNNING") };
  await cluster.look(0, "a-1", "b-1");
  await cluster.watch.forget({ jobName: "berth:h:a-1", home: "/home/ada", dir: "/home/ada/launches/a-1" });
  await cluster.look(1, "b-1");
  expect(cluster.asked).toEqual(["squeue"]);
});

test("an empty budget delays what is told of an end, and changes nothing in it", async () => {
  const cluster = new Cluster(1);
  cluster.files.set("a-1", over(0));
  cluster.queue = {};
  cluster.accounting = { "a-1": record("TIMEOUT") };
  // of one call a minute the first asks the queue, before the end was noticed
  expect(await cluster.look(0, "a-1")).toMatchObject([{ kind: "unknown" }]);
  for (const seconds of [10, 20, 29])
    expect(await cluster.look(seconds, "a-1")).toMatchObject([{ kind: "unknown" }]);
  expect(cluster.asked).toEqual(["squeue"]);
  expect(await cluster.lookUntilKnown("a-1", 600)).toMatchObject({ kind: "exited", cause: "time_limit" });
  expect(cluster.asked).toEqual(["squeue", "squeue", "sacct berth:h:a-1"]);
});

describe("an end is told", () => {
  const cases: readonly (readonly [string, (cluster: Cluster) => void, Partial<Observation> | undefined])[] =
    [
      ["never, while the scheduler is silent", (cluster) => (cluster.queue = "connect failure"), undefined],
      [
        "never, while the scheduler is silent, whatever accounting says",
        (cluster) => {
          cluster.queue = "connect failure";
          cluster.accounting = { "a-1": record("RUNNING") };
        },
        undefined,
      ],
      [
        "never, while its job is listed",
        (cluster) => (cluster.queue = { "a-1": row("COMPLETING") }),
        undefined,
      ],
      [
        "as queued, when its job was put back",
        (cluster) => (cluster.queue = { "a-1": row("PENDING", 1) }),
        { kind: "queued" },
      ],
      [
        "by the queue",
        (cluster) => (cluster.queue = { "a-1": row("OUT_OF_MEMORY") }),
        { kind: "exited", cause: "out_of_memory" },
      ],
      [
        "by accounting, when it has left the queue",
        (cluster) => {
          cluster.queue = {};
          cluster.accounting = { "a-1": record("NODE_FAIL") };
        },
        { kind: "exited", cause: "node_failed" },
      ],
      [
        "without a word of accounting, when that is down",
        (cluster) => {
          cluster.queue = {};
          cluster.accounting = "Connection refused";
        },
        { kind: "exited", cause: "engine" },
      ],
      [
        "without a word of accounting, when that knows nothing of it",
        (cluster) => (cluster.queue = {}),
        { kind: "exited", cause: "engine" },
      ],
      [
        "at last, when accounting takes it to run for ever",
        (cluster) => {
          cluster.queue = {};
          cluster.accounting = { "a-1": record("RUNNING") };
        },
        { kind: "exited", cause: "engine" },
      ],
    ];
  test.each(cases)("%s", async (_name, happen, expected) => {
    const cluster = new Cluster();
    cluster.files.set("a-1", started(0));
    cluster.queue = { "a-1": row("RUNNING") };
    expect(await cluster.look(0, "a-1")).toMatchObject([{ kind: "running" }]);
    cluster.files.set("a-1", over(0));
    happen(cluster);
    const seen = await cluster.lookUntilKnown("a-1");
    if (expected === undefined) expect(seen).toBeUndefined();
    else expect(seen).toMatchObject(expected);
  });
});

test("a list from before the end never ends anything, however long ago the clock says that was", async () => {
  const cluster = new Cluster();
  cluster.files.set("b-1", started(0));
  cluster.accounting = "Connection refused";
  await cluster.look(0, "b-1");
  cluster.files.set("a-1", over(0));
  cluster.queue = "connect failure";
  expect(await cluster.lookUntilKnown("a-1", 3600)).toBeUndefined();
});

test("a job that is put back does not end by what was learned of its first run", async () => {
  const cluster = new Cluster();
  cluster.files.set("a-1", over(0));
  cluster.queue = {};
  cluster.accounting = { "a-1": record("PREEMPTED") };
  cluster.logs.set("a-1 0", ["slurmstepd: error: Detected 1 oom-kill event(s)"]).set("a-1 1", ["bad option"]);
  await cluster.look(0, "a-1");
  await cluster.look(10, "a-1");
  // the first run's words were read, and then it begins again
  cluster.files.set("a-1", started(1));
  cluster.queue = { "a-1": row("RUNNING", 1) };
  expect(await cluster.lookUntilKnown("a-1")).toMatchObject({ kind: "running" });
  cluster.files.set("a-1", over(1));
  cluster.queue = { "a-1": row("FAILED", 1) };
  expect(await cluster.lookUntilKnown("a-1")).toMatchObject({
    kind: "exited",
    cause: "engine",
    exit: { logTail: ["bad option"] },
  });
});

test("a directory that was deleted is no end of a job that runs", async () => {
  const cluster = new Cluster();
  cluster.queue = { "a-1": row("RUNNING") };
  expect(await cluster.lookUntilKnown("a-1", 600)).toBeUndefined();
  cluster.queue = {};
  expect(await cluster.lookUntilKnown("a-1")).toMatchObject({
    kind: "exited",
    exit: { reason: "its directory was deleted" },
  });
});

describe("ways to runners", () => {
  const state = (port: number, phase = "ready", exit: object | null = null): string =>
    `state ${JSON.stringify({
      version: 1,
      serviceId: "s",
      launchId: "a-1",
      host: "c1",
      port,
      fingerprint: "ab",
      runner: { pid: 2, bootId: "b", startTime: "1" },
      engine: null,
      socketDir: null,
      phase,
      progress: null,
      exit,
      updatedAt: 1_600_000_005_000,
    })}`;
  const ended = { exitCode: 3, signal: null, reason: "it ended", logTail: [], requested: false };

  test("a forwarding that an earlier server left to a launch that has ended since is closed, once", async () => {
    const cluster = new Cluster();
    cluster.files.set("a-1", [...over(0), state(4000, "exited", ended)]);
    expect(await cluster.look(0, "a-1")).toMatchObject([{ kind: "exited" }]);
    await cluster.look(1, "a-1");
    expect(cluster.ways).toEqual(["-c1:4000"]);
  });

  test("a launch that has moved leaves no way behind", async () => {
    const cluster = new Cluster();
    cluster.files.set("a-1", [...started(0), state(4000)]);
    cluster.queue = { "a-1": row("RUNNING") };
    await cluster.look(0, "a-1");
    cluster.files.set("a-1", [...started(1), state(5000)]);
    cluster.queue = { "a-1": row("RUNNING", 1) };
    await cluster.look(60, "a-1");
    expect(cluster.ways).toEqual(["+c1:4000", "-c1:4000", "+c1:5000"]);
  });

  test("a port that another launch uses by now stays reached", async () => {
    const cluster = new Cluster();
    cluster.files.set("b-1", [...started(0), state(4000)]);
    cluster.queue = { "b-1": row("RUNNING") };
    await cluster.look(0, "b-1");
    cluster.files.set("a-1", [...over(0), state(4000, "exited", ended)]);
    await cluster.look(1, "a-1");
    expect(cluster.ways).toEqual(["+c1:4000"]);
  });
});
