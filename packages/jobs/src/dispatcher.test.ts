import { once } from "node:events";
import { describe, expect, test } from "vitest";
import {
  type CallEndpoint,
  CallNotBegun,
  type DispatchedCall,
  type EndpointAnswer,
} from "./dispatcher-call.ts";
import { Dispatcher } from "./dispatcher.ts";
import { mine, others, queueWorld, textOf, until, worker } from "./test/queue-world.ts";

const never = new AbortController().signal;
const json = "application/json";
const events = "text/event-stream";
const ndjson = "application/x-ndjson";
const jobLines = "application/vnd.berth.job+ndjson";

function answer(text: string | readonly string[], more: Partial<EndpointAnswer> = {}): EndpointAnswer {
  const pieces = typeof text === "string" ? [text] : text;
  const body = (async function* () {
    for (const piece of pieces) yield Buffer.from(piece);
  })();
  return { status: 200, contentType: json, retryAfterMs: undefined, hasBegun: true, body, ...more };
}

/** A queue whose endpoint `echo` the server calls itself: it answers what `call` says. */
async function dispatched(call: CallEndpoint, slots = 1) {
  const given = await queueWorld();
  const asked: DispatchedCall[] = [];
  const reported: unknown[] = [];
  given.endpoints.set("echo", { isDispatched: true, slots });
  const dispatcher = new Dispatcher({
    ...given,
    call: (one, signal) => {
      asked.push(one);
      return call(one, signal);
    },
    report: (error) => reported.push(error),
  });
  return {
    ...given,
    dispatcher,
    asked,
    reported,
    submit: async (input: unknown = 1, more = {}) =>
      (await given.callers.submit("echo", { input, ...more }, mine)).id,
    ended: (id: string) => given.callers.get(id, mine, 3_600_000),
    text: async (id: string) => textOf((await given.callers.result(id, mine)).body),
    [Symbol.asyncDispose]: async () => {
      await dispatcher.close();
      await given[Symbol.asyncDispose]();
    },
  };
}

/** Never answers; rejects when it is broken off. */
const hanging: CallEndpoint = async (_call, signal) => {
  await once(signal, "abort");
  throw signal.reason;
};

test("a job's call is made, and its answer is the result, with its status and type", async () => {
  await using given = await dispatched(async ({ call }) =>
    answer(Buffer.from(call.body).toString(), { status: 201, contentType: "text/x" }),
  );
  const id = await given.submit({ a: 1 }, { path: "/v1/x?y=1" });
  expect((await given.ended(id)).status).toBe("COMPLETED");
  expect(given.asked[0]).toMatchObject({
    endpoint: { fullName: "ada/echo" },
    job: { id, keyId: "mine" },
    call: { path: "/v1/x?y=1", contentType: json },
  });
  expect(await given.callers.result(id, mine)).toMatchObject({ status: 201, contentType: "text/x" });
  expect(await given.text(id)).toBe('{"a":1}');
});

test.each<[string, string[], object, string]>([
  [
    "values, with progress among them",
    [
      '{"progress":{"done":1,"total":4,"message":"m"}}',
      '{"value": {"n":1}}',
      '{"value":12345678901234567890}',
    ],
    { progress: { done: 1, total: 4, message: "m" }, result: { status: 200, contentType: json } },
    '[{"n":1},12345678901234567890]',
  ],
  ["no value at all", [], { result: { status: 200, contentType: json } }, "[]"],
  ["a result", ['{ "result": {"value":1, "error":2} }'], { progress: null }, '{"value":1, "error":2}'],
  [
    "a result after progress",
    ['{"progress":{"done":3,"total":null,"message":null}}', '{"result":null}'],
    { progress: { done: 3, total: null, message: null } },
    "null",
  ],
  [
    "an answer of its own",
    ['{"answer":{"status":201,"contentType":"text/x","base64":"aGk="}}'],
    { result: { status: 201, contentType: "text/x", bytes: 2 } },
    "hi",
  ],
])("a handler's host tells a job %s", async (_fact, lines, told, result) => {
  const text = lines.map((line) => `${line}\n`).join("");
  await using given = await dispatched(async () =>
    answer([text.slice(0, 9), text.slice(9)], { contentType: jobLines }),
  );
  const id = await given.submit();
  expect(await given.ended(id)).toMatchObject({ status: "COMPLETED", ...told });
  expect(await given.text(id)).toBe(result);
});

test.each([
  ["an event stream", events, 'data: {"n":1}\n\ndata: two\n\ndata: [DONE]\n\n', '[{"n":1},"two"]'],
  [
    "lines of JSON, with progress among them",
    ndjson,
    '1\n{"progress":{"done":1,"total":4}}\n{"progress":2}\n',
    '[1,{"progress":2}]',
  ],
  ["nothing at all", ndjson, "", "[]"],
])("%s is told value by value, and is the result as a whole", async (_fact, contentType, text, result) => {
  await using given = await dispatched(async () =>
    answer([text.slice(0, 7), text.slice(7)], { contentType }),
  );
  const id = await given.submit();
  expect(await given.ended(id)).toMatchObject({
    status: "COMPLETED",
    progress: text.includes("done") ? { done: 1, total: 4, message: null } : null,
  });
  expect(await given.text(id)).toBe(result);
});

describe("an answer", () => {
  const openAi = (code: string): string =>
    JSON.stringify({ error: { message: "no", type: "x", code, param: null } });

  test.each<[string, EndpointAnswer, object]>([
    [
      "of the handler's failure",
      answer("Traceback", { status: 500 }),
      { code: "handler_failed", details: "Traceback" },
    ],
    [
      "of its refusal in its own words",
      answer(openAi("bad_input"), { status: 422 }),
      { code: "bad_input", message: "no" },
    ],
    [
      "with an error amid its stream",
      answer(`data: ${openAi("boom")}\n\n`, { contentType: events }),
      { code: "boom" },
    ],
    [
      "of a handler's host with an error amid its lines",
      answer('{"value":1}\n{"error":{"code":"boom","message":"m","details":"Traceback"}}\n', {
        contentType: jobLines,
      }),
      { code: "boom", message: "m", details: "Traceback" },
    ],
    [
      "of a handler's host with a refusal of its own after progress",
      answer('{"answer":{"status":404,"contentType":"text/plain","base64":"bm8="}}\n', {
        contentType: jobLines,
      }),
      { code: "handler_failed", details: "no" },
    ],
    [
      "that what it asked itself was too slow",
      answer(openAi("response_timeout"), { status: 408 }),
      { code: "response_timeout" },
    ],
    ["that leads elsewhere", answer("", { status: 302 }), { code: "handler_failed", details: null }],
  ])("%s fails the job at once", async (_fact, told, error) => {
    await using given = await dispatched(async () => told);
    expect(await given.ended(await given.submit())).toMatchObject({ status: "FAILED", attempts: 1, error });
  });

  test.each<[string, CallEndpoint, string]>([
    ["none", async () => Promise.reject(new Error("ECONNREFUSED")), "replica_lost"],
    ["502", async () => answer(openAi("engine_died"), { status: 502 }), "engine_died"],
    ["429 with a pause", async () => answer("", { status: 429, retryAfterMs: 5_000 }), "handler_failed"],
    [
      "a line of a handler's host that says two things",
      async () => answer('{"value":1,"result":2}\n', { contentType: jobLines }),
      "broken_answer",
    ],
    [
      "a line of a handler's host that is none of ours",
      async () => answer("[1]\n", { contentType: jobLines }),
      "broken_answer",
    ],
    [
      "something after the result",
      async () => answer('{"result":1}\n{"value":1}\n', { contentType: jobLines }),
      "broken_answer",
    ],
    ["no JSON", async () => answer("{\n", { contentType: ndjson }), "broken_answer"],
    [
      "a lost replica amid a stream",
      async () => answer(["data: 1\n\n", `data: ${openAi("engine_died")}\n\n`], { contentType: events }),
      "engine_died",
    ],
    [
      "one that breaks off",
      async () => ({
        ...answer(""),
        body: (async function* () {
          yield Buffer.from("a");
          throw new Error("socket hang up");
        })(),
      }),
      "replica_lost",
    ],
  ])("%s is an attempt, and another is made after a pause", async (_fact, first, code) => {
    let calls = 0;
    await using given = await dispatched(async (...args) =>
      (calls += 1) === 1 ? first(...args) : answer("2"),
    );
    const id = await given.submit();
    await until(async () => (await given.callers.get(id, mine)).error !== null);
    const waiting = await given.callers.get(id, mine);
    expect(waiting).toMatchObject({ status: "QUEUED", error: { code } });
    expect(waiting.availableAt).toBeGreaterThanOrEqual(
      given.clock.now() + (_fact.startsWith("429") ? 5_000 : 800),
    );
    await given.clock.advance(waiting.availableAt - given.clock.now());
    await given.queue.sweep();
    expect(await given.ended(id)).toMatchObject({ status: "COMPLETED", attempts: 2, error: null });
    expect(await given.text(id)).toBe("2");
  });

  const refusal = (code: string, status: number, retryAfterMs?: number): EndpointAnswer =>
    answer(openAi(code), { status, retryAfterMs, hasBegun: false });

  test.each<[string, CallEndpoint, string, number]>([
    ["its key's limit", async () => refusal("rate_limited", 429, 40_000), "rate_limited", 40_000],
    [
      "its key's budget, in a moment",
      async () => refusal("budget_exceeded", 429, 1_000),
      "budget_exceeded",
      0,
    ],
    [
      "that no replica is ready",
      async () => refusal("service_unavailable", 503, 3_000),
      "service_unavailable",
      0,
    ],
    ["that its replica is gone", async () => refusal("upstream_failed", 502), "upstream_failed", 0],
    [
      "nobody, who listens no more",
      async () => Promise.reject(new CallNotBegun("refused")),
      "service_unavailable",
      0,
    ],
  ])("of %s costs no attempt: the job waits, and says for what", async (_fact, first, code, pauseMs) => {
    let refusals = 0;
    await using given = await dispatched(async (...args) =>
      (refusals += 1) <= 4 ? first(...args) : answer("2"),
    );
    const id = await given.submit(1, { maxAttempts: 1, executionTimeoutSeconds: 1 });
    for (let refused = 1; refused <= 4; refused += 1) {
      await until(async () => refusals === refused && (await given.callers.get(id, mine)).error !== null);
      const waiting = await given.callers.get(id, mine);
      expect(waiting).toMatchObject({ status: "QUEUED", attempts: 0, startedAt: null, error: { code } });
      const waitMs = waiting.availableAt - given.clock.now();
      expect(waitMs).toBeGreaterThan(pauseMs);
      expect(waitMs).toBeLessThanOrEqual(pauseMs + 60_000);
      await given.clock.advance(waitMs);
      await given.queue.sweep();
    }
    expect(await given.ended(id)).toMatchObject({ status: "COMPLETED", attempts: 1, error: null });
  });

  test("of nobody, and an attempt that is lost, each have pauses that grow by themselves", async () => {
    const nobody = refusal("service_unavailable", 503);
    const told = [nobody, nobody, nobody, nobody, answer("", { status: 502 }), nobody];
    await using given = await dispatched(async () => told[given.asked.length - 1] ?? answer("1"));
    const id = await given.submit();
    const waits: number[] = [];
    for (let called = 1; called <= told.length; called += 1) {
      await until(
        async () => given.asked.length === called && (await given.callers.get(id, mine)).error !== null,
      );
      const waitMs = (await given.callers.get(id, mine)).availableAt - given.clock.now();
      waits.push(waitMs);
      await given.clock.advance(waitMs);
      await given.queue.sweep();
    }
    const most = [1_000, 2_000, 4_000, 8_000, 1_000, 16_000];
    for (const [index, waitMs] of waits.entries()) expect(waitMs).toBeLessThanOrEqual(most[index]!);
    expect((await given.ended(id)).attempts).toBe(2);
  });

  test.each([
    ["what no time helps", refusal("rate_limited", 429)],
    ["a budget that begins anew tomorrow", refusal("budget_exceeded", 429, 3_600_000)],
    ["a key that is gone", refusal("invalid_api_key", 401)],
  ])("of %s fails the job at once", async (_fact, told) => {
    await using given = await dispatched(async () => told);
    expect(await given.ended(await given.submit())).toMatchObject({ status: "FAILED", attempts: 1 });
  });

  test("of a handler's own type that is no header is kept as bytes", async () => {
    const line = '{"answer":{"status":200,"contentType":"text/plain\\r\\nx: 1","base64":"aGk="}}\n';
    await using given = await dispatched(async () => answer(line, { contentType: jobLines }));
    expect(await given.ended(await given.submit())).toMatchObject({
      status: "COMPLETED",
      result: { contentType: "application/octet-stream", bytes: 2 },
    });
  });

  test("is too large for a job", async () => {
    const piece = "x".repeat(1024 * 1024);
    await using given = await dispatched(async () => answer(Array.from({ length: 65 }, () => piece)));
    expect(await given.ended(await given.submit())).toMatchObject({
      status: "FAILED",
      error: { code: "result_too_large" },
    });
  });
});

test("no more are called at once than there is room for, and more as soon as there is", async () => {
  const open: (() => void)[] = [];
  await using given = await dispatched(async () => {
    await new Promise<void>((resolve) => open.push(resolve));
    return answer("1");
  }, 2);
  const ids = await Promise.all([1, 2, 3, 4].map((input) => given.submit(input)));
  await until(() => open.length === 2);
  expect((await given.store.counts()).get("echo")).toMatchObject({ RUNNING: 2, QUEUED: 2 });
  open[0]?.();
  await until(() => open.length === 3);
  given.endpoints.set("echo", { slots: 3 });
  await until(() => open.length === 4);
  for (const go of open) go();
  for (const id of ids) expect((await given.ended(id)).status).toBe("COMPLETED");
});

test("as many as there was room for are not taken when there is less by then", async () => {
  const open: (() => void)[] = [];
  await using given = await dispatched(async () => {
    await new Promise<void>((resolve) => open.push(resolve));
    return answer("1");
  }, 3);
  // in line for three
  await until(() => given.workers.list("echo").length > 0);
  await given.store.counts();
  given.endpoints.set("echo", { slots: 1 });
  await Promise.all([1, 2, 3].map((input) => given.submit(input)));
  await until(() => open.length > 0);
  expect((await given.store.counts()).get("echo")).toMatchObject({ RUNNING: 1, QUEUED: 2 });
  for (let done = 0; done < 3; done += 1) {
    await until(() => open.length > done);
    open[done]?.();
  }
});

test.each([
  ["without a replica that is ready", { slots: 0 }, { slots: 1 }],
  ["while it is paused", { isPaused: true }, { isPaused: false }],
])("%s nothing is called; then it is", async (_fact, before, after) => {
  await using given = await dispatched(async () => answer("1"));
  given.endpoints.set("echo", before);
  const id = await given.submit();
  expect(
    await given.hands
      .take("nobody", { workerId: "w", limit: 1, waitSeconds: 0 }, worker, never)
      .catch(() => []),
  ).toEqual([]);
  expect(given.asked).toEqual([]);
  expect((await given.callers.get(id, mine)).status).toBe("QUEUED");
  given.endpoints.set("echo", after);
  expect((await given.ended(id)).status).toBe("COMPLETED");
});

test("where nobody can be called, the jobs behind are left where they are, until something is different", async () => {
  let isAway = true;
  await using given = await dispatched(async () =>
    isAway ? answer("{}", { status: 502, hasBegun: false }) : answer("1"),
  );
  given.endpoints.set("echo", { slots: 0 });
  const ids = [await given.submit(), await given.submit(), await given.submit()];
  given.endpoints.set("echo", { slots: 1 });
  await until(async () => (await given.callers.get(ids[0] ?? "", mine)).error !== null);
  await given.store.counts();
  expect(given.asked).toHaveLength(1);
  isAway = false;
  given.endpoints.set("echo", { slots: 1 });
  for (const id of ids.slice(1)) expect((await given.ended(id)).status).toBe("COMPLETED");
  await given.clock.advance(1_000);
  await given.queue.sweep();
  expect(await given.ended(ids[0] ?? "")).toMatchObject({ status: "COMPLETED", attempts: 1 });
});

describe("a key that has reached a limit", () => {
  const refusal = (): EndpointAnswer =>
    answer(JSON.stringify({ error: { message: "no", type: "x", code: "rate_limited", param: null } }), {
      status: 429,
      retryAfterMs: 40_000,
      hasBegun: false,
    });

  test("keeps nobody else waiting: its jobs stay where they are until the limit is over, and are called then", async () => {
    let isLimited = true;
    await using given = await dispatched(async ({ job }) =>
      isLimited && job.keyId === "mine" ? refusal() : answer("1"),
    );
    given.endpoints.set("echo", { slots: 0 });
    const ids = await Promise.all(Array.from({ length: 100 }, () => given.submit()));
    const other = await given.callers.submit("echo", { input: 1 }, others);
    given.endpoints.set("echo", { slots: 1 });
    await until(async () => (await given.callers.get(other.id, others)).status === "COMPLETED");
    expect(given.asked.map(({ job }) => job.keyId)).toEqual(["mine", "others"]);
    isLimited = false;
    await given.clock.advance(40_000);
    for (const id of ids.slice(1)) expect((await given.ended(id)).status).toBe("COMPLETED");
    expect(given.asked.length).toBe(101);
  });

  test("has as many at once as it may: one is called for each that ends", async () => {
    const open: (() => void)[] = [];
    await using given = await dispatched(async () => {
      if (open.length >= 2) return refusal();
      await new Promise<void>((resolve) => open.push(resolve));
      return answer("1");
    }, 8);
    given.endpoints.set("echo", { slots: 0 });
    for (let count = 0; count < 12; count += 1) await given.submit();
    given.endpoints.set("echo", { slots: 8 });
    const queued = async () => (await given.store.counts()).get("echo");
    await until(async () => given.asked.length === 8 && (await queued())?.RUNNING === 2);
    expect(await queued()).toMatchObject({ QUEUED: 10, ready: 4 });
    for (let ended = 1; ended <= 4; ended += 1) {
      open.shift()?.();
      await until(async () => given.asked.length === 8 + ended && open.length === 2);
    }
    expect(await queued()).toMatchObject({ RUNNING: 2, ready: 0, COMPLETED: 4 });
  });
});

test("a job that is cancelled while it runs is broken off at once, and the next one is called", async () => {
  let broken = 0;
  await using given = await dispatched(async (call, signal) => {
    if (given.asked.length > 1) return answer("1");
    return hanging(call, signal).catch((error: unknown) => {
      broken += 1;
      throw error;
    });
  });
  const [first, second] = [await given.submit(), await given.submit()];
  await until(() => given.asked.length === 1);
  await given.callers.cancel(first, mine);
  expect((await given.ended(second)).status).toBe("COMPLETED");
  expect([broken, (await given.callers.get(first, mine)).status]).toEqual([1, "CANCELLED"]);
});

test.each([
  ["by its endpoint's rules", {}],
  ["by those that it was taken by, where they are others now", { leaseSeconds: 600 }],
])("what runs is renewed %s, and broken off when it takes longer than it may", async (_fact, rules) => {
  await using given = await dispatched(hanging);
  const id = await given.submit(1, { executionTimeoutSeconds: 100 });
  await until(() => given.asked.length === 1);
  given.endpoints.set("echo", { rules });
  for (let second = 0; second < 95; second += 5) {
    await given.clock.advance(5_000);
    // so that the renewal is on the disk before others look
    await given.store.counts();
    await given.queue.sweep();
  }
  expect(await given.callers.get(id, mine)).toMatchObject({ status: "RUNNING", attempts: 1 });
  await given.clock.advance(5_000);
  await given.queue.sweep();
  expect(await given.ended(id)).toMatchObject({ status: "TIMED_OUT", error: { code: "execution_timeout" } });
});

test("when the server stops, jobs are given back as if nobody had taken them", async () => {
  await using given = await dispatched(hanging, 2);
  const ids = await Promise.all([given.submit(), given.submit(), given.submit()]);
  await until(() => given.asked.length === 2);
  await given.dispatcher.close();
  for (const id of ids)
    expect(await given.callers.get(id, mine)).toMatchObject({ status: "QUEUED", attempts: 0 });
  expect(given.reported).toEqual([]);
});

test("an endpoint that is deleted while it is called leaves nothing that runs or waits", async () => {
  await using given = await dispatched(hanging, 2);
  for (let count = 0; count < 4; count += 1) await given.submit();
  await until(() => given.asked.length === 2);
  given.endpoints.delete("echo");
  await given.callers.cancelAll("echo");
  expect((await given.store.counts()).get("echo")).toMatchObject({ QUEUED: 0, RUNNING: 0, CANCELLED: 4 });
});

test("one that streams more than it may fails", async () => {
  const value = JSON.stringify("x".repeat(1024 * 1024));
  await using given = await dispatched(async () =>
    answer(
      Array.from({ length: 65 }, () => `${value}\n`),
      { contentType: ndjson },
    ),
  );
  expect(await given.ended(await given.submit())).toMatchObject({
    status: "FAILED",
    error: { code: "payload_too_large" },
  });
});
