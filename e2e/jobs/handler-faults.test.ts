import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBerth, type Berth } from "../berth-process.ts";
import { EndpointRig } from "../endpoints/endpoint-rig.ts";
import { JobRig } from "./job-rig.ts";
import { startPullWorker, type PullWorker } from "./pull-worker.ts";

const faulty = join(import.meta.dirname, "files/faulty.ts");
const queue = { leaseSeconds: 5 };
/** What leaks ends soon, and takes nobody's memory. */
const heap = "--max-old-space-size=512";
const withoutCore = 'ulimit -c 0; exec "$@"';

/** Of what died: a worker by its silence, a replica by the connection that broke, or by its end. */
const lost = /^(?:worker_lost|upstream_failed|engine_died)$/;

let berth: Berth;
let jobs: JobRig;
let workers: PullWorker[];
let startWorker: () => PullWorker;

beforeAll(async () => {
  berth = await startBerth({ demo: false });
  jobs = new JobRig(berth);
  const rig = new EndpointRig(berth);
  const template = {
    handler: { language: "typescript", source: { kind: "path", path: faulty } },
    env: { NODE_OPTIONS: heap },
  };
  await rig.deployed("called", { template, scaling: { min: 1 }, queue });
  await rig.call("POST", "/api/v1/endpoints", { name: "taken", visibility: "public", queue });
  const { key } = await rig.call<{ key: string }>("POST", "/api/v1/keys", { name: "w", scopes: ["worker"] });
  const options = { url: berth.url, key, endpoint: "taken", file: faulty, flags: [heap], shell: withoutCore };
  // as whatever minds a worker does: when one has ended, another is started
  startWorker = () => {
    const worker = startPullWorker(options);
    workers.push(worker);
    void worker.ended.then((code) => (code === 0 ? undefined : startWorker()));
    return worker;
  };
  workers = [];
  startWorker();
});
afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.stop()));
  await berth.dispose();
});

/** Whatever was done to it, the next job is done. */
async function isWell(endpoint: string): Promise<void> {
  const { id, status } = await jobs.ended(endpoint, { input: { n: 5 }, maxAttempts: 10 });
  expect(status).toBe("COMPLETED");
  expect(await jobs.result(id)).toMatchObject({ n: 5 });
}

describe.each(["taken", "called"])("the handler of a job that is %s", (endpoint) => {
  test("throws: the job has failed, with the stack", async () => {
    const { status, error, isDeadLetter } = await jobs.ended(endpoint, { input: { n: 1, fault: "throws" } });
    expect({ status, error, isDeadLetter }).toEqual({
      status: "FAILED",
      error: {
        code: "handler_failed",
        message: "there is no such voice",
        details: expect.stringMatching(/RangeError: .*faulty\.ts:\d+/s) as string,
      },
      isDeadLetter: true,
    });
  });

  test("hangs: the job is timed out, and the next one is worked on", async () => {
    const order = { input: { n: 1, fault: "hangs" }, executionTimeoutSeconds: 1 };
    const { status, error } = await jobs.ended(endpoint, order);
    expect([status, error?.code]).toEqual(["TIMED_OUT", "execution_timeout"]);
    await isWell(endpoint);
  });

  test("exits: somebody else has the job, as often as it may be tried", async () => {
    const once = await jobs.ended(endpoint, { input: { n: 1, fault: "exits once" } });
    expect([once.status, once.attempts]).toEqual(["COMPLETED", 2]);
    expect(await jobs.result(once.id)).toEqual({ n: 1, attempt: 2 });
    const always = await jobs.ended(endpoint, { input: { n: 1, fault: "exits" }, maxAttempts: 1 });
    expect([always.status, always.attempts, always.isDeadLetter]).toEqual(["FAILED", 1, true]);
    expect(always.error?.code).toMatch(lost);
    await isWell(endpoint);
  });

  test("prints 100 MB: the job is done, and no log grows without end", async () => {
    const { status } = await jobs.ended(endpoint, { input: { n: 1, fault: "prints" } });
    expect(status).toBe("COMPLETED");
    const launches = join(berth.home, "launches");
    const entries = await readdir(launches, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    const sizes = await Promise.all(
      files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size),
    );
    const logged = sizes.reduce((sum, size) => sum + size, 0);
    expect(logged).toBeLessThan(50_000_000);
    if (endpoint === "called") expect(logged).toBeGreaterThan(1_000_000);
    else expect(workers.some((worker) => worker.output().length >= 1_000_000)).toBe(true);
  });

  test("returns what JSON cannot hold: the job has failed, and says where", async () => {
    const { status, error } = await jobs.ended(endpoint, { input: { n: 1, fault: "has a BigInt" } });
    expect([status, error?.code, error?.message]).toEqual([
      "FAILED",
      "result_not_json",
      expect.stringContaining('its part "n" is a BigInt'),
    ]);
  });

  test("leaks until it dies: as one that exits", async () => {
    const order = { input: { n: 1, fault: "leaks" }, maxAttempts: 1 };
    const { status, error } = await jobs.ended(endpoint, order);
    expect(status).toBe("FAILED");
    expect(error?.code).toMatch(lost);
    await isWell(endpoint);
  });

  test("leaves more than 64 MiB: the job has failed, once, and 12 MiB are kept", async () => {
    const large = await jobs.ended(endpoint, { input: { n: 1, fault: "leaves 80 MiB" } });
    expect([large.status, large.attempts]).toEqual(["FAILED", 1]);
    expect(large.error?.code).toBe("result_too_large");
    const kept = await jobs.ended(endpoint, { input: { n: 1, fault: "leaves 12 MiB" } });
    expect(kept.status).toBe("COMPLETED");
    expect(await jobs.result(kept.id)).toHaveLength(12 * 2 ** 20);
  });
});
