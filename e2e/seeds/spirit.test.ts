import { spawn } from "node:child_process";
import { join } from "node:path";
import type { EndpointHealth, Job } from "@berth/api";
import { isSignedWith, webhookReceiver } from "@berth/testing/webhook-receiver";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cleanEnvironment, startBerth, type Berth } from "../berth-process.ts";
import { until } from "../until.ts";
import { startLlmServer } from "./llm-server.ts";
import { commandEntry, SeedRig, startGate } from "./seed-rig.ts";

const files = join(import.meta.dirname, "files");
const cleanUp = new AsyncDisposableStack();
let berth: Berth;
let rig: SeedRig;
/** Of the worker that takes the jobs of `kinds`. */
let key: string;

beforeAll(async () => {
  berth = await startBerth({ demo: false, environment: { BERTH_WEBHOOK_ALLOW: "127.0.0.1:*" } });
  cleanUp.defer(() => berth.dispose());
  rig = new SeedRig(berth);
  await rig.berth("endpoint", "create", "kinds", "--workers");
  key = (await rig.berth("key", "create", "gpu-box", "--scope", "worker", "--owner", "berth")).trim();
});
afterAll(() => cleanUp.disposeAsync());

/** `berth worker run`: takes jobs of `kinds` until it is disposed of. */
function startWorker(): AsyncDisposable & { output(): string } {
  const child = spawn(
    process.execPath,
    [commandEntry, "worker", "run", join(files, "kinds.ts"), "--endpoint", "berth/kinds"],
    {
      env: cleanEnvironment({ BERTH_URL: berth.url, BERTH_API_KEY: key }),
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (words: string) => (output += words));
  return {
    output: () => output,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null) return resolve();
        child.once("close", () => resolve());
        child.kill("SIGTERM");
      }),
  };
}

function submit(input: object, ...words: string[]): Promise<Job> {
  return rig.told<Job>("job", "submit", "kinds", "--data", JSON.stringify(input), ...words);
}

const isRunning = ({ status }: Job): boolean => status === "RUNNING";
const hasEnded = ({ status }: Job): boolean => status !== "QUEUED" && status !== "RUNNING";

describe("a worker of one's own", () => {
  let working: ReturnType<typeof startWorker>;
  beforeAll(() => {
    working = startWorker();
    cleanUp.use(working);
  });

  test.each([
    ["plain", { output: 3 }],
    ["async", { output: 3 }],
    ["generator", [0, 1, 2]],
    ["asyncGenerator", [0, 1, 2]],
  ])("has a handler of the kind %s; what is yielded comes as one array", async (kind, result) => {
    const data = JSON.stringify({ kind, count: 3 });
    expect(JSON.parse(await rig.berth("job", "submit", "kinds", "--data", data, "--wait"))).toEqual(result);
  });

  test("gives what is yielded at once to those who follow the job", async () => {
    await using gate = await startGate();
    const { id } = await submit({ kind: "asyncGenerator", count: 2, gate: gate.url });
    const followed = await berth.fetch(`/api/v1/jobs/${id}/stream`);
    let seen = "";
    for await (const piece of followed.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      seen += piece;
      // it has yielded both and has not ended
      if (seen.includes('"value":1')) gate.open();
    }
    expect(seen).toContain('"type":"end"');
  });

  test("works on as many jobs at once as its modifier says; how many wait is told", async () => {
    await using gate = await startGate();
    const input = { kind: "async", count: 1, gate: gate.url };
    const jobs = [await submit(input), await submit(input), await submit(input)];
    await rig.job(jobs[0]?.id ?? "", "begun", isRunning);
    await rig.job(jobs[1]?.id ?? "", "begun", isRunning);
    const { jobs: counts, workers } = await rig.told<EndpointHealth>("job", "health", "kinds");
    expect(counts).toMatchObject({ RUNNING: 2, QUEUED: 1 });
    expect(workers).toMatchObject([{ kind: "worker", status: "running", jobs: 2 }]);
    gate.open();
    for (const { id } of jobs)
      expect(await rig.job(id, "done", hasEnded)).toMatchObject({ status: "COMPLETED" });
  });

  test("logs by level, with the request's id and the line that logged it", async () => {
    const { id } = await submit({ kind: "plain", count: 1 });
    await rig.job(id, "done", hasEnded);
    const line = await until("the line to be logged", () =>
      working
        .output()
        .split("\n")
        .find((each) => each.includes(id)),
    );
    expect(JSON.parse(line)).toMatchObject({
      level: "debug",
      message: "handles plain",
      requestId: id,
      caller: expect.stringMatching(/^kinds\.ts:\d+$/) as string,
    });
  });

  test("is told to stop when the job that it works on is cancelled", async () => {
    await using gate = await startGate();
    const { id } = await submit({ kind: "async", count: 1, gate: gate.url });
    await rig.job(id, "begun", isRunning);
    await rig.berth("job", "cancel", id);
    expect(await rig.job(id, "done", hasEnded)).toMatchObject({ status: "CANCELLED" });
    // the gate stays shut: its seat is free only if it has stopped
    const further = [await submit({ kind: "async", count: 1 }), await submit({ kind: "async", count: 1 })];
    for (const one of further)
      expect(await rig.job(one.id, "done", hasEnded)).toMatchObject({ status: "COMPLETED" });
  });

  test("asynchronously, the webhook is told the end, signed", async () => {
    await using receiver = await webhookReceiver();
    const { id } = await submit({ kind: "plain", count: 5 }, "--webhook", receiver.url);
    const told = await until("the webhook to be told", () => receiver.told[0]);
    expect(JSON.parse(told.body)).toMatchObject({ id, status: "COMPLETED", result: { json: { output: 5 } } });
    const secret = (await rig.berth("endpoint", "webhook-secret", "kinds")).trim();
    expect(isSignedWith(secret, told)).toBe(true);
    expect(await rig.berth("job", "deliveries", id)).toContain("delivered");
  });

  test("synchronously, the caller waits for the result", async () => {
    const { id } = await rig.call<Job>("POST", "/api/v1/endpoints/kinds/jobs", {
      input: { kind: "plain", count: 7 },
    });
    const answer = await berth.fetch(`/api/v1/jobs/${id}/result?wait=60`);
    expect([answer.status, await answer.json()]).toEqual([200, { output: 7 }]);
  });
});

describe("while nobody takes jobs", () => {
  beforeAll(() => rig.berth("endpoint", "create", "idle", "--workers"));
  const queue = (...words: string[]) => rig.told<Job>("job", "submit", "idle", "--data", "{}", ...words);

  test("several are asked for at once, one is cancelled, and all that wait are cleaned away", async () => {
    const [first, second, third] = [await queue(), await queue(), await queue()];
    expect(Number(first.sequence)).toBeLessThan(second.sequence);
    await rig.berth("job", "cancel", first.id);
    const ids = [first.id, second.id, third.id, "no-such-job"];
    const batch = await rig.call<{ data: Job[] }>("POST", "/api/v1/jobs/batch", { ids });
    expect(new Map(batch.data.map(({ id, status }) => [id, status]))).toEqual(
      new Map([
        [first.id, "CANCELLED"],
        [second.id, "QUEUED"],
        [third.id, "QUEUED"],
      ]),
    );
    expect((await rig.told<EndpointHealth>("job", "health", "idle")).jobs).toMatchObject({ QUEUED: 2 });
    const purged = await rig.call<{ cancelled: string[] }>("POST", "/api/v1/endpoints/idle/jobs/purge");
    expect(new Set(purged.cancelled)).toEqual(new Set([second.id, third.id]));
    expect((await rig.told<EndpointHealth>("job", "health", "idle")).jobs).toMatchObject({ QUEUED: 0 });
  });

  test("a job whose time is over is given up, and its result asked for is refused", async () => {
    const { id } = await queue("--ttl", "1s");
    expect(await rig.job(id, "given up", hasEnded)).toMatchObject({ status: "TIMED_OUT" });
    expect((await berth.fetch(`/api/v1/jobs/${id}/result`)).status).toBeGreaterThanOrEqual(400);
  });
});

describe("a whole server behind a worker", () => {
  /** An endpoint whose replica is a worker in proxy mode before that server. */
  async function proxied(name: string, url: string, more: object = {}): Promise<void> {
    await rig.call("POST", "/api/v1/endpoints", {
      name,
      visibility: "public",
      template: {
        command: {
          argv: [process.execPath, commandEntry, "worker", "run", join(files, "proxy.ts")],
          env: { BERTH_PORT: "{port}", UPSTREAM: url, ...more },
          healthPath: "/healthcheck",
        },
      },
    });
    await rig.call("POST", `/api/v1/endpoints/${name}/deploy`, {});
  }
  const ask = (name: string, path: string) =>
    berth.fetch(`/e/berth/${name}${path}`, { method: "POST", body: '{"prompt":"Why?"}' });

  test("is called once it has started, by its own paths, and sees nothing of the caller's key", async () => {
    await using upstream = await startLlmServer();
    await proxied("ollama", upstream.url);
    await rig.when("ollama", "starting", ({ status }) => status === "DEPLOYING");
    upstream.start();
    expect(await rig.concluded("ollama", 1)).toMatchObject({ status: "COMPLETED" });
    const generated = await ask("ollama", "/api/generate");
    expect([generated.headers.get("content-type"), await generated.text()]).toEqual([
      "application/x-ndjson",
      '{"response":"Because"}\n{"response":" of air"}\n',
    ]);
    expect(await (await ask("ollama", "/v1/chat/completions")).json()).toEqual({
      url: "/v1/chat/completions",
      asked: { prompt: "Why?" },
    });
    const missing = await ask("ollama", "/api/missing");
    expect([missing.status, await missing.json()]).toEqual([404, { error: "model not found" }]);
    expect(JSON.stringify(upstream.heard)).not.toContain(berth.adminKey);
    const bare = await fetch(`${berth.url}/e/berth/ollama/api/generate`, { method: "POST", body: "{}" });
    expect(bare.status).toBe(401);
  });

  test("that does not answer in time is told by 408, and an answer that takes too long breaks off", async () => {
    await using upstream = await startLlmServer();
    upstream.start();
    await proxied("slow", upstream.url, { LIMIT_MS: "300" });
    await rig.concluded("slow", 1);
    expect((await ask("slow", "/api/silent")).status).toBe(408);
    const endless = await ask("slow", "/api/endless");
    expect(endless.status).toBe(200);
    await expect(endless.text()).rejects.toThrow();
  });
});
