import type { RunnerExit, RunnerState } from "@berth/api";
import { describe, expect, test } from "vitest";
import { judge, type Sight } from "./judge.ts";
import type { Knowledge } from "./knowledge.ts";
import type { LaunchRecord, LaunchRun, QueueRow } from "./read-look.ts";

const now = 1_800_000_000;
const submittedAt = now - 600;

const record = (given: Partial<LaunchRecord> = {}): LaunchRecord => ({
  kind: "there",
  job: { id: "7", submittedAt },
  submitting: undefined,
  stopAskedAt: undefined,
  isGone: false,
  verdict: undefined,
  run: undefined,
  ...given,
});

const run = (given: Partial<LaunchRun> = {}): LaunchRun => ({
  requeues: 0,
  started: { jobId: "7", node: "c1", at: now - 500, endsAt: now + 3000 },
  termAt: undefined,
  end: undefined,
  state: state("ready"),
  ...given,
});

const state = (phase: RunnerState["phase"], exit: RunnerExit | null = null): RunnerState => ({
  version: 1,
  serviceId: "s",
  launchId: "s-1",
  host: "c1",
  port: 4000,
  fingerprint: "ab",
  runner: { pid: 2, bootId: "b", startTime: "1" },
  engine: null,
  socketDir: null,
  phase,
  progress: null,
  exit,
  updatedAt: (now - 30) * 1000,
});

const exit = (given: Partial<RunnerExit> = {}): RunnerExit => ({
  exitCode: 3,
  signal: null,
  reason: "the engine exited with code 3",
  logTail: ["boom"],
  requested: false,
  ...given,
});

const row = (word: string, given: Partial<QueueRow> = {}): QueueRow => ({
  id: "7",
  state: word,
  reason: "None",
  requeues: 0,
  submittedAt,
  startAt: now - 500,
  endAt: now + 3000,
  partition: "cpu",
  node: "c1",
  ...given,
});

const known = (files: Knowledge["files"], given: Partial<Knowledge> = {}): Knowledge => ({
  launchId: "s-1",
  wasAccepted: true,
  nowSeconds: now,
  files,
  startSeenAt: undefined,
  queue: undefined,
  trouble: undefined,
  accounting: { row: undefined, since: submittedAt, askedAt: undefined, failures: 0, words: undefined },
  jobsAhead: undefined,
  logs: { job: [], engine: [] },
  awaited: { seconds: 3, isAnswered: true },
  ...given,
});
const listed = (its: QueueRow | undefined): Pick<Knowledge, "queue"> => ({
  queue: { askedAt: now - 1, row: its },
});
const accounted = (word: string, given = {}): Pick<Knowledge, "accounting"> => ({
  accounting: {
    row: {
      id: "7",
      state: word,
      cancelledBy: undefined,
      exitCode: 0,
      signal: 0,
      derivedCodes: [0, 0],
      submittedAt,
      startAt: now - 500,
      endAt: now - 5,
      partition: "cpu",
      node: "c1",
      ...given,
    },
    since: submittedAt,
    askedAt: now - 1,
    failures: 0,
    words: undefined,
  },
});
const unaccounted = (given: Partial<Knowledge["accounting"]> = {}): Pick<Knowledge, "accounting"> => ({
  accounting: {
    row: undefined,
    since: submittedAt,
    askedAt: now - 1,
    failures: 3,
    words: undefined,
    ...given,
  },
});

const over = run({ state: state("exited", exit()), end: { exitCode: 0, at: now - 3 } });
const told = run({
  state: state("exited", exit({ exitCode: 0, requested: true, reason: "stopped, as asked" })),
  termAt: now - 5,
  end: { exitCode: 0, at: now - 3 },
});
const nearWallTime = run({
  ...told,
  state: state(
    "exited",
    exit({ exitCode: 0, requested: true, reason: "stopped, as asked", cause: "time_limit" }),
  ),
});
const killed = run({ end: { exitCode: 137, at: now - 3 } });

describe("what a launch is seen to be", () => {
  const cases: readonly (readonly [string, Knowledge, Partial<Sight>])[] = [
    [
      "no directory and never accepted: nothing was ever started",
      known({ kind: "missing" }, { wasAccepted: false }),
      { kind: "absent" },
    ],
    [
      "no directory, accepted once, and no job of its name",
      known({ kind: "missing" }, listed(undefined)),
      { kind: "exited" },
    ],
    [
      "no directory, and a job that has ended",
      known({ kind: "missing" }, listed(row("FAILED"))),
      { kind: "exited" },
    ],
    [
      "no directory, and its job runs all the same",
      known({ kind: "missing" }, listed(row("RUNNING"))),
      { kind: "unknown", reason: expect.stringContaining("RUNNING") as string },
    ],
    [
      "no directory, and its job waits to be put back",
      known({ kind: "missing" }, listed(row("COMPLETING"))),
      { kind: "unknown" },
    ],
    [
      "no directory, and the scheduler was not asked since",
      known({ kind: "missing" }, { ...listed(undefined), awaited: undefined }),
      { kind: "unknown" },
    ],
    [
      "no directory, and the scheduler is silent",
      known({ kind: "missing" }, { ...listed(undefined), trouble: "silent" }),
      { kind: "unknown", reason: "silent" },
    ],
    [
      "a home that is not mounted is no deleted directory",
      known({ kind: "homeless", home: "/h" }),
      { kind: "unknown" },
    ],
    [
      "a directory that cannot be read",
      known({ kind: "unreadable", reason: "EIO" }),
      { kind: "unknown", reason: "EIO" },
    ],
    ["a directory, and sbatch was never called", known(record({ job: undefined })), { kind: "absent" }],
    [
      "a launch stopped before it was submitted",
      known(record({ job: undefined, stopAskedAt: now - 9 })),
      {
        kind: "exited",
        exit: expect.objectContaining({ reason: "stopped before it began", requested: true }) as RunnerExit,
      },
    ],
    [
      "sbatch is being called at this moment",
      known(record({ job: undefined, submitting: { since: now - 1, lock: "held" } })),
      { kind: "queued", detail: "being submitted" },
    ],
    ...([10, 300] as const).map((seconds): readonly [string, Knowledge, Partial<Sight>] => [
      `sbatch was called ${seconds} s ago, and nobody can tell whether it is over where there are no locks`,
      known(
        record({ job: undefined, submitting: { since: now - seconds, lock: "none" } }),
        listed(undefined),
      ),
      { kind: seconds === 10 ? "queued" : "absent" },
    ]),
    [
      "sbatch was called by a server that is gone, and nobody has looked yet",
      known(record({ job: undefined, submitting: { since: now - 1, lock: "free" } })),
      { kind: "queued" },
    ],
    [
      "the same, and the scheduler knows of no such job",
      known(record({ job: undefined, submitting: { since: now - 90, lock: "free" } }), listed(undefined)),
      { kind: "absent" },
    ],
    [
      "the same, and the scheduler does not answer",
      known(record({ job: undefined, submitting: { since: now - 90, lock: "free" } }), {
        trouble: "silent",
      }),
      { kind: "unknown", reason: "silent" },
    ],
    [
      "the same, and the scheduler knows the job by its name",
      known(
        record({ job: undefined, submitting: { since: now - 90, lock: "free" } }),
        listed(row("PENDING")),
      ),
      { kind: "queued" },
    ],
    ["submitted, and not looked for yet", known(record()), { kind: "queued", detail: "submitted" }],
    [
      "waiting",
      known(record(), listed(row("PENDING", { reason: "Priority" }))),
      { kind: "queued", detail: "other jobs go first (Priority)" },
    ],
    ["a node is booting", known(record(), listed(row("CONFIGURING"))), { kind: "queued" }],
    [
      "its node's prolog runs",
      known(record(), listed(row("RUNNING", { reason: "Prolog" }))),
      { kind: "queued" },
    ],
    [
      "running",
      known(record({ run: run() }), listed(row("RUNNING"))),
      { kind: "running", isSuspended: false },
    ],
    [
      "running, and the runner has not begun",
      known(record(), listed(row("RUNNING"))),
      { kind: "running", state: undefined },
    ],
    [
      "suspended",
      known(record({ run: run() }), listed(row("SUSPENDED"))),
      { kind: "running", isSuspended: true },
    ],
    ["completing", known(record({ run: run() }), listed(row("COMPLETING"))), { kind: "running" }],
    [
      "it began after the scheduler was asked",
      known(record({ run: run() }), listed(row("PENDING"))),
      { kind: "running" },
    ],
    [
      "put back into the queue: what the first run left does not count",
      known(record({ run: told }), listed(row("PENDING", { requeues: 1, reason: "BeginTime" }))),
      { kind: "queued", detail: expect.stringContaining("put back into the queue") as string },
    ],
    [
      "put back, and held",
      known(
        record({ run: run() }),
        listed(row("PENDING", { requeues: 1, reason: "launch failed requeued held" })),
      ),
      { kind: "queued", detail: expect.stringContaining("scontrol release") as string },
    ],
    [
      "running again, and its second runner has not begun",
      known(record({ run: told }), listed(row("RUNNING", { requeues: 1 }))),
      { kind: "running", state: undefined },
    ],
    [
      "running again by its files, of which the scheduler's list knows nothing yet",
      known(record({ run: run({ requeues: 1 }) }), listed(row("PENDING", { requeues: 0 }))),
      { kind: "running" },
    ],
    ["a state that nobody knows", known(record(), listed(row("QUANTUM"))), { kind: "unknown" }],
    [
      "the scheduler is silent, and the runner has begun",
      known(record({ run: run() }), { trouble: "silent" }),
      { kind: "running" },
    ],
    [
      "the scheduler fell silent, and the runner has begun",
      known(record({ run: run() }), { ...listed(row("RUNNING")), trouble: "silent" }),
      { kind: "running" },
    ],
    [
      "the scheduler is silent, and nothing has begun",
      known(record(), { trouble: "silent" }),
      { kind: "unknown", reason: "silent" },
    ],
    [
      "the scheduler fell silent while it waited",
      known(record(), { ...listed(row("PENDING")), trouble: "silent" }),
      { kind: "unknown", reason: "silent" },
    ],
    [
      "the engine ended by itself",
      known(record({ run: over }), listed(row("RUNNING"))),
      { kind: "exited", cause: "engine", exit: exit() },
    ],
    [
      "it ended because we asked",
      known(record({ run: told, stopAskedAt: now - 6 }), listed(row("RUNNING"))),
      { kind: "exited", exit: expect.objectContaining({ requested: true }) as RunnerExit },
    ],
    [
      "it was told to end, and nobody knows yet by whom",
      known(record({ run: told }), listed(row("RUNNING"))),
      { kind: "unknown" },
    ],
    [
      "the same, and the scheduler is silent: the job may be put back",
      known(record({ run: told }), {
        ...listed(undefined),
        ...unaccounted(),
        awaited: { seconds: 3600, isAnswered: true },
        trouble: "silent",
      }),
      { kind: "unknown" },
    ],
    [
      "told to end, and the only list that does not know it is older than that",
      known(record({ run: told }), {
        ...listed(undefined),
        ...unaccounted(),
        awaited: { seconds: 1, isAnswered: false },
      }),
      { kind: "unknown" },
    ],
    [
      "out of the queue without a word, and its records are away for a moment: it is not begun anew",
      known(record({ run: run() }), {
        ...listed(undefined),
        ...unaccounted(),
        awaited: { seconds: 15, isAnswered: true },
      }),
      { kind: "unknown" },
    ],
    [
      "the same, for longer than that",
      known(record({ run: run() }), {
        ...listed(undefined),
        ...unaccounted(),
        awaited: { seconds: 100, isAnswered: true },
      }),
      { kind: "exited" },
    ],
    [
      "told to end, out of the queue, and there is no accounting",
      known(record({ run: told }), { ...listed(undefined), ...unaccounted() }),
      { kind: "exited", cause: "cancelled" },
    ],
    [
      "told to end, out of the queue, and accounting was not asked yet",
      known(record({ run: told }), { ...listed(undefined), awaited: { seconds: 3600, isAnswered: true } }),
      { kind: "unknown" },
    ],
    [
      "told to end, out of the queue, and accounting takes it to run",
      known(record({ run: told }), { ...listed(undefined), ...accounted("RUNNING") }),
      { kind: "unknown" },
    ],
    [
      "the same, for longer than its records may be late",
      known(record({ run: told }), {
        ...listed(undefined),
        accounting: { ...accounted("RUNNING").accounting, askedAt: now - 100 },
      }),
      { kind: "exited", cause: "cancelled" },
    ],
    ...["RUNNING", "COMPLETING", "PENDING"].map((word): readonly [string, Knowledge, Partial<Sight>] => [
      `told to end long ago, and listed as ${word}: it may have been preempted, and be put back`,
      known(record({ run: { ...told, end: { exitCode: 0, at: now - 3600 } } }), {
        ...listed(row(word)),
        ...unaccounted(),
        awaited: { seconds: 3600, isAnswered: true },
      }),
      { kind: "unknown" },
    ]),
    [
      "over, and its node cannot be cleared up",
      known(record({ run: { ...told, end: { exitCode: 0, at: now - 3600 } } }), {
        ...listed(row("COMPLETING")),
        ...unaccounted(),
        awaited: { seconds: 3600, isAnswered: true },
      }),
      {
        kind: "unknown",
        reason: "it has ended, and Slurm is still clearing up after job 7 on c1 (COMPLETING)",
      },
    ],
    [
      "begun on a node whose clock is an hour ahead, and in the queue no more",
      known(
        record({ run: run({ started: { jobId: "7", node: "c1", at: now + 3600, endsAt: undefined } }) }),
        {
          ...listed(undefined),
          startSeenAt: now - 100,
          ...accounted("NODE_FAIL"),
        },
      ),
      { kind: "exited", cause: "node_failed" },
    ],
    [
      "cancelled just now, and by whom may still be said",
      known(record({ run: told }), {
        ...listed(row("CANCELLED")),
        awaited: { seconds: 10, isAnswered: true },
      }),
      { kind: "unknown" },
    ],
    [
      "cancelled a while ago, by whom is not waited for any longer",
      known(record({ run: told }), {
        ...listed(row("CANCELLED")),
        awaited: { seconds: 30, isAnswered: true },
      }),
      { kind: "exited", cause: "cancelled" },
    ],
    [
      "running by its files, and not in a list of before: it is asked for again",
      known(record({ run: run() }), { ...listed(undefined), awaited: undefined }),
      { kind: "unknown" },
    ],
    [
      "told to end near its wall time: it may as well have been cancelled, or be put back",
      known(record({ run: nearWallTime }), listed(row("COMPLETING"))),
      { kind: "unknown" },
    ],
    [
      "told to end near its wall time, and put back into the queue",
      known(record({ run: nearWallTime }), listed(row("PENDING", { requeues: 1 }))),
      { kind: "queued" },
    ],
    [
      "our own stop near its wall time waits for nobody",
      known(record({ run: nearWallTime, stopAskedAt: now - 6 }), listed(row("RUNNING"))),
      { kind: "exited", exit: expect.objectContaining({ requested: true }) as RunnerExit },
    ],
    [
      "our own stop, seen to its end",
      known(record({ run: run(), isGone: true, stopAskedAt: now - 5 })),
      { kind: "exited" },
    ],
  ];
  test.each(cases)("%s", (_name, facts, sight) => {
    expect(judge(facts).sight).toMatchObject(sight);
  });
});

describe("why it ended", () => {
  const cases: readonly (readonly [string, Knowledge, string | undefined, RegExp])[] = [
    [
      "warned before its wall time was over",
      known(record({ run: told }), listed(row("COMPLETED"))),
      "time_limit",
      /wall time of Slurm job 7/,
    ],
    ["out of time", known(record({ run: run() }), listed(row("TIMEOUT"))), "time_limit", /wall time/],
    [
      "out of memory",
      known(record({ run: run() }), listed(row("OUT_OF_MEMORY"))),
      "out_of_memory",
      /ran out of memory/,
    ],
    [
      "warned, and the runner itself knew why",
      known(record({ run: nearWallTime }), listed(row("COMPLETED"))),
      "time_limit",
      /wall time of Slurm job 7/,
    ],
    [
      "the runner took its wall time to be over, and nobody tells",
      known(record({ run: nearWallTime }), {
        ...listed(undefined),
        ...unaccounted(),
      }),
      "time_limit",
      /wall time of Slurm job 7/,
    ],
    [
      "the runner took its wall time to be over, and an administrator had cancelled it",
      known(record({ run: nearWallTime }), {
        ...listed(row("CANCELLED")),
        ...accounted("CANCELLED", { cancelledBy: "root" }),
      }),
      "cancelled",
      /cancelled by root/,
    ],
    [
      "the runner took its wall time to be over, and it was preempted",
      known(record({ run: nearWallTime }), listed(row("PREEMPTED"))),
      "preempted",
      /preempted/,
    ],
    [
      "out of memory, as only the job's output tells",
      known(record({ run: killed }), {
        ...listed(row("COMPLETED")),
        logs: { job: ["slurmstepd: error: Detected 1 oom-kill event(s) in StepId=7.batch."], engine: [] },
      }),
      "out_of_memory",
      /ran out of memory/,
    ],
    [
      "out of memory, as only the steps' codes tell",
      known(record({ run: run() }), {
        ...listed(undefined),
        ...accounted("COMPLETED", { derivedCodes: [0, 125] }),
      }),
      "out_of_memory",
      /ran out of memory/,
    ],
    [
      "the node failed",
      known(record({ run: run() }), listed(row("NODE_FAIL"))),
      "node_failed",
      /node of Slurm job 7 failed: c1/,
    ],
    ["preempted", known(record({ run: told }), listed(row("PREEMPTED"))), "preempted", /preempted/],
    [
      "cancelled by an administrator",
      known(record({ run: told }), {
        ...listed(row("CANCELLED")),
        ...accounted("CANCELLED", { cancelledBy: "root" }),
      }),
      "cancelled",
      /cancelled by root/,
    ],
    [
      "cancelled while it waited",
      known(record(), { ...listed(row("CANCELLED")), ...accounted("CANCELLED", { cancelledBy: "you" }) }),
      "cancelled",
      /cancelled by you/,
    ],
    ["boot failed", known(record(), listed(row("BOOT_FAIL"))), "node_failed", /node/],
    ["deadline", known(record(), listed(row("DEADLINE", { reason: "DeadLine" }))), "not_started", /DeadLine/],
    [
      "revoked",
      known(record(), { ...listed(row("REVOKED")), ...accounted("REVOKED") }),
      "cancelled",
      /cancelled/,
    ],
    [
      "no directory to write its output into",
      known(record(), listed(row("FAILED", { reason: "JobLaunchFailure" }))),
      "not_started",
      /disk quota/,
    ],
    [
      "the runner was killed",
      known(record({ run: killed }), listed(row("FAILED"))),
      "engine",
      /^the runner was killed by SIGKILL$/,
    ],
    [
      "no Node",
      known(
        record({ run: run({ state: undefined, end: { exitCode: 127, at: now - 2 } }) }),
        listed(row("FAILED")),
      ),
      "engine",
      /could not be started/,
    ],
    [
      "gone from the queue, and accounting tells",
      known(record({ run: run() }), { ...listed(undefined), ...accounted("TIMEOUT") }),
      "time_limit",
      /wall time/,
    ],
    [
      "gone from the queue, and there is no accounting",
      known(record({ run: run() }), {
        ...listed(undefined),
        ...unaccounted({ words: "accounting storage is disabled" }),
      }),
      undefined,
      /no record of how it ended: accounting storage is disabled/,
    ],
  ];
  test.each(cases)("%s", (_name, facts, cause, reason) => {
    const { sight } = judge(facts);
    expect(sight).toMatchObject({ kind: "exited", exit: { requested: false } });
    expect(sight.kind === "exited" && sight.cause).toBe(cause);
    expect(sight.kind === "exited" && sight.exit.reason).toMatch(reason);
  });
});

test("what has just left the queue is unknown until accounting was asked", () => {
  const facts = known(record({ run: run() }), listed(undefined));
  expect(judge(facts)).toMatchObject({ sight: { kind: "unknown" }, wantsAccounting: true });
});

test("a list from before the submission proves nothing", () => {
  const facts = known(record(), { queue: { askedAt: submittedAt - 1, row: undefined } });
  expect(judge(facts)).toMatchObject({ sight: { kind: "queued" }, wantsQueue: true });
});

test("an end that was written down is believed, whatever the scheduler says by now", () => {
  const verdict = { kind: "exited", exit: exit({ reason: "it was written" }), cause: "preempted" };
  expect(judge(known(record({ verdict, run: run() }), listed(undefined))).sight).toEqual({
    kind: "verdict",
    observation: verdict,
  });
});

test("a ready service is no reason to ask the scheduler soon", () => {
  expect(judge(known(record({ run: run() }), listed(row("RUNNING")))).wantsQueue).toBe(false);
});
