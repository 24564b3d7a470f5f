import { readFile } from "node:fs/promises";
import { Agent, request as httpRequest } from "node:http";
import { csrfHeader } from "@berth/api";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startBerth, type Berth } from "./berth-process.ts";
import { startSteadyModel, tokensEach, type SteadyModel } from "./steady-model.ts";
import { until } from "./until.ts";

const flags = ["--gateway-workers", "2"];
const workers = 2;

let berth: Berth;
let one: SteadyModel;
let other: SteadyModel;

beforeAll(async () => {
  one = await startSteadyModel("one");
  other = await startSteadyModel("other");
  berth = await startBerth({ demo: false, flags });
  for (const model of [one, other])
    await create("providers", {
      name: `of-${model.name}`,
      kind: "openai-compatible",
      url: model.url,
      models: [{ name: model.name }],
      discover: false,
    });
});
afterAll(async () => {
  await berth.dispose();
  await one[Symbol.asyncDispose]();
  await other[Symbol.asyncDispose]();
});

async function create(what: string, body: unknown): Promise<{ id: string; key: string }> {
  const response = await berth.fetch(`/api/v1/${what}`, { method: "POST", body: JSON.stringify(body) });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as { id: string; key: string };
}

interface Answered {
  readonly status: number;
  readonly text: string;
}

interface AskOptions {
  readonly model?: string;
  readonly key?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
  /** A connection of its own where it is left out. */
  readonly agent?: Agent;
  readonly onHead?: () => void;
}

function ask(options: AskOptions = {}): Promise<Answered> {
  const { path = "/v1/chat/completions", model = "one", key = berth.adminKey, headers = {} } = options;
  const isChat = path === "/v1/chat/completions";
  const body = { model, messages: [{ role: "user", content: "hello" }], max_tokens: 10, ...options.body };
  return new Promise((resolve, reject) => {
    const asked = httpRequest(`${berth.url}${path}`, {
      method: isChat ? "POST" : "GET",
      agent: options.agent ?? false,
      headers: {
        ...(key === "" ? {} : { authorization: `Bearer ${key}` }),
        ...(isChat ? { "content-type": "application/json" } : {}),
        ...headers,
      },
    });
    asked.on("error", reject);
    asked.on("response", (response) => {
      options.onHead?.();
      response.toArray().then((pieces: Buffer[]) => {
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(pieces).toString() });
      }, reject);
    });
    asked.end(isChat ? JSON.stringify(body) : undefined);
  });
}

function times<T>(count: number, make: (at: number) => T): T[] {
  return Array.from({ length: count }, (_, at) => make(at));
}

/** Connections that stay: with so many, each thread has some. */
function keptConnections(count: number): readonly Agent[] {
  return times(count, () => new Agent({ keepAlive: true, maxSockets: 1 }));
}

async function statuses(answers: readonly Promise<Answered>[]): Promise<Readonly<Record<number, number>>> {
  const counts: Record<number, number> = {};
  for (const { status } of await Promise.all(answers)) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** Sockets that listen on the port of 127.0.0.1: connections are dealt out to them by their addresses. */
async function listeners(): Promise<number> {
  const port = Number(new URL(berth.url).port).toString(16).toUpperCase().padStart(4, "0");
  return (await readFile("/proc/net/tcp", "utf8")).split(`0100007F:${port} 00000000:0000 0A`).length - 1;
}

test("each worker listens, and every connection is answered", async () => {
  expect(await listeners()).toBe(workers);
  expect(await statuses(times(64, () => ask()))).toEqual({ 200: 64 });
});

test("a limit of requests a minute is met exactly by 200 at once", async () => {
  const { key } = await create("keys", { name: "rpm", limits: { requestsPerMinute: 50 } });
  expect(await statuses(times(200, () => ask({ key })))).toEqual({ 200: 50, 429: 150 });
});

test("a budget is spent to its end by 200 at once, and no further", async () => {
  const budget = { period: "day", unit: "tokens", amount: 1000 };
  const { key, id } = await create("keys", { name: "budget", limits: { budgets: [budget] } });
  // each reserves more than it uses: those that do not fit may come again
  let answered = 0;
  for (;;) {
    const counts = await statuses(times(200, () => ask({ key })));
    if (counts[200] === undefined) break;
    answered += counts[200];
  }
  const listed = (await (await berth.fetch("/api/v1/keys")).json()) as { data: readonly { id: string }[] };
  expect(listed.data.find((each) => each.id === id)).toMatchObject({
    budgets: [{ spent: answered * tokensEach, reserved: 0 }],
  });
  expect(answered * tokensEach).toBeLessThanOrEqual(1000);
  expect(answered * tokensEach).toBeGreaterThan(850);
});

test("a provider has no more requests at once than it may have, whoever sends them", async () => {
  await using busy = await startSteadyModel("busy", 60);
  await create("providers", {
    name: "of-busy",
    kind: "openai-compatible",
    url: busy.url,
    models: [{ name: "busy" }],
    discover: false,
    maxParallel: 3,
  });
  const counts = await statuses(times(100, () => ask({ model: "busy" })));
  expect(busy.most).toBe(3);
  expect(counts[200]).toBeGreaterThanOrEqual(3);
  expect((counts[200] ?? 0) + (counts[429] ?? 0)).toBe(100);
  expect(await statuses([ask({ model: "busy" })])).toEqual({ 200: 1 });
});

test("a key that is deleted opens nothing from then on, on any connection", async () => {
  const { key, id } = await create("keys", { name: "revoked" });
  const agents = keptConnections(24);
  const askAll = () => statuses(agents.map((agent) => ask({ key, agent })));
  expect(await askAll()).toEqual({ 200: 24 });
  expect((await berth.fetch(`/api/v1/keys/${id}`, { method: "DELETE" })).status).toBe(204);
  expect(await askAll()).toEqual({ 401: 24 });
  for (const agent of agents) agent.destroy();
});

test("a route that is changed leads elsewhere at once, and no request is lost", async () => {
  await create("routes", { name: "turn", targets: [{ model: "one" }] });
  const agents = keptConnections(24);
  let isChanged = false;
  const rounds = agents.map(async (agent) => {
    const told: Answered[] = [];
    for (let after = 0; after < 3;) {
      const wasChanged = isChanged;
      const answer = await ask({ model: "turn", agent });
      told.push(answer);
      if (!wasChanged) continue;
      after += 1;
      expect(answer.text).toContain('"content":"other"');
    }
    return told;
  });
  await until("some requests", async () => (one.most > 5 ? true : undefined));
  const change = await berth.fetch("/api/v1/routes/turn", {
    method: "PATCH",
    body: JSON.stringify({ targets: [{ model: "other" }] }),
  });
  expect(change.status).toBe(200);
  isChanged = true;
  const all = (await Promise.all(rounds)).flat();
  expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200]));
  for (const agent of agents) agent.destroy();
});

test("console, management API and metrics answer, whichever thread takes the connection", async () => {
  const paths = ["/healthz", "/api/v1/keys", "/api/v1/providers", "/metrics", "/"];
  for (const path of paths) expect(await statuses(times(16, () => ask({ path })))).toEqual({ 200: 16 });
  expect(await statuses(times(8, () => ask({ path: "/api/v1/keys", key: "wrong" })))).toEqual({ 401: 8 });
  const uploaded = times(8, (at) => create("keys", { name: `made-${at}`, tags: times(30, (n) => `t${n}`) }));
  expect(await Promise.all(uploaded)).toHaveLength(8);
});

test("a console's session calls models on any connection", async () => {
  const minted = await berth.fetch("/api/v1/session/codes", { method: "POST" });
  const { code } = (await minted.json()) as { code: string };
  const entered = await fetch(`${berth.url}/api/v1/session`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ code }),
  });
  const { csrfToken } = (await entered.json()) as { csrfToken: string };
  const cookie = entered.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  const headers = { cookie, [csrfHeader]: csrfToken };
  expect(await statuses(times(16, () => ask({ key: "", headers })))).toEqual({ 200: 16 });
  const forged = { cookie, [csrfHeader]: "wrong" };
  expect(await statuses(times(16, () => ask({ key: "", headers: forged })))).toEqual({ 401: 16 });
});

test("changes are streamed as they happen", async () => {
  const streams = await Promise.all(times(8, () => berth.fetch("/api/v1/events")));
  await create("keys", { name: "announced" });
  for (const stream of streams) {
    const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
    let heard = "";
    while (!heard.includes("event: keys")) heard += (await reader.read()).value ?? "";
    await reader.cancel();
  }
});

test("SIGTERM lets streams end, and every request is in the ledger", async () => {
  const { key } = await create("keys", { name: "last" });
  let begun = 0;
  const streams = times(32, () =>
    ask({ key, body: { stream: true, max_tokens: 60 }, onHead: () => (begun += 1) }),
  );
  const whole = times(32, () => ask({ key }));
  await Promise.all(whole);
  await until("the streams to begin", async () => (begun === streams.length ? true : undefined));
  const inFlight = /^berth_requests_in_flight (\d+)$/m;
  expect(Number(inFlight.exec((await ask({ path: "/metrics" })).text)?.[1])).toBe(streams.length);
  await berth.kill("SIGTERM");
  expect(berth.process.exitCode).toBe(0);
  const ended = await Promise.all(streams);
  for (const { text } of ended) expect(text).toMatch(/data: \[DONE\]\n\n$/);
  const { home } = berth;
  berth = await startBerth({ demo: false, flags, home });
  const listed = await berth.fetch("/api/v1/requests?key=last&limit=1000");
  const { data } = (await listed.json()) as { data: readonly { inputTokens: number; status: number }[] };
  expect(data).toHaveLength(streams.length + whole.length);
  expect(data.every(({ inputTokens, status }) => inputTokens === 5 && status === 200)).toBe(true);
});
