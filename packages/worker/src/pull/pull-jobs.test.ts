import { expect, test } from "vitest";
import type { Handler } from "../handler.ts";
import { HandlerError } from "../handler-error.ts";
import { createLogger } from "../logger.ts";
import { proxiedHandler } from "../proxy/proxied-handler.ts";
import { httpServer } from "../test/http-server.ts";
import { impatientClock } from "../test/impatient-clock.ts";
import { jobsDouble, type DoubleJob, type Mood } from "../test/jobs-double.ts";
import { pullJobs, type PullOptions } from "./pull-jobs.ts";
import { createWorkerServer } from "./worker-server.ts";

type Double = Awaited<ReturnType<typeof jobsDouble>>;

function pull(double: Double, handler: Handler<never>, options: Partial<PullOptions> = {}) {
  const lines: string[] = [];
  const stop = new AbortController();
  const ended = pullJobs({
    handler,
    server: createWorkerServer({ url: double.url, key: "k", endpoint: "me/mine", fetch }),
    workerId: "w1",
    about: "a test",
    clock: impatientClock(),
    logger: createLogger((line) => lines.push(line), "debug"),
    random: () => 0.5,
    drainMs: 60_000,
    secondsLeft: () => undefined,
    leastSecondsLeft: 30,
    stop: stop.signal,
    ...options,
  });
  return { ended, stop: () => stop.abort(), lines };
}

/** Works on the jobs until the server has been told of each, and gives what it was told. */
async function workedOn(
  jobs: readonly DoubleJob[],
  handler: Handler<never>,
  options: Partial<PullOptions> = {},
  mood?: Mood,
) {
  await using double = await jobsDouble(jobs, mood);
  const isEnd = (route: string): boolean => ["complete", "fail", "return"].includes(route);
  const worker = pull(double, handler, options);
  await double.until(() => double.told.filter(({ route }) => isEnd(route)).length >= jobs.length);
  worker.stop();
  await worker.ended;
  return { told: double.told.filter(({ route }) => isEnd(route)), all: double.told, lines: worker.lines };
}

const lease = "lease-j";
const job: DoubleJob = { id: "j", input: { n: 3 } };
type Numbered = { readonly input: { readonly n: number } };

test.each<[string, Handler<never>, unknown]>([
  ["plain", ({ input }: Numbered) => ({ twice: input.n * 2 }), { lease, json: { twice: 6 } }],
  ["async", async ({ input }: Numbered) => input.n, { lease, json: 3 }],
  ["one that returns nothing", () => undefined, { lease, json: null }],
  [
    "one that returns bytes",
    () => new Uint8Array([1, 2]),
    { lease, status: 200, contentType: "application/octet-stream", base64: "AQI=" },
  ],
  [
    "one that answers as a server",
    () => new Response("nothing here", { status: 404 }),
    { lease, status: 404, contentType: "text/plain;charset=UTF-8", base64: "bm90aGluZyBoZXJl" },
  ],
])("a %s handler's result is told", async (_, handler, body) => {
  expect((await workedOn([job], handler)).told).toEqual([{ route: "complete", body }]);
});

test.each<[string, Handler<never>]>([
  [
    "generator",
    function* ({ input }: Numbered) {
      for (let count = 0; count < input.n; count += 1) yield count;
    },
  ],
  [
    "async generator",
    async function* ({ input }: Numbered) {
      for (let count = 0; count < input.n; count += 1) yield await Promise.resolve(count);
    },
  ],
])("what a %s yields is appended in order, and is the result", async (_, handler) => {
  const { told, all } = await workedOn([job], handler);
  const appended = all.filter(({ route }) => route === "append").flatMap(({ body }) => body.values);
  expect(appended).toEqual([0, 1, 2]);
  expect(told).toEqual([{ route: "complete", body: { lease, streamed: true } }]);
});

test("a generator that yields nothing has an empty array as result", async () => {
  const { told } = await workedOn([job], function* () {});
  expect(told).toEqual([{ route: "complete", body: { lease, json: [] } }]);
});

test("values whose answer is lost are told again, under the same number, until there is one", async () => {
  let appends = 0;
  const { told, all } = await workedOn(
    [job],
    async function* () {
      yield "a";
      yield "b";
    },
    {},
    ({ route }) => {
      if (route !== "append" || ++appends > 3) return undefined;
      return appends === 2 ? { status: 503 } : "break";
    },
  );
  const heard = new Map<number, unknown>();
  const appended = all.filter(({ route }) => route === "append").map(({ body }) => body);
  for (const { first, values } of appended as { first: number; values: unknown[] }[])
    for (const [index, value] of values.entries()) heard.set(first + index, value);
  expect([...heard]).toEqual([
    [1, "a"],
    [2, "b"],
  ]);
  expect(appended.slice(0, 4).map(({ first }) => first)).toEqual([1, 1, 1, 1]);
  expect(told).toEqual([{ route: "complete", body: { lease, streamed: true } }]);
});

test.each([409, 413])("when values are refused with %d, all of them are the result", async (status) => {
  let appends = 0;
  const { told } = await workedOn(
    [job],
    async function* () {
      yield "a";
      yield "b";
    },
    {},
    ({ route }) => (route === "append" && ++appends === 1 ? { status } : undefined),
  );
  expect(told).toEqual([{ route: "complete", body: { lease, json: ["a", "b"] } }]);
  expect(appends).toBe(1);
});

const cycle: { self?: unknown } = {};
cycle.self = cycle;

test.each<[string, () => unknown, string, string]>([
  [
    "throws",
    () => {
      throw new Error("no such voice");
    },
    "handler_failed",
    "no such voice",
  ],
  [
    "throws what is no error",
    () => {
      throw { a: 1 };
    },
    "handler_failed",
    'the handler threw {"a":1}',
  ],
  [
    "says why in its own words",
    () => {
      throw new HandlerError("no_voice", "there is none");
    },
    "no_voice",
    "there is none",
  ],
  ["returns a BigInt", () => ({ count: 1n }), "result_not_json", 'its part "count" is a BigInt'],
  ["returns a function", () => ({ call: () => 1 }), "result_not_json", 'its part "call" is a function'],
  ["returns a cycle", () => cycle, "result_not_json", "it holds itself (a cycle)"],
])("a handler that %s fails the job", async (_, handler, code, message) => {
  const { told } = await workedOn([job], handler as Handler<never>);
  expect(told).toHaveLength(1);
  expect(told[0]?.route).toBe("fail");
  const error = told[0]?.body.error as { code: string; message: string };
  expect([error.code, error.message]).toEqual([code, expect.stringContaining(message)]);
});

test("a failure tells the stack, and is logged with the job's id", async () => {
  const { told, lines } = await workedOn([job], () => {
    throw new Error("boom");
  });
  expect(told[0]?.body.error).toMatchObject({
    details: expect.stringContaining("pull-jobs.test.ts") as string,
  });
  expect(lines.map((line) => JSON.parse(line) as { requestId?: string; level: string })).toContainEqual(
    expect.objectContaining({
      requestId: "j",
      level: "error",
      message: expect.stringContaining("boom") as string,
    }),
  );
});

test("a handler that hangs is left when its own time is over, and told as failed", async () => {
  const signal = Promise.withResolvers<AbortSignal>();
  const hanging: Handler<never> = (_request, context) => {
    signal.resolve(context.signal);
    return new Promise(() => undefined);
  };
  const { told } = await workedOn([job], hanging, { executionTimeoutMs: 5 });
  expect(told).toMatchObject([{ route: "fail", body: { error: { code: "execution_timeout" } } }]);
  expect((await signal.promise).aborted).toBe(true);
});

test("when the job's time is over the handler is left, and the end of it is left to the queue", async () => {
  let isAborted = false;
  const handler: Handler<never> = ({ input }: Numbered, { signal }) => {
    if (input.n === 3) return "done";
    signal.addEventListener("abort", () => (isAborted = true));
    return new Promise(() => undefined);
  };
  await using double = await jobsDouble([
    { ...job, id: "hangs", executionTimeoutMs: 5, input: { n: 1 } },
    job,
  ]);
  const worker = pull(double, handler, { concurrency: 1 });
  await double.until(() => double.told.some(({ route }) => route === "complete"));
  worker.stop();
  await worker.ended;
  expect(isAborted).toBe(true);
  expect(double.told.filter(({ route }) => ["complete", "fail", "return"].includes(route))).toMatchObject([
    { route: "complete", body: { json: "done" } },
  ]);
});

test("what is no JSON comes as bytes, and what should be and is not fails", async () => {
  const bytes = await workedOn(
    [{ id: "j", body: new Uint8Array([7, 8]), contentType: "audio/wav" }],
    ({ input }: { readonly input: Uint8Array }) => [...input],
  );
  expect(bytes.told[0]?.body.json).toEqual([7, 8]);
  const broken = await workedOn([{ id: "j", body: Buffer.from("{") }], () => 1);
  expect(broken.told).toMatchObject([{ route: "fail", body: { error: { code: "invalid_json" } } }]);
});

test.each([
  [
    "a form",
    "multipart/form-data; boundary=b",
    '--b\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n--b--\r\n',
  ],
  ["a text that is no JSON", "text/plain", "What a day!"],
  ["JSON, letter for letter", "application/json", '{"n": 1.0}'],
])("%s gets to the server behind a worker as it was sent", async (_, contentType, body) => {
  await using server = await httpServer((request, response) => {
    let heard = "";
    request.setEncoding("utf8").on("data", (part: string) => (heard += part));
    request.on("end", () => {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify([request.headers["content-type"], heard]));
    });
  });
  const handler = proxiedHandler({ mode: "proxy", baseUrl: server.url, checkStart: () => true });
  const job = { id: "j", body: Buffer.from(body), contentType };
  const { told } = await workedOn([job], handler as Handler<never>, { takesBytes: true });
  expect(JSON.parse(Buffer.from(String(told[0]?.body.base64), "base64").toString())).toEqual([
    contentType,
    body,
  ]);
});

test("a lease that the server does not know is not insisted on, and the next job is done", async () => {
  const notOurs = { error: { code: "forbidden", message: "not given by this server", param: "lease" } };
  await using double = await jobsDouble([{ ...job, id: "lost" }, job], ({ body }) =>
    body.lease === "lease-lost" ? { status: 403, body: notOurs } : undefined,
  );
  const worker = pull(double, ({ input }: Numbered) => input.n, { concurrency: 1 });
  await double.until(() => double.of("complete").some(({ body }) => body.lease === lease));
  worker.stop();
  await worker.ended;
  expect(double.of("complete").map(({ body }) => body.lease)).toEqual(["lease-lost", lease]);
});

test("progress goes with a heartbeat, in whole numbers", async () => {
  await using double = await jobsDouble([job]);
  const ready = Promise.withResolvers<undefined>();
  const worker = pull(double, async (_, { progress }) => {
    progress(2.4, 10, "frames");
    await ready.promise;
  });
  const isTold = (): boolean =>
    double.of("renew").some(({ body }) => JSON.stringify(body).includes("frames"));
  await double.until(isTold);
  ready.resolve(undefined);
  worker.stop();
  await worker.ended;
  expect(double.of("renew").at(-1)?.body).toEqual({
    workerId: "w1",
    leases: [{ lease, progress: { done: 2, total: 10, message: "frames" } }],
  });
});

test("a lease that is over aborts the handler's signal, and nothing more is told of the job", async () => {
  await using double = await jobsDouble([job], ({ route }) =>
    route === "renew" ? { status: 200, body: { data: ["over"] } } : undefined,
  );
  const aborted = Promise.withResolvers<unknown>();
  const worker = pull(double, (_, { signal }) => {
    signal.addEventListener("abort", () => aborted.resolve(signal.reason));
    return new Promise(() => undefined);
  });
  expect((await aborted.promise) as Error).toMatchObject({
    message: expect.stringContaining("cancelled") as string,
  });
  worker.stop();
  await worker.ended;
  expect(new Set(double.told.map(({ route }) => route))).toEqual(new Set(["take", "renew"]));
});

test.each([
  ["breaks connections", "break" as const],
  ["is overloaded", { status: 503 }],
  ["does not know the key for a while", { status: 401 }],
])("while the server %s, a result is kept and told again until it is taken", async (_, trouble) => {
  let failures = 0;
  await using double = await jobsDouble([job], ({ route }) =>
    route === "complete" && ++failures <= 3 ? trouble : undefined,
  );
  const worker = pull(double, () => "kept");
  await double.until(() => double.of("complete").length === 4);
  worker.stop();
  await worker.ended;
  expect(double.of("complete").map(({ body }) => body.json)).toEqual(["kept", "kept", "kept", "kept"]);
});

test("a server that is away when jobs are asked for is asked again, ever more seldom", async () => {
  let takes = 0;
  const clock = impatientClock();
  const { told } = await workedOn(
    [job],
    () => 1,
    { clock },
    ({ route }) => (route === "take" && ++takes <= 4 ? { status: 500 } : undefined),
  );
  expect(told).toHaveLength(1);
  expect(clock.pauses.slice(0, 4)).toEqual([375, 750, 1500, 3000]);
});

test("a result that is too large fails the job in the server's words", async () => {
  await using double = await jobsDouble([job], ({ route }) =>
    route === "complete" ? { status: 413, body: { error: { message: "at most 10 MB" } } } : undefined,
  );
  const worker = pull(double, () => "x");
  await double.until(() => double.of("fail").length === 1);
  worker.stop();
  await worker.ended;
  expect(double.of("fail")[0]?.body.error).toMatchObject({
    code: "result_too_large",
    message: expect.stringContaining("at most 10 MB") as string,
  });
});

test("a result for which there is no room on the disk is kept until there is", async () => {
  let tries = 0;
  const full = { status: 422, body: { error: { code: "insufficient_disk", message: "no room left" } } };
  await using double = await jobsDouble([job], ({ route }) =>
    route === "complete" && ++tries <= 2 ? full : undefined,
  );
  const worker = pull(double, () => "x");
  await double.until(() => double.of("complete").length === 3);
  worker.stop();
  await worker.ended;
  expect(double.of("fail")).toEqual([]);
});

test("when it is stopped, it takes nothing more and finishes what runs", async () => {
  await using double = await jobsDouble([job]);
  const begun = Promise.withResolvers<undefined>();
  const ready = Promise.withResolvers<undefined>();
  const worker = pull(double, async () => {
    begun.resolve(undefined);
    await ready.promise;
    return "done";
  });
  await begun.promise;
  worker.stop();
  ready.resolve(undefined);
  await worker.ended;
  expect(double.of("complete").map(({ body }) => body.json)).toEqual(["done"]);
  expect(double.of("return")).toEqual([]);
});

test("what cannot be finished in time is given back, and its signal aborts", async () => {
  await using double = await jobsDouble([job]);
  const begun = Promise.withResolvers<AbortSignal>();
  const worker = pull(
    double,
    (_, { signal }) => {
      begun.resolve(signal);
      return new Promise(() => undefined);
    },
    { drainMs: 0 },
  );
  const signal = await begun.promise;
  worker.stop();
  await worker.ended;
  expect(signal.aborted).toBe(true);
  expect(double.of("return")).toEqual([{ route: "return", body: { lease } }]);
  expect(double.of("fail")).toEqual([]);
});

test("the server hears how long the worker has left, and with too little it ends by itself", async () => {
  await using double = await jobsDouble([job]);
  const left = [100, 20];
  const worker = pull(double, () => 1, { secondsLeft: () => left.shift() ?? 0 });
  await worker.ended;
  expect(double.of("take").map(({ body }) => body.secondsLeft)).toEqual([100]);
  expect(double.of("complete")).toHaveLength(1);
});

test("the modifier says how many are taken at once; when it throws, one", async () => {
  const jobs = ["a", "b", "c", "d"].map((id) => ({ id }));
  const limits = async (modifier: (current: number) => number): Promise<unknown> => {
    const { all } = await workedOn(jobs, () => 1, { concurrencyModifier: modifier });
    return all.find(({ route }) => route === "take")?.body.limit;
  };
  expect(await limits((current) => current + 2)).toBe(3);
  expect(
    await limits(() => {
      throw new Error("no");
    }),
  ).toBe(1);
});
