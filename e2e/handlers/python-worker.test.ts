import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Job, JobStreamEvent } from "@berth/api";
import { readSse } from "@berth/std/sse-reader";
import { temporaryFolder } from "@berth/testing/temporary-folder";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBerth, type Berth } from "../berth-process.ts";
import { EndpointRig } from "../endpoints/endpoint-rig.ts";
import { startLlmServer } from "../seeds/llm-server.ts";
import { startGate } from "../seeds/seed-rig.ts";
import { until } from "../until.ts";
import { JobRig } from "../jobs/job-rig.ts";
import { startPullWorker, type PullWorker } from "../jobs/pull-worker.ts";
import { dev } from "./worker-dev.ts";

const files = join(import.meta.dirname, "files");
const work = join(files, "work.py:Work");
const leaseSeconds = 5;
const installMs = 170_000;

let berth: Berth;
let jobs: JobRig;
let rig: EndpointRig;
let key: string;
const workers: PullWorker[] = [];
let isOver = false;

beforeAll(async () => {
  berth = await startBerth({ demo: false });
  jobs = new JobRig(berth);
  rig = new EndpointRig(berth);
  ({ key } = await rig.call<{ key: string }>("POST", "/api/v1/keys", { name: "w", scopes: ["worker"] }));
});
afterAll(async () => {
  isOver = true;
  await Promise.all(workers.map((worker) => worker.stop()));
  await berth.dispose();
});

/** An endpoint's worker; when it has ended badly, another is started, as whatever minds a worker does. */
async function worked(
  name: string,
  file: string,
  environment: Record<string, string> = {},
): Promise<PullWorker> {
  await rig.call("POST", "/api/v1/endpoints", { name, visibility: "public", queue: { leaseSeconds } });
  const options = { url: berth.url, key, endpoint: name, file };
  const begin = (): PullWorker => {
    const worker = startPullWorker({
      ...options,
      environment: { BERTH_HOME_DIR: berth.home, ...environment },
    });
    workers.push(worker);
    void worker.ended.then((code) => (code === 0 || isOver ? undefined : begin()));
    return worker;
  };
  return begin();
}

async function done(endpoint: string, input: unknown): Promise<unknown> {
  const { id, status, error } = await jobs.ended(endpoint, { input });
  expect([status, error]).toEqual(["COMPLETED", null]);
  return jobs.result(id);
}

const isRunning = ({ status }: Job): boolean => status === "RUNNING";
const isCompleted = ({ status }: Job): boolean => status === "COMPLETED";

function said(worker: PullWorker, words: string, deadlineMs?: number): Promise<true> {
  return until(`the worker to say ${words}`, () => worker.output().includes(words) || undefined, deadlineMs);
}

function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}`);
}

describe("a Python worker", () => {
  let worker: PullWorker;
  beforeAll(async () => {
    worker = await worked("work", work);
  });

  test("makes its environment in Berth's home, and shows how", async () => {
    await said(worker, "takes jobs of work", installMs);
    expect(worker.output()).toMatch(/making a Python .* environment with fastapi, uvicorn\n[^]*Successfully/);
    expect(existsSync(join(berth.home, "environments"))).toBe(true);
  });

  test("gives exactly what the handler returned, which knows the job's id", async () => {
    const { id } = await jobs.ended("work", { input: { kind: "plain" } });
    const response = await berth.fetch(`/api/v1/jobs/${id}/result`);
    expect(await response.text()).toMatch(new RegExp(`"id": ?"${id}".*"large": ?18446744073709551616`));
  });

  test.each(["generator", "async generator"])("has what a %s yielded as an array", async (kind) => {
    expect(await done("work", { kind, count: 2 })).toEqual([{ number: 0 }, { number: 1 }]);
  });

  test("streams what is yielded, and how far it is, while it runs", async () => {
    await using gate = await startGate();
    const { id } = await jobs.submit("work", { input: { kind: "generator", count: 2, path: gate.url } });
    const response = await berth.fetch(`/api/v1/jobs/${id}/stream`);
    const seen: JobStreamEvent[] = [];
    for await (const { data } of readSse(response.body ?? new ReadableStream())) {
      const event = JSON.parse(data) as JobStreamEvent;
      seen.push(event);
      const progressed = seen.some((each) => each.type === "progress" && each.progress?.message === "counts");
      // it goes on only now that both are here
      if (progressed && seen.some(({ type }) => type === "value")) gate.open();
    }
    expect(seen.filter((each) => each.type === "value").map(({ value }) => value)).toEqual([
      { number: 0 },
      { number: 1 },
    ]);
    expect(await jobs.get(id)).toMatchObject({ status: "COMPLETED", progress: { total: 2 } });
  });

  test.each([
    ["raises", "there is no such voice", /^Traceback .*\n {2}File ".*work\.py", line \d+, in predict/],
    ["refuses", "the handler answered with status 418", /not that/],
  ])("whose handler %s fails the job, with the words", async (kind, message, details) => {
    const { status, error } = await jobs.ended("work", { input: { kind } });
    expect([status, error]).toEqual([
      "FAILED",
      { code: "handler_failed", message, details: expect.stringMatching(details) as string },
    ]);
  });

  test.each([
    ["is cancelled where it awaits", "waits", "was cancelled"],
    ["can see that it is cancelled", "looks", "has seen that it is cancelled"],
  ])("whose handler %s", async (_, kind, words) => {
    const { id } = await jobs.submit("work", { input: { kind } });
    await jobs.when(id, "begun", isRunning);
    await berth.fetch(`/api/v1/jobs/${id}/cancel`, { method: "POST" });
    await said(worker, words);
    expect(await jobs.get(id)).toMatchObject({ status: "CANCELLED" });
  });
});

describe.concurrent("a Python worker of its own", () => {
  test("whose handler keeps Python's interpreter to itself loses no lease", async () => {
    await worked("keeps", work);
    const { id } = await jobs.ended("keeps", {
      input: { kind: "keeps the interpreter", count: leaseSeconds + 1 },
    });
    expect(await jobs.get(id)).toMatchObject({ status: "COMPLETED", attempts: 1 });
  });

  test("whose handler ends its process: somebody else has the job", async () => {
    const worker = await worked("exits", work);
    const marker = join(berth.home, "has-ended");
    const once = await jobs.ended("exits", { input: { kind: "exits once", path: marker } });
    expect([once.status, once.attempts]).toEqual(["COMPLETED", 2]);
    expect(worker.output()).toContain("the handler's process ended (exit code 7)");
  });

  test("takes nothing more after SIGTERM, also to Python itself, finishes what runs, and ends", async () => {
    await using gate = await startGate();
    const worker = await worked("ends", work);
    const { pid } = (await done("ends", { kind: "plain" })) as { pid: number };
    const child = (await done("ends", { kind: "starts a child" })) as number;
    const { id } = await jobs.submit("ends", { input: { kind: "waits at a gate", path: gate.url } });
    await jobs.when(id, "begun", isRunning);
    process.kill(pid, "SIGTERM");
    process.kill(worker.pid, "SIGTERM");
    await said(worker, "no more jobs are taken");
    const { id: later } = await jobs.submit("ends", { input: { kind: "plain" } });
    gate.open();
    expect(await worker.ended).toBe(0);
    expect([(await jobs.get(id)).status, (await jobs.get(later)).status]).toEqual(["COMPLETED", "QUEUED"]);
    expect(isAlive(pid)).toBe(false);
    await until("what Python has started to be gone", () => !isAlive(child) || undefined);
  });

  test("that is killed takes Python with it", async () => {
    const worker = await worked("killed", work);
    const { pid } = (await done("killed", { kind: "plain" })) as { pid: number };
    process.kill(worker.pid, "SIGKILL");
    await until("Python to be gone", () => !isAlive(pid) || undefined);
  });

  test("takes nothing in a Slurm job that is nearly over", async () => {
    const worker = await worked("late", work, { SLURM_JOB_END_TIME: "1" });
    expect(await worker.ended).toBe(0);
    expect(worker.output()).toContain("too little for another job");
  });

  test("is told by start which handler runs, and by its modifier how many at once", async () => {
    await using gate = await startGate();
    await worked("modified", join(files, "modified.py"));
    const { hostname, port } = new URL(gate.url);
    const input = { input: { gate: [hostname, Number(port)] } };
    const taken = [await jobs.submit("modified", input), await jobs.submit("modified", input)];
    const third = await jobs.submit("modified", input);
    for (const { id } of taken) await jobs.when(id, "begun", isRunning);
    expect((await jobs.get(third.id)).status).toBe("QUEUED");
    gate.open();
    await jobs.when(third.id, "done", isCompleted);
    expect(await jobs.result(third.id)).toEqual({ output: "hello", id: third.id });
  });

  test("in proxy mode calls the server for each job, once that has started", async () => {
    await using upstream = await startLlmServer();
    await worked("proxied", join(files, "proxy.py"), { UPSTREAM: upstream.url });
    const { id, status } = await jobs.submit("proxied", { path: "/v1/chat/completions", input: { n: 1 } });
    expect(status).toBe("QUEUED");
    upstream.start();
    await jobs.when(id, "done", isCompleted);
    expect(await jobs.result(id)).toEqual({ url: "/v1/chat/completions", asked: { n: 1 } });
  });

  test("is tried out before, and its mistakes are told with their tracebacks", async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, "app.py");
    const write = (body: string): Promise<void> =>
      writeFile(file, `class Double:\n    def predict(self, n: int):\n        ${body}\n`);
    await write("return n * 2");
    await using tried = await dev(`${file}:Double`, { BERTH_HOME_DIR: berth.home });
    expect(await (await fetch(tried.url)).text()).toContain("<title>app.py</title>");
    expect(await tried.settled(1)).toMatchObject({ kind: "ready" });
    expect(await (await tried.call(undefined, "/predict?n=2")).json()).toBe(4);

    await write('raise RuntimeError("it is odd")');
    expect(await tried.settled(2)).toMatchObject({ kind: "ready" });
    const failed = await tried.call(undefined, "/predict?n=3");
    const { error } = (await failed.json()) as { error: { details: string } };
    expect([failed.status, error.details]).toEqual([
      500,
      expect.stringMatching(/^Traceback .*\n {2}File ".*app\.py", line 3, in predict/) as string,
    ]);

    await writeFile(file, "import nothing_of_that_name\nclass Double:\n    def predict(self): ...\n");
    const { kind, reason } = await tried.settled(3);
    expect([kind, reason]).toEqual([
      "failed",
      expect.stringMatching(/Traceback[^]*app\.py", line 1[^]*No module named/) as string,
    ]);
  });
});
