import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BerthError, defaultQueueRules, type Job, mayWorkFor, type TakenJobBody } from "@berth/api";
import { readEvents } from "@berth/client";
import { Changes } from "@berth/control";
import { type Gateway, type Principal, unbounded } from "@berth/gateway";
import type { Blobs, QueueEndpoint, QueueEndpoints } from "@berth/jobs";
import { systemClock } from "@berth/std/clock";
import { openJobStore } from "@berth/store/sqlite";
import { describe, expect, test } from "vitest";
import { createFront, type FrontOptions } from "../http/front.ts";
import { originPolicy } from "../http/origin-guard.ts";
import { roomsForBodies } from "../http/read-body.ts";
import { openQueue } from "./open-queue.ts";

const mebibyte = 1024 * 1024;
const principals = new Map<string, Principal>(
  (
    [
      ["ada", ["inference"]],
      ["bob", ["inference"]],
      ["owner", ["inference"], "ada"],
      ["worker", ["worker"], "ada"],
      ["stranger", ["worker"], "bob"],
      ["admin", ["admin", "inference", "worker"]],
    ] as const
  ).map(([keyId, scopes, owner = null]) => [keyId, { keyId, scopes, owner, models: null, ...unbounded }]),
);

/** A server with one endpoint, `ada/echo`; whoever calls a model reaches a gateway that says as whom. */
async function serving(more: Partial<QueueEndpoint> = {}) {
  const folder = await mkdtemp(join(tmpdir(), "berth-queue-"));
  const store = await openJobStore({ path: join(folder, "jobs.db") });
  const kept = new Map<string, Uint8Array>();
  const blobs: Blobs = {
    write: async (name, bytes) => void kept.set(name, bytes as Uint8Array),
    read: async function* (name) {
      const bytes = kept.get(name);
      if (bytes === undefined) throw new BerthError("service_unavailable", "the blobs are away");
      yield bytes;
    },
    forget: async (names) => names.forEach((name) => kept.delete(name)),
  };
  const endpoint: QueueEndpoint = {
    id: "e1",
    fullName: "ada/echo",
    owner: "ada",
    rules: defaultQueueRules,
    isDispatched: false,
    isPaused: false,
    slots: 0,
    ...more,
  };
  const endpoints: QueueEndpoints = {
    find: (id, caller) => {
      if (!["e1", "ada/echo", "echo"].includes(id))
        throw new BerthError("not_found", `there is no endpoint ${id}`, { param: "id" });
      if (caller.keyId === "bob") throw new BerthError("forbidden", "it is private");
      return endpoint;
    },
    findForWork: (id, caller) => {
      if (!mayWorkFor(endpoint, caller)) throw new BerthError("forbidden", "only keys of ada may");
      return endpoints.find(id, caller);
    },
    get: (id) => (id === "e1" ? endpoint : undefined),
    list: () => [endpoint],
    watch: () => () => undefined,
  };
  const reported: unknown[] = [];
  const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const queue = await openQueue({
    store,
    endpoints,
    blobs,
    changes: new Changes(),
    clock: systemClock,
    webhookSecrets: async (endpointId) => [`whsec_of_${endpointId}`, "whsec_before"],
    webhookHosts: [],
    leaseSecret: "secret",
    url,
    principalOf: (keyId) => principals.get(keyId),
    charge: () => undefined,
    bodyRoom: roomsForBodies(64 * mebibyte).callers,
    diskSpace: async () => ({ freeBytes: 1e12, totalBytes: 1e12 }),
    report: (error) => reported.push(error),
  });
  const gateway: Pick<Gateway, "handle"> = {
    handle: async (_request, response, { principal }) => {
      response.writeHead(200, ["content-type", "text/plain"]);
      response.end(`called by ${principal?.keyId ?? "whoever has the key"}`);
    },
  };
  const stopping = new AbortController();
  const front = createFront({
    handlers: queue.handlers as unknown as FrontOptions["handlers"],
    sessions: {} as FrontOptions["sessions"],
    door: {
      keys: { verify: (key) => principals.get(key) },
      sessions: { verify: async () => undefined },
      open: false,
    },
    summarize: async () => (async function* () {})(),
    maxBodyBytes: 8 * mebibyte,
    maxUploadBytes: 64 * mebibyte,
    bodyRooms: roomsForBodies(64 * mebibyte),
    stopping: stopping.signal,
    onError: (error) => {
      if (!(error instanceof BerthError) || error.status >= 500) reported.push(error);
    },
    gateway: gateway as Gateway,
    queue,
    policy: originPolicy("127.0.0.1", [], []),
    console: undefined,
    metrics: { text: async () => "", contentType: "text/plain" },
    version: "0",
    newId: () => "req-1",
  });
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    if (!path.startsWith("/e/") || request.headers["x-berth-async"] !== undefined)
      return front(request, response);
    // as the front does with what the gateway knows
    return void gateway.handle(request, response, { ...queue.pass.admit(request, path) });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  queue.start();
  const call = (
    method: string,
    path: string,
    body?: unknown,
    key = "ada",
    headers: Record<string, string> = {},
  ): Promise<Response> =>
    fetch(url() + path, {
      method,
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
  const told = async (...asked: Parameters<typeof call>): Promise<[number, unknown]> => {
    const response = await call(...asked);
    return [response.status, await response.json()];
  };
  return {
    queue,
    kept,
    reported,
    call,
    told,
    submit: async (input: unknown = 1) =>
      (await told("POST", "/api/v1/endpoints/ada%2Fecho/jobs", { input }))[1] as Job,
    take: async (more: object = {}): Promise<readonly TakenJobBody[]> => {
      const asked = { workerId: "w", waitSeconds: 0, ...more };
      const [, taken] = await told("POST", "/api/v1/endpoints/e1/take", asked, "worker");
      return (taken as { readonly data: readonly TakenJobBody[] }).data;
    },
    say: (verb: string, body: object) => told("POST", `/api/v1/leases/${verb}`, body, "worker"),
    [Symbol.asyncDispose]: async () => {
      stopping.abort(new BerthError("shutting_down", "stopping"));
      await queue.stopCalling();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await queue.close();
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function events(response: Response): Promise<unknown[]> {
  const told: unknown[] = [];
  const text = response.body!.pipeThrough(new TextDecoderStream());
  for await (const { id, data } of readEvents(text)) told.push([id, JSON.parse(data)]);
  return told;
}

test("a job goes from its caller to a worker and back, by HTTP alone", async () => {
  await using given = await serving();
  const job = await given.submit({ a: 1 });
  expect(job).toMatchObject({ status: "QUEUED", endpointId: "e1", keyId: "ada" });
  const [taken] = await given.take();
  expect(taken).toMatchObject({ id: job.id, attempt: 1, path: "/predict", leaseMs: 30_000 });
  expect(Buffer.from(taken!.body, "base64").toString()).toBe('{"a":1}');
  const lease = taken!.lease;
  const progress = { done: 1, total: 3, message: "one" };
  expect(await given.say("renew", { workerId: "w", leases: [{ lease, progress }] })).toEqual([
    200,
    { data: ["held"] },
  ]);
  expect(await given.told("GET", `/api/v1/jobs/${job.id}/result`)).toMatchObject([
    409,
    { error: { code: "conflict", details: { status: "RUNNING", error: null } } },
  ]);
  const waiting = given.call("GET", `/api/v1/jobs/${job.id}/result?wait=60`);
  const gif = Buffer.from("GIF89a").toString("base64");
  expect(await given.say("complete", { lease, status: 201, contentType: "image/gif", base64: gif })).toEqual([
    200,
    { kind: "stored", status: "COMPLETED" },
  ]);
  const result = await waiting;
  expect([result.status, result.headers.get("x-berth-status"), result.headers.get("content-type")]).toEqual([
    200,
    "201",
    "image/gif",
  ]);
  expect(await result.text()).toBe("GIF89a");
  const input = await given.call("GET", `/api/v1/jobs/${job.id}/input`);
  expect(await input.text()).toBe('{"a":1}');
  expect(given.reported).toEqual([]);
});

test("a stream is told as it comes, with numbers to go on behind", async () => {
  await using given = await serving();
  const { id } = await given.submit();
  const [taken] = await given.take();
  const lease = taken!.lease;
  const append = (first: number, ...values: unknown[]) => given.say("append", { lease, first, values });
  expect(await append(1, { a: 1 })).toEqual([200, { held: "held" }]);
  // as whoever has had no answer does
  expect(await append(1, { a: 1 }, "two")).toEqual([200, { held: "held" }]);
  expect(await append(4, "four")).toMatchObject([409, { error: { code: "conflict", param: "first" } }]);
  await given.say("complete", { lease, streamed: true });
  const path = `/api/v1/jobs/${id}/stream`;
  const end = ["2", { type: "end", job: expect.objectContaining({ status: "COMPLETED" }) as unknown }];
  const two = ["2", { type: "value", value: "two" }];
  expect(await events(await given.call("GET", path))).toEqual([
    ["1", { type: "value", value: { a: 1 } }],
    two,
    end,
  ]);
  const behind = await given.call("GET", path, undefined, "ada", { "last-event-id": "1" });
  expect(await events(behind)).toEqual([two, end]);
  expect((await given.told("GET", path, undefined, "ada", { "last-event-id": "x" }))[0]).toBe(400);
  const [, result] = await given.told("GET", `/api/v1/jobs/${id}/result`);
  expect(result).toEqual([{ a: 1 }, "two"]);
});

test.each<[string, object, number, object]>([
  ["two results", { json: 1, streamed: true }, 400, { code: "invalid_request" }],
  ["no result", {}, 400, { code: "invalid_request", param: "json" }],
  [
    "a type that breaks headers",
    { json: 1, contentType: "a\r\nset-cookie: b" },
    400,
    { param: "contentType" },
  ],
  ["what is no base64", { base64: "%%" }, 400, { param: "base64" }],
  ["a forged lease", { lease: "job-1.1.x", json: 1 }, 403, { code: "forbidden" }],
])("a worker that sends %s is refused, and may try again", async (_fact, said, status, error) => {
  await using given = await serving();
  await given.submit();
  const [taken] = await given.take();
  const lease = taken!.lease;
  expect(await given.say("complete", { lease, ...said })).toMatchObject([status, { error }]);
  expect(await given.say("complete", { lease, json: null })).toMatchObject([200, { kind: "stored" }]);
});

test("a result of more than 10 MiB goes elsewhere and comes back whole", async () => {
  await using given = await serving();
  const { id } = await given.submit();
  const [taken] = await given.take();
  const bytes = Buffer.alloc(11 * mebibyte, 7);
  await given.say("complete", { lease: taken!.lease, base64: bytes.toString("base64") });
  expect(given.kept.size).toBe(1);
  const result = await given.call("GET", `/api/v1/jobs/${id}/result`);
  expect(Buffer.from(await result.arrayBuffer()).equals(bytes)).toBe(true);
  given.kept.clear();
  expect((await given.told("GET", `/api/v1/jobs/${id}/result`))[0]).toBe(503);
});

test.each([
  ["ada", "take", "worker"],
  ["worker", "jobs", "inference"],
])("a key of %s may not %s", async (key, what, scope) => {
  await using given = await serving();
  const body = what === "take" ? { workerId: "w" } : { input: 1 };
  expect(await given.told("POST", `/api/v1/endpoints/e1/${what}`, body, key)).toMatchObject([
    403,
    { error: { message: expect.stringContaining(scope) as string } },
  ]);
});

test("a worker's key takes no jobs of another owner's endpoint", async () => {
  await using given = await serving();
  await given.submit();
  const asked = { workerId: "w", waitSeconds: 0 };
  expect((await given.told("POST", "/api/v1/endpoints/e1/take", asked, "stranger"))[0]).toBe(403);
  expect(await given.take()).toHaveLength(1);
});

test("another's job is not there, and its endpoint is not for everybody", async () => {
  await using given = await serving();
  const { id } = await given.submit();
  for (const [method, path] of [
    ["GET", ""],
    ["GET", "/input"],
    ["GET", "/result?wait=1"],
    ["GET", "/stream"],
    ["POST", "/cancel"],
    ["POST", "/retry"],
  ] as const)
    expect((await given.told(method, `/api/v1/jobs/${id}${path}`, undefined, "bob"))[0]).toBe(404);
  expect((await given.told("POST", "/api/v1/endpoints/e1/jobs", { input: 1 }, "bob"))[0]).toBe(403);
  expect(await given.told("GET", "/api/v1/jobs", undefined, "bob")).toEqual([200, { data: [], next: null }]);
  expect(await given.told("GET", `/api/v1/jobs/${id}`, undefined, "admin")).toMatchObject([200, { id }]);
});

describe("X-Berth-Async", () => {
  const async = { "x-berth-async": "true" };
  const chat = { model: "echo", messages: [], stream: true };

  test("queues a call of OpenAI's as it is, for the endpoint that its model names", async () => {
    await using given = await serving();
    const response = await given.call("POST", "/v1/chat/completions?a=1", chat, "ada", {
      ...async,
      "x-berth-priority": "-5",
      "x-berth-webhook": "https://example.org/hook",
      "idempotency-key": "k",
    });
    const job = (await response.json()) as Job;
    expect([response.status, response.headers.get("location")]).toEqual([202, `/api/v1/jobs/${job.id}`]);
    expect(job).toMatchObject({
      path: "/v1/chat/completions?a=1",
      priority: -5,
      webhookUrl: "https://example.org/hook",
      idempotencyKey: "k",
      keyId: "ada",
    });
    const [, input] = await given.told("GET", `/api/v1/jobs/${job.id}/input`);
    expect(input).toEqual(chat);
    // curl says so when it is not told
    const untold = { ...async, "content-type": "application/x-www-form-urlencoded" };
    const [status, queued] = await given.told("POST", "/v1/chat/completions", chat, "ada", untold);
    expect(status).toBe(202);
    const kept = await given.call("GET", `/api/v1/jobs/${(queued as Job).id}/input`);
    expect(kept.headers.get("content-type")).toBe("application/json");
    const again = { ...async, "idempotency-key": "k" };
    expect(await given.told("POST", "/v1/chat/completions?a=1", chat, "ada", again)).toMatchObject([
      202,
      { id: job.id },
    ]);
    expect((await given.told("POST", "/v1/chat/completions", chat, "ada", again))[0]).toBe(409);
  });

  test.each([
    ["/e/ada/echo", "/predict"],
    ["/e/ada/echo/", "/"],
    ["/e/ada/echo/v1/x?y=1", "/v1/x?y=1"],
  ])("queues a call to %s as one to %s", async (path, asked) => {
    await using given = await serving();
    const type = { "content-type": "text/plain" };
    const [status, job] = await given.told("POST", path, "no JSON", "ada", { ...async, ...type });
    expect([status, job]).toMatchObject([202, { path: asked }]);
    const [taken] = await given.take();
    expect([taken!.contentType, Buffer.from(taken!.body, "base64").toString()]).toEqual([
      "text/plain",
      "no JSON",
    ]);
  });

  test("queues a form, whose model is one of its fields", async () => {
    await using given = await serving();
    const form = new FormData();
    form.set("model", "ada/echo");
    form.set("file", new File(["riff"], "a.wav"));
    const encoded = new Response(form);
    const type = { "content-type": encoded.headers.get("content-type")! };
    const [status, job] = await given.told("POST", "/v1/audio/transcriptions", await encoded.text(), "ada", {
      ...async,
      ...type,
    });
    expect([status, job]).toMatchObject([202, { path: "/v1/audio/transcriptions" }]);
  });

  test.each<[string, string, unknown, Record<string, string>, number, object]>([
    [
      "a model that is no endpoint",
      "/v1/chat/completions",
      { model: "gpt" },
      {},
      404,
      { code: "model_not_found" },
    ],
    ["no model", "/v1/chat/completions", {}, {}, 400, { code: "model_required" }],
    ["no JSON", "/v1/chat/completions", "{", {}, 400, { code: "invalid_json" }],
    ["no endpoint", "/e/ada/other/predict", 1, {}, 404, { code: "not_found" }],
    ["a path out of the endpoint's", "/e/ada/echo//x", 1, {}, 400, { param: "path" }],
    ["another system's call", "/api/chat", { model: "echo" }, {}, 400, { code: "unsupported" }],
    [
      "another word",
      "/v1/chat/completions",
      chat,
      { "x-berth-async": "maybe" },
      400,
      { param: "X-Berth-Async" },
    ],
    [
      "a priority of words",
      "/v1/chat/completions",
      chat,
      { "x-berth-priority": "high" },
      400,
      { param: "X-Berth-Priority" },
    ],
    [
      "a webhook elsewhere",
      "/v1/chat/completions",
      chat,
      { "x-berth-webhook": "file:///etc/passwd" },
      400,
      { param: "X-Berth-Webhook" },
    ],
    ["a packed body", "/v1/chat/completions", chat, { "content-encoding": "gzip" }, 415, {}],
  ])("with %s is refused", async (_fact, path, body, headers, status, error) => {
    await using given = await serving();
    expect(await given.told("POST", path, body, "ada", { ...async, ...headers })).toMatchObject([
      status,
      { error },
    ]);
    expect(await given.told("GET", "/api/v1/jobs")).toMatchObject([200, { data: [] }]);
  });

  test("takes 20 MiB, and not one byte more; nobody without a key; and nobody who may not call", async () => {
    await using given = await serving();
    const send = async (bytes: number, key = "ada"): Promise<number> =>
      (await given.told("POST", "/e/ada/echo/x", "x".repeat(bytes), key, async))[0];
    expect([await send(20 * mebibyte), await send(20 * mebibyte + 1)]).toEqual([202, 413]);
    expect([await send(1, "nobody"), await send(1, "bob"), await send(1, "worker")]).toEqual([401, 403, 403]);
  });

  test("leaves alone what only reads, and what says false", async () => {
    await using given = await serving();
    const answers = await Promise.all([
      given.call("GET", "/v1/models", undefined, "ada", async),
      given.call("POST", "/v1/chat/completions", chat, "ada", { "x-berth-async": "false" }),
    ]);
    for (const answer of answers) expect(await answer.text()).toBe("called by whoever has the key");
  });
});

test("a job's input of 20 MiB is taken, and of one byte more refused", async () => {
  await using given = await serving();
  const send = (bytes: number) =>
    given.told("POST", "/api/v1/endpoints/e1/jobs", { input: "x".repeat(bytes - 2) });
  expect((await send(20 * mebibyte))[0]).toBe(202);
  expect(await send(20 * mebibyte + 1)).toMatchObject([413, { error: { code: "payload_too_large" } }]);
});

test("the endpoint is called as the key that submitted the job, through this server's own address", async () => {
  await using given = await serving({ isDispatched: true, slots: 2 });
  const { id } = await given.submit();
  const result = await given.call("GET", `/api/v1/jobs/${id}/result?wait=60`);
  expect(await result.text()).toBe("called by ada");
  expect(await given.told("GET", "/api/v1/endpoints/e1/health")).toMatchObject([
    200,
    { jobs: { COMPLETED: 1 }, workers: [{ kind: "dispatcher", jobs: 0 }] },
  ]);
  expect(given.reported).toEqual([]);
});

test("who says to be the dispatcher is refused, wherever", async () => {
  await using given = await serving();
  const forged = { "x-berth-dispatch": "x".repeat(43), "x-berth-job-key": "admin" };
  expect(await given.told("POST", "/v1/chat/completions", {}, "ada", forged)).toMatchObject([403, {}]);
  expect((await given.told("GET", "/api/v1/jobs", undefined, "nobody", forged))[0]).toBe(401);
  const own = given.queue.pass.headersFor("admin", 1);
  expect(await given.told("POST", "/v1/chat/completions", {}, "ada", { ...own })).toMatchObject([403, {}]);
});

test("what an endpoint's webhooks are signed with is told to its owner's keys and to admins alone", async () => {
  await using given = await serving();
  const read = (key: string) =>
    given.told("GET", "/api/v1/endpoints/ada%2Fecho/webhook-secret", undefined, key);
  for (const key of ["owner", "admin"]) expect(await read(key)).toEqual([200, { secret: "whsec_of_e1" }]);
  // ada's key may call it, and has no owner
  for (const key of ["ada", "bob", "worker", "stranger"]) expect((await read(key))[0]).toBe(403);
  expect((await read("nobody"))[0]).toBe(401);
});
