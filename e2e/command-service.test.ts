import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listServices, startBerth, waitForService, type Berth } from "./berth-process.ts";
import { launch } from "./demo-models.ts";
import { until } from "./until.ts";

/** A server such as a user might bring: answers after a while, tells what it was called with, dies when told. */
const program = `
import { createServer } from "node:http";
const [where, delayMs] = process.argv.slice(2);
let isReady = false;
setTimeout(() => { isReady = true; }, Number(delayMs ?? 0));
createServer((request, response) => {
  if (request.url === "/health") return response.writeHead(isReady ? 200 : 503).end();
  if (request.url === "/die") { console.error("the last words"); process.exit(3); }
  let body = "";
  request.on("data", (chunk) => (body += chunk));
  request.on("end", () => response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers, body })));
}).listen(/^\\d+$/.test(where) ? { host: "127.0.0.1", port: Number(where) } : { path: where });
`;

let berth: Berth;
let script: string;

beforeAll(async () => {
  berth = await startBerth({ demo: false });
  script = join(berth.home, "server.mjs");
  await writeFile(script, program);
});
afterAll(() => berth.dispose());

const command = (...words: string[]) => ({
  image: "command",
  command: { argv: [process.execPath, script, ...words], healthPath: "/health" },
});

interface Told {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

async function askAtPort(name: string, path: string, init: RequestInit = {}): Promise<Response> {
  const { port } = await waitForService(berth, name);
  return until("the service's port to be open", async () =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${berth.adminKey}`, ...(init.headers as object) },
    }).catch(() => undefined),
  );
}

describe("a server the user names", () => {
  test.for([
    ["a port", "{port}"],
    ["a socket", "{socket}"],
  ] as const)(
    "is reached by %s, on any path of its own port, without keys or secrets",
    async ([what, placeholder]) => {
      const name = `by-${what.replace("a ", "")}`;
      await launch(berth, { name, ...command(placeholder) });
      const answer = await askAtPort(name, "/predict?x=1", { method: "POST", body: '{"a": 1}' });
      const told = (await answer.json()) as Told;
      expect(told).toMatchObject({ method: "POST", url: "/predict?x=1", body: '{"a": 1}' });
      const sent = JSON.stringify(told.headers);
      expect(sent).not.toContain(berth.adminKey);
      expect(Object.keys(told.headers)).not.toContain("x-berth-runner-secret");
      const stranger = await askAtPort(name, "/predict", {
        headers: { authorization: "Bearer sk-berth-no" },
      });
      expect(stranger.status).toBe(401);
    },
  );

  test("has a key of its own when it is given one, which opens nothing else", async () => {
    await launch(berth, { name: "keyed", apiKey: "a-key-of-its-own", ...command("{port}") });
    const mine = { authorization: "Bearer a-key-of-its-own" };
    expect((await askAtPort("keyed", "/predict", { headers: mine })).status).toBe(200);
    expect((await askAtPort("by-port", "/predict", { headers: mine })).status).toBe(401);
    expect((await fetch(`${berth.url}/v1/models`, { headers: mine })).status).toBe(401);
    expect((await fetch(`${berth.url}/api/v1/services`, { headers: mine })).status).toBe(401);
  });

  test("holds requests while it starts, and answers them when it is healthy", async () => {
    const created = await berth.fetch("/api/v1/services", {
      method: "POST",
      body: JSON.stringify({ name: "slow", model: "slow-model", ...command("{port}", "1500") }),
    });
    expect(created.status).toBe(201);
    const answer = await berth.fetch("/v1/chat/completions", {
      method: "POST",
      body: '{"model": "slow-model", "messages": []}',
    });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      url: "/v1/chat/completions",
      body: '{"model": "slow-model", "messages": []}',
    });
  });

  test("that dies is told with exit code and last words, and comes back", async () => {
    await launch(berth, { name: "mortal", ...command("{port}") });
    await askAtPort("mortal", "/die").catch(() => undefined);
    const events = await until("the death to be told", async () => {
      const { data } = (await (await berth.fetch("/api/v1/services/mortal/events")).json()) as {
        data: { evidence: { exitCode?: number; logTail?: string[] } }[];
      };
      return data.find((event) => event.evidence.exitCode === 3);
    });
    expect(events.evidence.logTail?.join("\n")).toContain("the last words");
    await waitForService(berth, "mortal");
  });

  test("that is not there fails at once, with the reason", async () => {
    await berth.fetch("/api/v1/services", {
      method: "POST",
      body: JSON.stringify({
        name: "ghost",
        image: "command",
        command: { argv: ["/no/such/program", "{port}"] },
      }),
    });
    const ghost = await until("it to fail", async () =>
      (await listServices(berth)).find((one) => one.name === "ghost" && one.status === "FAILED"),
    );
    expect(ghost.statusReason).toContain("/no/such/program");
  });

  test("with words that a shell would change gets them unchanged", async () => {
    const odd = ["a b", "$(id)", "'\"", "new\nline", "ü·世", "--flag=x y", "*"];
    const echo = `${script}.echo.mjs`;
    await writeFile(
      echo,
      `import { createServer } from "node:http";\ncreateServer((_, r) => r.end(JSON.stringify(process.argv.slice(3)))).listen(Number(process.argv[2]), "127.0.0.1");\n`,
    );
    await launch(berth, {
      name: "odd",
      image: "command",
      command: { argv: [process.execPath, echo, "{port}", ...odd], healthPath: "/" },
    });
    expect(await (await askAtPort("odd", "/")).json()).toEqual(odd);
  });
});

describe("the life of a service", () => {
  test("stop, restart under the same port, and remove, by name and short id", async () => {
    await launch(berth, { name: "brief", ...command("{port}") });
    const { id, port } = await waitForService(berth, "brief");
    expect((await berth.fetch(`/api/v1/services/${id.slice(0, 8)}/stop`, { method: "POST" })).status).toBe(
      202,
    );
    await waitForService(berth, id, "STOPPED");
    expect((await berth.fetch("/api/v1/services/brief/restart", { method: "POST" })).status).toBe(202);
    expect(await waitForService(berth, id)).toMatchObject({ port });
    expect((await berth.fetch(`/api/v1/services/${id}`, { method: "DELETE" })).status).toBe(409);
    await berth.fetch(`/api/v1/services/${id}/stop`, { method: "POST" });
    await waitForService(berth, id, "STOPPED");
    expect((await berth.fetch(`/api/v1/services/${id}`, { method: "DELETE" })).status).toBe(204);
    expect((await berth.fetch(`/api/v1/services/${id}`)).status).toBe(404);
  });
});
