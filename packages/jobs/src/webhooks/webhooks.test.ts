import { join } from "node:path";
import type { Delivery } from "@berth/api";
import { FakeClock } from "@berth/std/clock";
import type { JobResult, JobStore, NewJob } from "@berth/store";
import { openJobStore } from "@berth/store/sqlite";
import { temporaryFolder } from "@berth/testing/temporary-folder";
import { isSignedWith, webhookReceiver } from "@berth/testing/webhook-receiver";
import { describe, expect, test } from "vitest";
import { AllowedHosts } from "./allowed-hosts.ts";
import { type SendWebhook, type WebhookAnswer, type WebhookCall, webhookSender } from "./send-webhook.ts";
import { webhookRules } from "./webhook-rules.ts";
import { Webhooks, type WebhooksOptions } from "./webhooks.ts";

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const good: WebhookAnswer = { kind: "answered", status: 200, text: "" };
const bad: WebhookAnswer = { kind: "answered", status: 500, text: "no" };
const toHere = webhookSender({ allowed: new AllowedHosts(["127.0.0.1:*"]) });

interface Sent extends WebhookCall {
  readonly answer: (answer: WebhookAnswer) => void;
}

/** `send` by default leaves each call in `sent`, to be answered by the test. */
async function world(more: Partial<WebhooksOptions> = {}) {
  const folder = await temporaryFolder();
  const store = await openJobStore({ path: join(folder.path, "jobs.db") });
  const clock = new FakeClock();
  const sent: Sent[] = [];
  const troubles: unknown[] = [];
  const send: SendWebhook = (call, signal) =>
    new Promise((resolve, reject) => {
      sent.push({ ...call, answer: resolve });
      signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
    });
  const options = { store, clock, random: () => 0, secrets: async () => [secret] as const, send, ...more };
  const webhooks = new Webhooks(options);
  const keeping = webhooks.keep((error) => troubles.push(error));
  const submit = async (id: string, job: Partial<NewJob> = {}): Promise<void> => {
    await store.submit(newJob({ id, webhookUrl: "https://hooks.example/done", ...job }), clock.now());
  };
  const stop = async (): Promise<void> => {
    webhooks.close();
    await keeping;
  };
  return {
    store,
    clock,
    sent,
    troubles,
    webhooks,
    options,
    submit,
    stop,
    /** Lets everybody do what is due, without time going by. */
    until: async (holds: () => boolean | Promise<boolean>): Promise<void> => {
      while (!(await holds())) await clock.advance(0);
    },
    cancelled: async (id: string, job: Partial<NewJob> = {}): Promise<void> => {
      await submit(id, job);
      await store.cancel(id, clock.now());
    },
    completed: async (id: string, result: JobResult, job: Partial<NewJob> = {}): Promise<void> => {
      await submit(id, job);
      await complete(store, result, clock.now());
    },
    delivery: async (id: string): Promise<Delivery> => {
      const [delivery] = await webhooks.deliveries(id);
      if (delivery === undefined) throw new Error(`nothing is told of ${id}`);
      return delivery;
    },
    async [Symbol.asyncDispose]() {
      await stop();
      await store.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

function newJob(more: Partial<NewJob> & Pick<NewJob, "id">): NewJob {
  return {
    endpointId: "end-1",
    keyId: null,
    priority: 0,
    call: { path: "/predict", contentType: "application/json", body: Buffer.from("{}") },
    availableAt: 0,
    expiresAt: Number.MAX_SAFE_INTEGER,
    executionTimeoutMs: 10_000,
    maxAttempts: 1,
    retentionMs: 1e9,
    deadLetterMs: 1e9,
    idempotency: null,
    webhookUrl: null,
    queueLimit: 100_000,
    keyLimit: 100_000,
    bytesLimit: 1e9,
    ...more,
  };
}

async function complete(store: JobStore, result: JobResult, now: number): Promise<void> {
  const claim = { endpointId: "end-1", workerId: "w", limit: 1, leaseMs: 1000 };
  const [taken] = await store.claim(claim, now);
  if (taken === undefined) throw new Error("there is no job");
  await store.finish(taken.lease, { kind: "completed", result }, now);
}

const bytes = (text: string | Buffer, contentType = "application/json"): JobResult => ({
  status: 200,
  contentType,
  body: { kind: "bytes", bytes: Buffer.from(text) },
});

describe("a webhook", () => {
  test("is told what its job came to, and can see who says it", async () => {
    await using receiver = await webhookReceiver((_, response) => response.writeHead(202).end("noted"));
    await using given = await world({ send: toHere });
    await given.completed("job-1", bytes('{"a":1}'), { webhookUrl: receiver.url });
    await given.until(async () => (await given.delivery("job-1")).status === "delivered");
    const [told] = receiver.told;
    if (told === undefined) throw new Error("nothing was told");
    expect(isSignedWith(secret, told)).toBe(true);
    expect(isSignedWith("whsec_c29tZXRoaW5nIGVsc2UgdGhhbiB0aGF0", told)).toBe(false);
    const now = given.clock.now();
    expect(told.headers).toMatchObject({
      "content-type": "application/json",
      "webhook-id": "job-1-1",
      "webhook-timestamp": String(Math.floor(now / 1000)),
    });
    expect(JSON.parse(told.body)).toEqual({
      id: "job-1",
      endpointId: "end-1",
      status: "COMPLETED",
      error: null,
      result: {
        status: 200,
        contentType: "application/json",
        bytes: 7,
        url: "/api/v1/jobs/job-1/result",
        json: { a: 1 },
      },
      createdAt: now,
      startedAt: now,
      finishedAt: now,
      attempts: 1,
    });
    expect(await given.delivery("job-1")).toMatchObject({ attempts: 1, responseStatus: 202, error: null });
    expect((await given.delivery("job-1")).log).toMatchObject([{ response: "noted" }]);
  });

  test("that answers 500 and then 200 is told twice, by the same id, and no third time", async () => {
    let times = 0;
    await using receiver = await webhookReceiver((_, response) =>
      response.writeHead((times += 1) === 1 ? 500 : 200).end(),
    );
    await using given = await world({ send: toHere });
    await given.cancelled("job-1", { webhookUrl: receiver.url });
    await given.until(async () => (await given.delivery("job-1")).responseStatus === 500);
    await given.clock.advance(4_999);
    expect(receiver.told.length).toBe(1);
    await given.clock.advance(1);
    await given.until(async () => (await given.delivery("job-1")).status === "delivered");
    expect(receiver.told.map(({ headers }) => headers["webhook-id"])).toEqual(["job-1-1", "job-1-1"]);
    expect(receiver.told.every((told) => isSignedWith(secret, told))).toBe(true);
    expect(new Set(receiver.told.map(({ body }) => body)).size).toBe(1);
    expect((await given.delivery("job-1")).log.map(({ responseStatus }) => responseStatus)).toEqual([
      500, 200,
    ]);
  });

  test("that is down for an hour is told then", async () => {
    await using gone = await webhookReceiver();
    let isDown = true;
    const send: SendWebhook = async (call, signal) =>
      isDown ? { kind: "unreached", reason: "connect ECONNREFUSED" } : toHere(call, signal);
    await using given = await world({ send });
    await given.cancelled("job-1", { webhookUrl: gone.url });
    const ended = given.clock.now();
    let waits = await given.delivery("job-1");
    const isOver = (): boolean => waits.status !== "pending";
    const look = async (): Promise<boolean> => {
      waits = await given.delivery("job-1");
      return isOver() || waits.nextAttemptAt !== null;
    };
    for (let tries = 1; ; tries += 1) {
      await given.until(async () => (await look()) && waits.log.length === tries);
      if (isOver()) break;
      const at = waits.nextAttemptAt ?? 0;
      isDown = at - ended < 3_600_000;
      await given.clock.advance(at - given.clock.now());
    }
    expect(await given.delivery("job-1")).toMatchObject({ status: "delivered", responseStatus: 200 });
    expect(given.clock.now() - ended).toBeLessThan(2 * 3_600_000);
    expect(gone.told.length).toBe(1);
  });

  test("that never answers is left after 15 s, and told again", async () => {
    await using given = await world();
    await given.cancelled("job-1");
    await given.until(() => given.sent.length === 1);
    await given.clock.advance(webhookRules.tryMs);
    await given.until(async () => (await given.delivery("job-1")).nextAttemptAt !== null);
    expect(await given.delivery("job-1")).toMatchObject({
      status: "pending",
      error: "no answer within 15 s",
    });
    expect((await given.delivery("job-1")).log).toMatchObject([{ durationMs: 15_000, responseStatus: null }]);
    await given.clock.advance(5_000);
    await given.until(() => given.sent.length === 2);
  });

  test("that leads inside is not told, and the log says why", async () => {
    await using receiver = await webhookReceiver();
    const send = webhookSender({ allowed: new AllowedHosts([]) });
    await using given = await world({ send });
    await given.cancelled("job-1", { webhookUrl: receiver.url });
    await given.until(async () => (await given.delivery("job-1")).status === "failed");
    expect((await given.delivery("job-1")).error).toMatch(/not a public address/);
    expect(receiver.told).toEqual([]);
  });

  test("that answers 410 is left alone, until somebody asks", async () => {
    let status = 410;
    await using receiver = await webhookReceiver((_, response) => response.writeHead(status).end());
    await using given = await world({ send: toHere });
    await given.cancelled("job-1", { webhookUrl: receiver.url });
    await given.until(async () => (await given.delivery("job-1")).status === "failed");
    status = 200;
    await given.clock.advance(10_000);
    expect((await given.webhooks.redeliver("job-1")).status).toBe("pending");
    await given.until(async () => (await given.delivery("job-1")).status === "delivered");
    expect(receiver.told.map(({ headers }) => headers["webhook-id"])).toEqual(["job-1-1", "job-1-1"]);
  });
});

describe("the result goes along", () => {
  test.each<[string, JobResult, object]>([
    ["as JSON", bytes("[1,2]"), { json: [1, 2] }],
    ["as base64", bytes(Buffer.from([1, 255]), "image/gif"), { base64: "Af8=" }],
    ["when it is 1 MiB", bytes(`"${"x".repeat(2 ** 20 - 2)}"`), { json: "x".repeat(2 ** 20 - 2) }],
  ])("%s", async (_fact, result, expected) => {
    await using given = await world();
    await given.completed("job-1", result);
    await given.until(() => given.sent.length === 1);
    const told = JSON.parse(Buffer.from(given.sent[0]?.body ?? []).toString()) as { result: object };
    expect(told.result).toMatchObject(expected);
  });

  test.each<[string, JobResult]>([
    ["when it is larger", bytes(`"${"x".repeat(2 ** 20 - 1)}"`)],
    ["when it lies elsewhere", { ...bytes(""), body: { kind: "blob", name: "b1", bytes: 20 } }],
  ])("as an address alone %s", async (_fact, result) => {
    await using given = await world();
    await given.completed("job-1", result);
    await given.until(() => given.sent.length === 1);
    const told = JSON.parse(Buffer.from(given.sent[0]?.body ?? []).toString()) as { result: object };
    expect(Object.keys(told.result).toSorted()).toEqual(["bytes", "contentType", "status", "url"]);
  });
});

describe("of many", () => {
  const hostOf = ({ url }: WebhookCall): string => new URL(url).host;

  test("a slow host holds up only itself, and has no more than its share at once", async () => {
    await using given = await world();
    for (let index = 0; index < 40; index += 1)
      await given.cancelled(`slow-${index}`, { keyId: `key-${index % 2}` });
    await given.until(() => given.sent.length === webhookRules.atOncePerHost);
    await given.cancelled("other", { webhookUrl: "https://other.example/" });
    await given.until(() => given.sent.length > webhookRules.atOncePerHost);
    expect(given.sent.map(hostOf)).toEqual([...Array<string>(4).fill("hooks.example"), "other.example"]);
    given.sent[0]?.answer(bad);
    await given.until(() => given.sent.length === 6);
    expect(given.sent.map(hostOf).at(-1)).toBe("hooks.example");
  });

  test("a key that names many slow hosts holds up no other key", async () => {
    await using given = await world();
    for (let index = 0; index < 40; index += 1)
      await given.cancelled(`m-${index}`, { keyId: "many", webhookUrl: `https://m-${index}.example/` });
    await given.until(() => given.sent.length === webhookRules.atOncePerKey);
    await given.cancelled("other", { keyId: "other" });
    await given.until(() => given.sent.length > webhookRules.atOncePerKey);
    expect(given.sent.map(hostOf).at(-1)).toBe("hooks.example");
    given.sent[0]?.answer(bad);
    await given.until(() => given.sent.length === webhookRules.atOncePerKey + 2);
    expect(given.sent.map(hostOf).at(-1)).toMatch(/^m-/);
  });

  test("a key that has much to tell at a slow host leaves half of its places to others", async () => {
    await using given = await world();
    const idOf = ({ body }: WebhookCall) => (JSON.parse(Buffer.from(body).toString()) as { id: string }).id;
    for (let index = 0; index < 40; index += 1) await given.cancelled(`many-${index}`, { keyId: "many" });
    await given.until(() => given.sent.length === webhookRules.atOncePerKeyAtHost);
    await given.cancelled("other", { keyId: "other" });
    await given.until(() => given.sent.length > webhookRules.atOncePerKeyAtHost);
    expect(given.sent.map(idOf)).toEqual(["many-0", "many-1", "other"]);
  });

  test("no more than so many are told at once, and each is told", async () => {
    await using given = await world();
    const ids = Array.from({ length: 80 }, (_, index) => `job-${index}`);
    for (const [index, id] of ids.entries())
      await given.cancelled(id, { keyId: `key-${index % 10}`, webhookUrl: `https://${id}.example/` });
    await given.until(() => given.sent.length === webhookRules.atOnce);
    let answered = 0;
    while (answered < ids.length) {
      await given.until(() => given.sent.length > answered);
      expect(given.sent.length - answered).toBeLessThanOrEqual(webhookRules.atOnce);
      given.sent[answered]?.answer(good);
      answered += 1;
    }
    await given.until(
      async () => (await given.store.claimDeliveries(idle, given.clock.now())).nextAt === null,
    );
    expect(new Set(given.sent.map(hostOf)).size).toBe(80);
    expect(given.sent.length).toBe(80);
  });
});

const idle = { limit: 1, perHost: 1, perKey: 1, perKeyAtHost: 1, underWay: [], leaseMs: 1 };

describe("one that stops", () => {
  test("gives back what is under way, and the next one tells it at once", async () => {
    await using given = await world();
    await given.cancelled("job-1");
    await given.until(() => given.sent.length === 1);
    await given.stop();
    expect(await given.delivery("job-1")).toMatchObject({
      status: "pending",
      nextAttemptAt: given.clock.now(),
      error: "the server was stopped meanwhile",
    });
    const next = new Webhooks(given.options);
    const keeping = next.keep(() => undefined);
    await given.until(() => given.sent.length === 2);
    given.sent[1]?.answer(good);
    await given.until(async () => (await given.delivery("job-1")).status === "delivered");
    next.close();
    await keeping;
  });

  test("without having recorded it has it told again when the lease is over", async () => {
    await using given = await world();
    await given.stop();
    await given.cancelled("job-1");
    const { leaseMs } = webhookRules;
    await given.store.claimDeliveries({ ...idle, leaseMs }, given.clock.now());
    const next = new Webhooks(given.options);
    const keeping = next.keep(() => undefined);
    await given.until(() => given.clock.sleeping > 0);
    await given.clock.advance(leaseMs - 1);
    expect(given.sent).toEqual([]);
    await given.clock.advance(1);
    await given.until(() => given.sent.length === 1);
    next.close();
    await keeping;
  });
});

describe("trouble of our own is reported, and nothing is lost by it:", () => {
  test("the secret cannot be read", async () => {
    let isBroken = true;
    const trouble = new Error("EACCES");
    await using given = await world({
      secrets: () => (isBroken ? Promise.reject(trouble) : Promise.resolve([secret])),
    });
    await given.cancelled("job-1");
    await given.until(() => given.troubles.length === 1);
    expect(given.troubles).toEqual([trouble]);
    expect(await given.delivery("job-1")).toMatchObject({ status: "pending", log: [] });
    isBroken = false;
    await given.clock.advance(webhookRules.leaseMs);
    await given.until(() => given.sent.length === 1);
  });

  test("the store does not answer", async () => {
    let isBroken = true;
    const trouble = new Error("SQLITE_BUSY");
    await using given = await world();
    await given.stop();
    const { store: whole } = given;
    const store: WebhooksOptions["store"] = {
      claimDeliveries: (...args) => (isBroken ? Promise.reject(trouble) : whole.claimDeliveries(...args)),
      recordDelivery: (...args) => whole.recordDelivery(...args),
      listDeliveries: (...args) => whole.listDeliveries(...args),
      redeliver: (...args) => whole.redeliver(...args),
      getResult: (...args) => whole.getResult(...args),
      onChange: (listener) => whole.onChange(listener),
    };
    const next = new Webhooks({ ...given.options, store });
    const troubles: unknown[] = [];
    const keeping = next.keep((error) => troubles.push(error));
    await given.until(() => given.clock.sleeping > 0);
    expect(troubles).toEqual([trouble]);
    await given.cancelled("job-1");
    isBroken = false;
    await given.clock.advance(5_000);
    await given.until(() => given.sent.length === 1);
    next.close();
    await keeping;
  });
});
