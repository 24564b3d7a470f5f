import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunnerSpec } from "@berth/api/runner";
import { expect, onTestFinished, test } from "vitest";
import { prepareEngine } from "./prepare-engine.ts";

async function prepared(spec: Partial<RunnerSpec>) {
  const dir = await mkdtemp(join(tmpdir(), "berth-prepare-"));
  onTestFinished(() => rm(dir, { recursive: true }));
  const facts = {
    dir,
    address: { kind: "port", port: 4321 },
    key: "the-key",
    runnerArgv: [process.execPath],
    packagesDir: undefined,
    container: undefined,
  } as const;
  const whole: RunnerSpec = {
    version: 1,
    homeId: "home",
    serviceId: "svc",
    launchId: "svc-1",
    program: { kind: "command", argv: ["node"], env: { TOKEN: "{secret:hub:value}" }, cwd: null },
    listen: { kind: "port" },
    healthPath: "/health",
    startTimeoutMs: 1000,
    drainMs: 0,
    bindHost: "127.0.0.1",
    maxLogBytes: 1,
    ...spec,
  };
  return { dir, engine: await prepareEngine(whole, facts, { PATH: process.env.PATH ?? "" }) };
}

test("a secret stands in the environment as it is, braces and all, or in a file that nobody else can read", async () => {
  const { dir, engine } = await prepared({
    secrets: { env: { TOKEN: "{key} and {port}" }, files: { CERT: "one\ntwo\n" } },
  });
  const path = join(dir, "secrets", "CERT");
  expect(engine).toMatchObject({ kind: "prepared", env: { TOKEN: "{key} and {port}", CERT: path } });
  expect(await readFile(path, "utf8")).toBe("one\ntwo\n");
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await stat(join(dir, "secrets"))).mode & 0o777).toBe(0o700);
});

test.each(["../CERT", "/etc/CERT", "..", "APPTAINERENV_.."])(
  "a secret is written nowhere but in its directory: %s",
  async (variable) => {
    const secrets = { env: {}, files: { [variable]: "x" } };
    await expect(prepared({ secrets })).rejects.toThrow(`no file can be named for the variable ${variable}`);
  },
);

test("a container sees the file where it is mounted, by the name that the engine knows it by", async () => {
  const container = { forward: {}, cleanup: [], makes: [] };
  const { dir, engine } = await prepared({
    program: { kind: "command", argv: ["node"], env: {}, cwd: null, container },
    secrets: { env: {}, files: { APPTAINERENV_CERT: "x" } },
  });
  expect(engine).toMatchObject({ kind: "prepared", env: { APPTAINERENV_CERT: "/berth/secrets/CERT" } });
  expect(await readFile(join(dir, "secrets", "CERT"), "utf8")).toBe("x");
});
