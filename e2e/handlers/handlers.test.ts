import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBerth, top, waitForService, type Berth } from "../berth-process.ts";
import { mustRun, type Ended } from "../run-program.ts";
import { until } from "../until.ts";

const files = join(import.meta.dirname, "files");
const cliEntry = join(top, "apps/cli/dist/berth.mjs");
/** An environment is made for Python first. */
const startMs = 170_000;

let berth: Berth;

beforeAll(async () => {
  berth = await startBerth({ demo: false });
});
afterAll(() => berth.dispose());

function run(...words: string[]): Promise<Ended> {
  return mustRun([process.execPath, cliEntry, "run", "handler", ...words], {
    environment: { BERTH_URL: berth.url, BERTH_HOME_DIR: berth.home },
  });
}

async function predict(
  name: string,
  input: unknown,
  headers: Record<string, string> = {},
  path = "/predict",
): Promise<Response> {
  const { port } = await waitForService(berth, name, "HEALTHY", startMs);
  return until("the service's port to be open", async () =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${berth.adminKey}`, "content-type": "application/json", ...headers },
      body: JSON.stringify(input),
    }).catch(() => undefined),
  );
}

/** The service's log, once it holds the words: what is printed last is written after the answer. */
function logWith(name: string, words: string): Promise<string> {
  return until(`the log of ${name} to say ${words}`, async () => {
    const text = await (await berth.fetch(`/api/v1/services/${name}/logs`)).text();
    return text.includes(words) ? text : undefined;
  });
}

const lines = { accept: "application/x-ndjson" };

describe("a TypeScript handler", () => {
  test("answers POST /predict on the service's own port, at once or as a stream", async () => {
    const ran = await run(join(files, "count.ts"), "--name", "count-ts");
    expect(ran.stderr + ran.stdout).toContain("/predict");
    expect(await (await predict("count-ts", { count: 2 })).json()).toEqual([{ number: 0 }, { number: 1 }]);
    expect(await (await predict("count-ts", { count: 2 }, lines)).text()).toBe(
      '{"number":0}\n{"number":1}\n',
    );
  });

  test("tells its own errors, and its log", async () => {
    const answer = await predict("count-ts", { count: 1, end: "throw" });
    expect([answer.status, await answer.json()]).toEqual([
      422,
      { error: { code: "no_count", message: "there is nothing to count", details: null } },
    ]);
    const log = await logWith("count-ts", "counts");
    expect(log).toMatch(/"message":"counts".*"caller":"count\.ts:\d+"/);
  });

  test("that ends its process is told so, and started again", async () => {
    const answer = await predict("count-ts", { count: 1, end: "exit" }).catch(() => undefined);
    expect(answer?.ok ?? false).toBe(false);
    await until("the end to be told", async () => {
      const { data } = (await (await berth.fetch("/api/v1/services/count-ts/events")).json()) as {
        data: { evidence: { exitCode?: number } }[];
      };
      return data.some((event) => event.evidence.exitCode === 3) ? true : undefined;
    });
    expect((await predict("count-ts", { count: 0 })).status).toBe(200);
  });
});

describe("a Python handler", () => {
  test("is a class with FastAPI's parameters in an environment of its own", async () => {
    await run(`${join(files, "shout.py")}:Handler`, "--name", "shout", "--env", "VOICE=alto");
    const answer = await predict("shout", { prompt: "ho", times: 2 }, {}, "/predict?loud=true&note=n");
    expect(await answer.json()).toEqual({ voice: "alto", text: "HO HO", note: "n" });
  });

  test("validates, streams what it likes, and has handlers for its exceptions", async () => {
    const invalid = await predict("shout", { times: "x" });
    expect(invalid.status).toBe(422);
    expect(JSON.stringify(await invalid.json())).toContain("prompt");
    const gif = await predict("shout", { prompt: "gif" });
    expect([gif.headers.get("content-type"), await gif.text()]).toEqual(["image/gif", "GIF89a"]);
    const refused = await predict("shout", { prompt: "refuse" });
    expect([refused.status, await refused.json()]).toEqual([418, { own: "not that" }]);
  });

  test("tells an error with its traceback, to the caller and in the log", async () => {
    const broken = await predict("shout", { prompt: "break" });
    const { error } = (await broken.json()) as { error: { code: string; message: string; details: string } };
    expect([broken.status, error.code, error.message]).toEqual([500, "handler_failed", "broken"]);
    expect(error.details).toMatch(/^Traceback .*\n {2}File ".*shout\.py", line \d+, in predict/);
    const log = await logWith("shout", "RuntimeError: broken");
    expect(log).toMatch(/"message": "asked".*"caller": "shout\.py:\d+"/);
  });

  test("may be a generator that is asked as (request, env)", async () => {
    await run(join(files, "count.py"), "--name", "count-py");
    const id = { "x-request-id": "r-1" };
    expect(await (await predict("count-py", { count: 1 }, id)).json()).toEqual([{ number: 0, id: "r-1" }]);
    const told = await predict("count-py", { input: { count: 2 } }, { ...id, accept: "text/event-stream" });
    expect(await told.text()).toBe(
      'data: {"number": 0, "id": "r-1"}\n\ndata: {"number": 1, "id": "r-1"}\n\nevent: end\ndata: {}\n\n',
    );
  });

  test("may lie in a file of any name, also that of its host", async () => {
    const source = {
      kind: "text",
      name: "host.py",
      text: "def handler(request, env):\n    return request['input']\n",
    };
    const answer = await berth.fetch("/api/v1/services", {
      method: "POST",
      body: JSON.stringify({ name: "named-host", handler: { language: "python", source } }),
    });
    expect(answer.status).toBe(201);
    expect(await (await predict("named-host", { input: 7 })).json()).toBe(7);
  });

  test("whose packages cannot be had says so in pip's words, with what to do", async () => {
    await run(
      join(files, "count.py"),
      "--name",
      "without-index",
      "--env",
      "PIP_NO_INDEX=1",
      "--env",
      "PATH=/usr/bin:/bin",
      "--requirement",
      "berth-no-such-package==1",
    );
    const log = await logWith("without-index", "What to do");
    expect(log).toContain("PIP_FIND_LINKS");
    await berth.fetch("/api/v1/services/without-index/stop", { method: "POST" });
  });
});

test.each([
  ["Python that cannot be read", "broken.py", "class A:\n    def predict(self\n", "line 2"],
  ["a file without a handler", "empty.py", "x = 1\n", "has no handler"],
  ["TypeScript that cannot be read", "broken.ts", "export const handler = (", "not TypeScript"],
])("%s is refused before anything is launched", async (_, name, text, words) => {
  const answer = await berth.fetch("/api/v1/services", {
    method: "POST",
    body: JSON.stringify({
      name: "refused",
      handler: {
        language: name.endsWith("py") ? "python" : "typescript",
        source: { kind: "text", name, text },
      },
    }),
  });
  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain(words);
});
