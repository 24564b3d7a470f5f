import { execFile } from "node:child_process";
import { request } from "node:http";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBerth, waitForService, type Berth } from "../berth-process.ts";
import { enginesOf, processesNaming } from "../processes.ts";
import { readFile, readdir } from "node:fs/promises";

let berth: Berth;
beforeAll(async () => {
  berth = await startBerth();
  await waitForService(berth, "pilot");
});
afterAll(() => berth.dispose());

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** A raw request: `fetch` would not let Host and Origin be forged. */
function ask(
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: string },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(
      url,
      { method: options.method ?? "GET", headers: options.headers ?? {} },
      (response) => {
        let body = "";
        response.on("data", (chunk: Buffer) => (body += chunk.toString()));
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, body, headers: response.headers }),
        );
      },
    );
    call.on("error", reject);
    call.end(options.body);
  });
}

const codeOf = (answer: Answer): unknown =>
  (JSON.parse(answer.body) as { error: { code: string } }).error.code;

describe("who is refused", () => {
  test.for([
    ["no key at the inference API", "/v1/models", {}, 401, "invalid_api_key"],
    ["no key at the management API", "/api/v1/services", {}, 401, "invalid_api_key"],
    [
      "a wrong key at the inference API",
      "/v1/models",
      { authorization: "Bearer sk-berth-no" },
      401,
      "invalid_api_key",
    ],
    [
      "a wrong key at the management API",
      "/api/v1/services",
      { authorization: "Bearer sk-berth-no" },
      401,
      "invalid_api_key",
    ],
    ["no key at the metrics", "/metrics", {}, 401, "invalid_api_key"],
    [
      "a forged session cookie",
      "/api/v1/services",
      { cookie: "berth_session=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" },
      401,
      "session_expired",
    ],
  ] as const)("%s", async ([, path, headers, status, code]) => {
    const answer = await ask(`${berth.url}${path}`, { headers: { ...headers } });
    expect({ status: answer.status, code: codeOf(answer) }).toEqual({ status, code });
  });

  test.for(["/v1/models", "/api/v1/services", "/healthz", "/"])(
    "a page of another site, even with the key, at %s",
    async (path) => {
      const answer = await ask(`${berth.url}${path}`, {
        headers: { origin: "https://evil.example", authorization: `Bearer ${berth.adminKey}` },
      });
      expect({ status: answer.status, code: codeOf(answer) }).toEqual({
        status: 403,
        code: "forbidden_origin",
      });
      expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
    },
  );

  test("a preflight of another site", async () => {
    const answer = await ask(`${berth.url}/v1/chat/completions`, {
      method: "OPTIONS",
      headers: { origin: "https://evil.example", "access-control-request-method": "POST" },
    });
    expect(answer.status).toBe(403);
    expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
  });

  test.for(["/v1/models", "/api/v1/services", "/"])(
    "a forged Host, even with the key, at %s",
    async (path) => {
      const answer = await ask(`${berth.url}${path}`, {
        headers: { host: "evil.example", authorization: `Bearer ${berth.adminKey}` },
      });
      expect({ status: answer.status, code: codeOf(answer) }).toEqual({
        status: 403,
        code: "forbidden_host",
      });
    },
  );

  test("a key for inference at the management API, and for a model it may not call", async () => {
    const made = await berth.fetch("/api/v1/keys", {
      method: "POST",
      body: JSON.stringify({ name: "narrow", models: ["another"] }),
    });
    const { key } = (await made.json()) as { key: string };
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    const manage = await ask(`${berth.url}/api/v1/services`, { headers });
    expect({ status: manage.status, code: codeOf(manage) }).toEqual({ status: 403, code: "forbidden" });
    const body = JSON.stringify({ model: "pilot", messages: [{ role: "user", content: "hi" }] });
    const call = await ask(`${berth.url}/v1/chat/completions`, { method: "POST", headers, body });
    expect(call.status).toBe(403);
    const list = await ask(`${berth.url}/v1/models`, { headers });
    expect(JSON.parse(list.body)).toMatchObject({ data: [] });
  });
});

describe("another user of this machine", () => {
  test("is refused by the runner's port without the service's secret", async () => {
    const port = await runnerPort();
    for (const headers of [
      {},
      { authorization: `Bearer ${berth.adminKey}` },
      { "x-berth-runner-secret": "guess" },
    ] as Record<string, string>[]) {
      const answer = await ask(`http://127.0.0.1:${port}/v1/models`, { headers });
      expect(answer.status).toBe(401);
    }
  });

  test.runIf(process.getuid?.() === 0)(
    "cannot enter the home, read the key, or reach the engine's socket",
    async () => {
      const [engine] = await enginesOf(berth.home);
      const socket = /--socket (\S+)/.exec(engine?.command ?? "")?.[1] ?? "";
      expect(socket).not.toBe("");
      const asNobody = (script: string) =>
        promisify(execFile)("setpriv", [
          "--reuid=65534",
          "--regid=65534",
          "--clear-groups",
          "sh",
          "-c",
          script,
        ]);
      await expect(asNobody(`cat ${berth.home}/admin.key`)).rejects.toThrow(/Permission denied/);
      await expect(asNobody(`ls ${berth.home}/launches`)).rejects.toThrow(/Permission denied/);
      const curl = `curl -sS --unix-socket ${socket} http://engine/health`;
      await expect(asNobody(curl)).rejects.toThrow();
      // The same words as the owner do reach it: the refusal is the user's, not the command's.
      await promisify(execFile)("sh", ["-c", curl]);
    },
  );

  test("sees no secret in any command line or environment listing", async () => {
    const secrets = [berth.adminKey, await serviceSecret()];
    for (const { pid, command } of await processesNaming(berth.home)) {
      const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
      for (const secret of secrets) expect(`${command}\0${environment}`).not.toContain(secret);
    }
  });
});

describe("what lies on disk", () => {
  test("is this user's alone, and keys are hashed", async () => {
    for (const name of ["admin.key", "berth.db"])
      expect((await stat(join(berth.home, name))).mode & 0o077).toBe(0);
    expect((await stat(berth.home)).mode & 0o077).toBe(0);
    const made = await berth.fetch("/api/v1/keys", {
      method: "POST",
      body: JSON.stringify({ name: "hashed" }),
    });
    const { key } = (await made.json()) as { key: string };
    for (const name of ["berth.db", "berth.db-wal"]) {
      expect((await readFile(join(berth.home, name)).catch(() => Buffer.alloc(0))).includes(key)).toBe(false);
    }
  });

  test("the log holds no key", () => {
    expect(berth.output()).not.toContain(berth.adminKey);
  });
});

async function launchDirectory(): Promise<string> {
  const [name] = await readdir(join(berth.home, "launches"));
  return join(berth.home, "launches", name ?? "");
}

async function runnerPort(): Promise<number> {
  return (JSON.parse(await readFile(join(await launchDirectory(), "state.json"), "utf8")) as { port: number })
    .port;
}

async function serviceSecret(): Promise<string> {
  return (await readFile(join(await launchDirectory(), "secret"), "utf8")).trim();
}
