import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { hasJobEnded, type Delivery, type Endpoint, type Job, type TakenJobBody } from "@berth/api";
import { webhookReceiver } from "@berth/testing/webhook-receiver";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBerth, type Berth } from "../berth-process.ts";
import { EndpointRig, echoTemplate } from "../endpoints/endpoint-rig.ts";
import { until } from "../until.ts";
import { JobRig } from "./job-rig.ts";
import { startPullWorker } from "./pull-worker.ts";

const files = join(import.meta.dirname, "files");
const queue = { leaseSeconds: 5 };
const hourMs = 3_600_000;

let berth: Berth;
let rig: EndpointRig;
let jobs: JobRig;
let workerKey: string;

beforeAll(async () => {
  berth = await startBerth({ demo: false, flags: ["--webhook-allow", "127.0.0.1:*"] });
  rig = new EndpointRig(berth);
  jobs = new JobRig(berth);
  await rig.deployed("called", { template: echoTemplate(), scaling: { min: 1, concurrency: 1 }, queue });
  await createTaken("taken");
  const { key } = await rig.call<{ key: string }>("POST", "/api/v1/keys", { name: "w", scopes: ["worker"] });
  workerKey = key;
});
afterAll(() => berth.dispose());

function createTaken(name: string): Promise<Endpoint> {
  return rig.call("POST", "/api/v1/endpoints", { name, visibility: "public", queue });
}

/** A job for a worker that is this test itself. */
async function take(endpoint: string): Promise<TakenJobBody> {
  const asked = { workerId: "by-hand", waitSeconds: 20 };
  const path = `/api/v1/endpoints/${endpoint}/take`;
  const [, { data }] = await jobs.told<{ data: TakenJobBody[] }>("POST", path, asked, workerKey);
  const [taken] = data;
  if (taken === undefined) throw new Error("there was nothing to take");
  return taken;
}

function complete(lease: string, json: unknown): Promise<[number, unknown]> {
  return jobs.told("POST", "/api/v1/leases/complete", { lease, json }, workerKey);
}

describe("results", () => {
  test("that come twice, too late or forged change nothing", async () => {
    const { id } = await jobs.submit("taken", { input: 1 });
    const first = await take("taken");
    // silent for longer than its lease
    const second = await take("taken");
    expect([first.id, first.attempt, second.id, second.attempt]).toEqual([id, 1, id, 2]);
    expect(await complete(`${second.lease.slice(0, -3)}abc`, "forged")).toMatchObject([403, {}]);
    expect(await complete(second.lease, "right")).toEqual([200, { kind: "stored", status: "COMPLETED" }]);
    const superseded = [200, { kind: "superseded", status: "COMPLETED" }];
    expect(await complete(second.lease, "again")).toEqual(superseded);
    expect(await complete(first.lease, "late")).toEqual(superseded);
    expect(await jobs.result(id)).toBe("right");
  });
});

describe.each([
  ["ahead", hourMs],
  ["behind", -hourMs],
])("a worker whose clock is an hour %s", (name, aheadMs) => {
  test("keeps what it works on, and times nothing out", async () => {
    await createTaken(`clock-${name}`);
    const flags = ["--import", `${pathToFileURL(join(files, "other-clock.mjs")).href}?${aheadMs}`];
    const file = join(files, "faulty.ts");
    const worker = startPullWorker({
      url: berth.url,
      key: workerKey,
      endpoint: `clock-${name}`,
      file,
      flags,
    });
    // longer than a lease
    const order = { input: { n: 1, fault: "takes 7 s" }, executionTimeoutSeconds: 60, ttlSeconds: 120 };
    const ended = await jobs.ended(`clock-${name}`, order);
    expect([ended.status, ended.attempts]).toEqual(["COMPLETED", 1]);
    const { now } = await jobs.result<{ now: number }>(ended.id);
    expect(Math.abs(now - Date.now() - aheadMs)).toBeLessThan(hourMs / 2);
    expect(ended.finishedAt).toBeLessThanOrEqual(Date.now());
    await worker.stop();
  });
});

describe("a webhook", () => {
  test.each(["http://10.0.0.1/", "http://169.254.169.254/latest", "http://[::1]:1/", "ftp://example.org/"])(
    "%s is refused, and no job is queued",
    async (webhook) => {
      const [status, body] = await jobs.told("POST", "/api/v1/endpoints/taken/jobs", { input: 1, webhook });
      expect([status, body]).toMatchObject([
        400,
        { error: { param: expect.stringContaining("webhook") as string } },
      ]);
    },
  );

  test("that redirects is not followed; one that is down costs the job nothing, and is told once it is up", async () => {
    await using elsewhere = await webhookReceiver();
    let isDown = true;
    await using receiver = await webhookReceiver((_, response) => {
      if (!isDown) return void response.end();
      response.writeHead(302, { location: elsewhere.url }).end();
    });
    const { id, status } = await jobs.ended("called", { input: {}, webhook: receiver.url });
    expect(status).toBe("COMPLETED");
    const path = `/api/v1/jobs/${id}/deliveries`;
    const [pending] = await until("the first try", async () => {
      const [, { data }] = await jobs.told<{ data: Delivery[] }>("GET", path);
      return (data[0]?.attempts ?? 0) > 0 && data[0]?.error !== null ? data : undefined;
    });
    expect([pending?.status, pending?.error]).toEqual([
      "pending",
      expect.stringContaining("redirects are not followed"),
    ]);
    isDown = false;
    expect((await jobs.told("POST", path))[0]).toBe(409);
    await until("it to be told", async () => {
      const [, { data }] = await jobs.told<{ data: Delivery[] }>("GET", path);
      return data[0]?.status === "delivered" ? true : undefined;
    });
    expect(new Set(receiver.told.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    expect(elsewhere.told).toEqual([]);
  });
});

test("a store that another program keeps locked takes no job, says so, and goes on when it is free", async () => {
  const lock = new DatabaseSync(join(berth.home, "jobs.db"));
  lock.exec("begin immediate");
  const [status, refused] = await jobs.told("POST", "/api/v1/endpoints/called/jobs", { input: { a: 1 } });
  expect([status, refused]).toMatchObject([
    503,
    { error: { message: expect.stringContaining("locked") as string } },
  ]);
  lock.exec("rollback");
  lock.close();
  expect((await jobs.ended("called", { input: { a: 2 } })).status).toBe("COMPLETED");
});

describe("an endpoint that is deleted with jobs running", () => {
  test("cancels what is called and what waits, and they are shown still", async () => {
    await rig.deployed("doomed", { template: echoTemplate(), scaling: { min: 1, concurrency: 1 }, queue });
    const running = await jobs.submit("doomed", { input: { ms: 600_000 } });
    const waiting = await jobs.submit("doomed", { input: {} });
    await jobs.when(running.id, "running", ({ status }) => status === "RUNNING");
    expect((await jobs.told("DELETE", "/api/v1/endpoints/doomed"))[0]).toBe(204);
    for (const { id } of [running, waiting]) {
      const { status, error } = await jobs.when(id, "over", (job) => hasJobEnded(job.status));
      expect([status, error?.code]).toEqual(["CANCELLED", "cancelled"]);
    }
    expect((await jobs.told("POST", `/api/v1/jobs/${waiting.id}/retry`))[0]).toBe(409);
  });

  test("takes them from their workers; one made anew by its name has nothing of it", async () => {
    await createTaken("reused");
    const order = { input: 1, idempotencyKey: "the same" };
    const old = await jobs.submit("reused", order);
    const taken = await take("reused");
    await jobs.told("DELETE", "/api/v1/endpoints/reused");
    await createTaken("reused");
    await jobs.when(old.id, "cancelled", ({ status }) => status === "CANCELLED");
    expect(await complete(taken.lease, "late")).toEqual([200, { kind: "superseded", status: "CANCELLED" }]);
    const [, listed] = await jobs.told("GET", "/api/v1/endpoints/reused/jobs");
    expect(listed).toMatchObject({ data: [] });
    const next = await jobs.submit("reused", order);
    expect(next.id).not.toBe(old.id);
    const again = await take("reused");
    expect([again.id, again.attempt]).toEqual([next.id, 1]);
    await complete(again.lease, "new");
    expect(await jobs.result(next.id)).toBe("new");
  });
});

describe("a body", () => {
  const mostBytes = 20 * 2 ** 20;
  const jsonOf = (bytes: number): string => `"${"x".repeat(bytes - 2)}"`;
  const asJob = (bytes: number): Promise<[number, Job]> =>
    jobs.told("POST", "/api/v1/endpoints/taken/jobs", `{"input":${jsonOf(bytes)}}`);
  const asCall = async (bytes: number): Promise<[number, Job]> => {
    const headers = { "x-berth-async": "true" };
    const init = { method: "POST", body: jsonOf(bytes), headers };
    const response = await berth.fetch("/e/berth/taken/predict", init);
    return [response.status, (await response.json()) as Job];
  };

  test.each([
    ["submitted", asJob],
    ["of a call that is queued", asCall],
  ])("%s is taken with 20 MiB, and refused with one byte more", async (_how, send) => {
    const [status, { id, inputBytes }] = await send(mostBytes);
    expect([status, inputBytes]).toEqual([202, mostBytes]);
    const taken = await take("taken");
    expect([taken.id, Buffer.from(taken.body, "base64").length]).toEqual([id, mostBytes]);
    expect(await complete(taken.lease, null)).toMatchObject([200, { kind: "stored" }]);
    const [refused, body] = await send(mostBytes + 1);
    expect([refused, body]).toMatchObject([413, { error: { code: "payload_too_large" } }]);
  });
});
