import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BerthError } from "@berth/api";
import { expect, test } from "vitest";
import { sampleDelivery, sampleDoneJob, sampleEndpoint, sampleJob } from "../../test/samples.ts";
import { startRig } from "../../test/rig.ts";
import { hasTerminal } from "../../test/run-berth.ts";
import type { StubHandlers } from "../../test/stub-server.ts";

const job = sampleJob();
const other = sampleJob({ id: "0199bbbb-0000-7000-8000-000000000002", endpointId: "e2000000-9" });
const handlers: StubHandlers = {
  listEndpoints: () => ({ data: [sampleEndpoint()] }),
  getEndpoint: () => sampleEndpoint(),
  submitJob: () => job,
  getJob: ({ params }) => {
    if (params.id !== job.id) throw new BerthError("not_found", "no such job");
    return job;
  },
  listJobs: () => ({ data: [job, other], next: null }),
};
const done = (change: Parameters<typeof sampleDoneJob>[0] = {}): StubHandlers => ({
  ...handlers,
  getJob: () => sampleDoneJob(change),
});
const failed = sampleJob({
  status: "FAILED",
  attempts: 3,
  isDeadLetter: true,
  error: { code: "handler_failed", message: "no such label", details: "Traceback:\n  line 3" },
});

test("submit prints the id alone, so that a shell can take it", async () => {
  await using rig = await startRig(handlers);
  const words = [
    ["--data", '{"inputs": "hi"}', "--path", "embed", "--webhook", "https://example.org/hook"],
    ["--priority=-5", "--delay", "1m", "--ttl", "2h", "--execution-timeout", "90s"],
    ["--max-attempts", "2", "--idempotency-key", "k1"],
  ].flat();
  const { code, stdout, stderr } = await rig.run(["job", "submit", "me/chat", ...words]);
  expect([code, stdout]).toEqual([0, `${job.id}\n`]);
  expect(stderr).toContain(`berth job result ${job.id} --wait`);
  expect(rig.stub.asked[0]).toMatchObject({
    params: { id: "me/chat" },
    body: {
      input: { inputs: "hi" },
      path: "/embed",
      webhook: "https://example.org/hook",
      priority: -5,
      delaySeconds: 60,
      ttlSeconds: 7200,
      executionTimeoutSeconds: 90,
      maxAttempts: 2,
      idempotencyKey: "k1",
    },
  });
});

test("a delay past the time to live is told with the option that mends it", async () => {
  const message = "delaySeconds: 172800 is past its ttlSeconds, 86400: raise ttlSeconds";
  const details = { delaySeconds: 172_800, ttlSeconds: 86_400 };
  await using rig = await startRig({
    submitJob: () => {
      throw new BerthError("invalid_request", message, { param: "delaySeconds", details });
    },
  });
  const { code, stderr } = await rig.run(["job", "submit", "chat", "--data", "1", "--delay", "2d"]);
  expect([code, stderr]).toEqual([1, `berth: ${message} with --ttl\n`]);
});

test("what is submitted may come from a file, or from standard input", async () => {
  const folder = mkdtempSync(join(tmpdir(), "berth-job-"));
  writeFileSync(join(folder, "input.json"), "[1, 2]");
  await using rig = await startRig(handlers);
  await rig.run(["job", "submit", "chat", "--data", "@input.json"], { cwd: folder });
  await rig.run(["job", "submit", "chat", "--data", "-"], { stdin: '"text"' });
  expect(rig.stub.asked.map(({ body }) => body)).toEqual([{ input: [1, 2] }, { input: "text" }]);
  rmSync(folder, { recursive: true });
});

test.for([
  [["submit", "chat"], 2, "give --data"],
  [["submit", "chat", "--data", "hello"], 2, "--data: this is no JSON"],
  [["submit", "chat", "--data", "1", "--priority", "1001"], 2, "Give a whole number from -1000 to 1000"],
  [["ls", "--status", "BUSY"], 2, '--status: no status "BUSY"'],
  [["show", "0199"], 2, '"0199" means 2 jobs; give more of the id'],
  [["show", "77"], 5, 'no job "77"; `berth job ls` lists them'],
  [["result", "0199a"], 1, "is QUEUED: it has no result yet; --wait waits for it"],
  [["purge", "chat"], 2, "nobody can be asked here: Cancel all that waits at me/chat: 5 jobs?"],
] as const)("job %j is refused", async ([words, code, said]) => {
  await using rig = await startRig(handlers);
  const run = await rig.run(["job", ...words]);
  expect([run.code, run.stderr]).toEqual([code, expect.stringContaining(said)]);
});

test("a job for an endpoint that is not there says which one might be meant", async () => {
  await using rig = await startRig({
    ...handlers,
    submitJob: () => {
      throw new BerthError("not_found", "no such endpoint");
    },
  });
  expect(await rig.run(["job", "submit", "chatt", "--data", "1"])).toMatchObject({
    code: 5,
    stderr: 'berth: no endpoint "chatt" (did you mean chat?); `berth endpoint ls` lists them\n',
  });
});

test("submit --wait shows how far it is, and prints what came of it", async () => {
  const seen = [
    sampleJob({ status: "RUNNING", progress: { done: 42, total: 100, message: "mixing" } }),
    sampleDoneJob(),
  ];
  await using rig = await startRig({
    ...handlers,
    getJob: () => seen.shift() ?? sampleDoneJob(),
    getJobResult: () => ({ status: 200, contentType: "application/json", bytes: '{"label":"joy"}' }),
  });
  expect(await rig.run(["job", "submit", "chat", "--data", "{}", "--wait"])).toEqual({
    code: 0,
    signal: null,
    stdout: '{"label":"joy"}',
    stderr: `${job.id}: RUNNING 40 %\n`,
  });
});

test("a job that fails says why, with what its handler says", async () => {
  await using rig = await startRig({ ...handlers, getJob: () => failed });
  expect(await rig.run(["job", "result", job.id, "--wait"])).toEqual({
    code: 1,
    signal: null,
    stdout: "",
    stderr: [
      "Traceback:",
      "  line 3",
      `berth: job ${job.id} is FAILED (handler_failed: no such label); \`berth job retry ${job.id}\` tries it once more\n`,
    ].join("\n"),
  });
});

test("a result is printed with its own status: an error is one", async () => {
  await using rig = await startRig({
    ...done({ result: { status: 422, contentType: "application/json", bytes: 2 } }),
    getJobResult: () => ({ status: 422, contentType: "application/json", bytes: "{}" }),
  });
  expect(await rig.run(["job", "result", job.id])).toMatchObject({
    code: 1,
    stdout: "{}",
    stderr: `berth: job ${job.id} is COMPLETED, with an answer of status 422\n`,
  });
});

test("the status of a result may be told in a header of its answer alone", async () => {
  await using rig = await startRig({
    ...done({ result: { status: 422, contentType: "text/plain", bytes: 4 } }),
    getJobResult: () => ({ status: 200, contentType: "text/plain", bytes: "oops" }),
  });
  expect(await rig.run(["job", "result", job.id])).toMatchObject({ code: 1, stdout: "oops" });
});

test("a result that is gone by now is a refusal", async () => {
  await using rig = await startRig({
    ...done(),
    getJobResult: () => {
      throw new BerthError("not_found", "its result is not kept any more");
    },
  });
  expect(await rig.run(["job", "result", job.id])).toEqual({
    code: 5,
    signal: null,
    stdout: "",
    stderr: "berth: its result is not kept any more\n",
  });
});

test("a binary result goes into a file, byte for byte, and to no terminal", async () => {
  const bytes = Buffer.from([0, 27, 93, 255]);
  const folder = mkdtempSync(join(tmpdir(), "berth-job-"));
  await using rig = await startRig({
    ...done({ result: { status: 200, contentType: "audio/wav", bytes: 4 } }),
    getJobResult: () => ({ status: 200, contentType: "audio/wav", bytes }),
  });
  expect(await rig.run(["job", "result", job.id, "--output", "x.wav"], { cwd: folder })).toMatchObject({
    code: 0,
    stdout: "✔ Wrote x.wav\n",
  });
  expect(readFileSync(join(folder, "x.wav"))).toEqual(bytes);
  rmSync(folder, { recursive: true });
  if (!hasTerminal) return;
  const { code, stdout } = await rig.runAtTerminal(["job", "result", job.id], 80);
  expect([code, stdout]).toEqual([1, expect.stringContaining("give --output FILE")]);
});

test("ls tells the endpoints' names, and takes pages until it has enough", async () => {
  await using rig = await startRig({
    ...handlers,
    listJobs: ({ query }) =>
      query.cursor === undefined ? { data: [failed], next: "page-2" } : { data: [other], next: "page-3" },
  });
  const { stdout } = await rig.run(["job", "ls", "--status", "failed", "--dead", "-n", "2"]);
  expect(stdout).toMatch(/^0199aaaa\S+ +me\/chat +FAILED \(dead letter\) .* 3\/3 +no such label$/m);
  expect(stdout).toMatch(/^0199bbbb\S+ +e2000000 +QUEUED/m);
  expect(rig.stub.asked.filter(({ route }) => route === "listJobs").map(({ query }) => query)).toEqual([
    { status: "FAILED", deadLetters: "true", limit: 2 },
    { status: "FAILED", deadLetters: "true", limit: 1, cursor: "page-2" },
  ]);
});

test("whoever may not list endpoints still sees jobs", async () => {
  await using rig = await startRig({
    ...handlers,
    listEndpoints: () => {
      throw new BerthError("forbidden", "this key calls models only");
    },
  });
  expect((await rig.run(["job", "ls", "-q"])).stdout).toBe(`${job.id}\n${other.id}\n`);
  expect((await rig.run(["job", "ls"])).stdout).toMatch(/^0199aaaa\S+ +e1000000 +QUEUED/m);
});

test("show tells everything, by the start of an id", async () => {
  await using rig = await startRig({ ...handlers, listJobs: () => ({ data: [failed], next: null }) });
  const { stdout } = await rig.run(["job", "show", "0199a"]);
  expect(stdout).toMatch(/^0199aaaa\S+ {3}FAILED\nhandler_failed: no such label$/m);
  expect(stdout).toMatch(/^attempts +3 of 3$/m);
  expect(stdout).toMatch(/^ {2}Traceback:\n {4}line 3$/m);
});

test("show --input prints what was submitted, as it was", async () => {
  await using rig = await startRig({
    ...handlers,
    getJobInput: () => ({ status: 200, contentType: "application/json", bytes: '{ "a" : 1 }' }),
  });
  expect((await rig.run(["job", "show", job.id, "--input"])).stdout).toBe('{ "a" : 1 }');
});

const value = (id: number, text: unknown): string =>
  `id: ${id}\ndata: ${JSON.stringify({ type: "value", value: text })}\n\n`;
const end = (ended = sampleDoneJob()): string => `data: ${JSON.stringify({ type: "end", job: ended })}\n\n`;

test("a stream that is lost is resumed behind its last event: each value is printed once", async () => {
  await using rig = await startRig({
    ...handlers,
    streamJob: ({ query }) => {
      switch (query.after) {
        case undefined:
          return [value(1, "one"), value(2, { n: 2 })];
        case 2:
          return [value(3, ["three"]), end()];
        default:
          return [];
      }
    },
  });
  expect(await rig.run(["job", "stream", job.id])).toEqual({
    code: 0,
    signal: null,
    stdout: 'one\n{"n":2}\n["three"]\n',
    stderr: `${job.id}: the connection is lost; trying again\n`,
  });
});

test("a stream tells progress beside the values, that it begins anew, and how it ended", async () => {
  const progress = (count: number): string =>
    `data: ${JSON.stringify({ type: "progress", status: "RUNNING", progress: { done: count, total: 4, message: null } })}\n\n`;
  const restart = 'id: 2\ndata: {"type":"restart"}\n\n';
  await using rig = await startRig({
    ...handlers,
    streamJob: () => [progress(1), value(1, "a"), restart, progress(2), value(3, "b"), end(failed)],
  });
  const { code, stdout, stderr } = await rig.run(["job", "stream", job.id]);
  expect([code, stdout]).toEqual([1, "a\nb\n"]);
  expect(stderr).toMatch(
    /^RUNNING 20 %\nIt begins anew: what came before is void\.\nRUNNING 50 %\nTraceback:\n.*\nberth: job .* is FAILED/s,
  );
  const lines = (await rig.run(["job", "stream", job.id, "--json"])).stdout.trim().split("\n");
  expect(lines.map((line) => (JSON.parse(line) as { type: string }).type)).toEqual([
    "progress",
    "value",
    "restart",
    "progress",
    "value",
    "end",
  ]);
});

test("cancel leaves alone what has ended", async () => {
  await using rig = await startRig({
    ...handlers,
    getJob: ({ params }) => (params.id === job.id ? job : sampleDoneJob({ id: other.id })),
    cancelJob: () => sampleJob({ status: "CANCELLED" }),
  });
  expect(await rig.run(["job", "cancel", job.id, other.id, job.id])).toMatchObject({
    code: 0,
    stdout: `✔ Cancelled ${job.id}\n`,
    stderr: `⚠ ${other.id} has ended already (COMPLETED)\n`,
  });
  expect(rig.stub.asked.filter(({ route }) => route === "cancelJob")).toHaveLength(1);
});

test("retry queues it once more", async () => {
  await using rig = await startRig({ ...handlers, retryJob: () => job });
  expect(await rig.run(["job", "retry", job.id])).toMatchObject({
    code: 0,
    stdout: `✔ Queued ${job.id} once more\n`,
  });
});

test("retry says what is to be otherwise than it was", async () => {
  await using rig = await startRig({ ...handlers, retryJob: () => job });
  await rig.run(["job", "retry", job.id, "--execution-timeout", "1h", "--ttl", "2d", "--max-attempts", "5"]);
  expect(rig.stub.asked.find(({ route }) => route === "retryJob")?.body).toEqual({
    executionTimeoutSeconds: 3600,
    ttlSeconds: 172_800,
    maxAttempts: 5,
  });
});

test("purge --yes tells how many were cancelled", async () => {
  await using rig = await startRig({ ...handlers, purgeJobs: () => ({ cancelled: ["a", "b"] }) });
  expect(await rig.run(["job", "purge", "chat", "--yes"])).toMatchObject({
    code: 0,
    stdout: "✔ Cancelled 2 jobs\n",
  });
});

test("deliveries are told with what was answered, and can be made once more", async () => {
  await using rig = await startRig({
    ...handlers,
    listDeliveries: () => ({ data: [sampleDelivery()] }),
    redeliver: () => sampleDelivery({ status: "pending" }),
  });
  expect((await rig.run(["job", "deliveries", job.id])).stdout).toMatch(
    /^w1 +failed +3 +.+ 503 +come back later +https:\/\/example.org\/hook$/m,
  );
  expect((await rig.run(["job", "redeliver", job.id])).stdout).toBe(
    "✔ Telling https://example.org/hook once more\n",
  );
});

test("health counts jobs, and shows who works on them", async () => {
  const counts = { QUEUED: 5, RUNNING: 1, COMPLETED: 9, FAILED: 2, CANCELLED: 0, TIMED_OUT: 0 };
  await using rig = await startRig({
    ...handlers,
    getEndpointHealth: () => ({
      jobs: counts,
      deadLetters: 2,
      oldestWaitMs: 61_000,
      workers: [
        { id: "gpu-box", kind: "worker", status: "running", jobs: 1, seenAt: Date.now(), about: "node 24.1" },
      ],
    }),
  });
  const { stdout } = await rig.run(["job", "health", "chat"]);
  expect(stdout).toMatch(/^QUEUED +5$/m);
  expect(stdout).toMatch(/^longest wait +61\.0 s$/m);
  expect(stdout).toMatch(/^gpu-box +worker +running +1 +just now +node 24\.1$/m);
});
