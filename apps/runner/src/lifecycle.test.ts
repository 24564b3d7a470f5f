import { once } from "node:events";
import { readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { launchFiles, runnerClaimSchema, runnerHealthSchema } from "@berth/api";
import { identifyProcess, isAlive } from "@berth/std/process-identity";
import { scriptedEngine } from "@berth/testing/scripted-engine";
import { launchRunner, until } from "./test/launched-runner.ts";

const serving = [...scriptedEngine, "--listen", "{socket}"];

test("a launch is claimed, becomes ready, tells its health and drains when asked", async () => {
  await using runner = await launchRunner({ argv: [...serving, "--print", "2"] });
  const state = await runner.phase("ready");
  const claim = runnerClaimSchema.parse(JSON.parse(await runner.read(launchFiles.claim)));
  expect(claim.runner).toEqual(identifyProcess(runner.process.pid ?? 0));
  expect(state).toMatchObject({ runner: claim.runner, host: "127.0.0.1", progress: null, exit: null });
  expect(state.engine !== null && isAlive(state.engine)).toBe(true);

  const health = runnerHealthSchema.parse(JSON.parse((await runner.call("/-/health")).body));
  expect(health).toMatchObject({ phase: "ready", inFlight: 0, lastActivityAt: null });
  expect(health).toMatchObject({ engine: { contextTokens: 512, parallel: 2 } });
  expect(health.memoryMiB).toBeGreaterThan(10);

  runner.process.kill("SIGTERM");
  expect(await runner.ended()).toMatchObject({
    phase: "exited",
    exit: { requested: true, reason: "stopped, as asked", logTail: ["line 1", "line 2"] },
  });
  expect(state.engine !== null && isAlive(state.engine)).toBe(false);
  expect(runner.process.exitCode).toBe(0);
});

test("a runner whose launch directory was removed still ends when asked, with its engine", async () => {
  await using runner = await launchRunner({ argv: serving });
  const { engine } = await runner.phase("ready");
  await rm(runner.dir, { recursive: true });
  runner.process.kill("SIGTERM");
  await until("the runner's end", () => (runner.process.exitCode === null ? undefined : true));
  expect(engine !== null && isAlive(engine)).toBe(false);
});

test("what a launch writes belongs to its user alone", async () => {
  await using runner = await launchRunner({ argv: serving });
  await runner.phase("ready");
  for (const name of await readdir(runner.dir)) {
    if (name === launchFiles.engineSocket) continue;
    expect({ name, mode: (await stat(join(runner.dir, name))).mode & 0o077 }).toEqual({ name, mode: 0 });
  }
});

test("a second runner of the same launch ends without effect", async () => {
  await using runner = await launchRunner({ argv: [...serving, "--print", "1"] });
  const state = await runner.phase("ready");
  const second = runner.spawn();
  const [exitCode] = (await once(second, "exit")) as [number];
  expect(exitCode).toBe(0);
  expect(runner.stderr).toContain("another runner has claimed");
  expect(await runner.state()).toEqual(state);
  expect(await runner.read(launchFiles.engineLog)).toBe("line 1\n");
});

test("of many runners that start at once one starts an engine", async () => {
  await using runner = await launchRunner({ argv: [...serving, "--print", "1"] });
  const others = [runner.spawn(), runner.spawn(), runner.spawn()];
  await until("ready service", async () => ((await runner.state())?.phase === "ready" ? true : undefined));
  await until("loser", () =>
    [runner.process, ...others].filter((child) => child.exitCode === 0).length === 3 ? true : undefined,
  );
  expect(await runner.read(launchFiles.engineLog)).toBe("line 1\n");
  for (const child of others) child.kill("SIGTERM");
});

test("progress is told while the engine starts", async () => {
  await using runner = await launchRunner({ argv: [...serving, "--ready-after-ms", "700"] });
  const state = await until("progress", async () => {
    const now = await runner.state();
    return now?.progress === null ? undefined : now;
  });
  expect(state).toMatchObject({ phase: "starting", progress: { message: "loading", fraction: 0.5 } });
  const early = await runner.call("/echo");
  expect(early).toMatchObject({ status: 503, headers: { "retry-after": "1" } });
  expect(JSON.parse(early.body)).toMatchObject({ error: { code: "service_unavailable" } });
  expect(await runner.phase("ready")).toMatchObject({ progress: null });
});

test.each([
  [
    "a program that is not on PATH",
    { argv: ["no-such-engine", "{socket}"] },
    {
      exitCode: 127,
      reason: expect.stringContaining('there is no program "no-such-engine" on PATH') as string,
    },
  ],
  [
    "a file that is no program",
    { argv: [import.meta.filename, "{socket}"] },
    { exitCode: 126, reason: `${import.meta.filename} is not a program that this user may run` },
  ],
  [
    "a working directory that is not there",
    { spec: { program: { kind: "command" as const, argv: ["true"], env: {}, cwd: "/no/such" } } },
    { exitCode: 78, reason: "the working directory /no/such is not there" },
  ],
  [
    "an engine the runner has not",
    { spec: { program: { kind: "embedded" as const, engine: "toString", config: {} } } },
    { exitCode: 78, logTail: [expect.stringContaining('there is no engine "toString"') as string] },
  ],
  [
    "an engine that exits at once",
    { argv: [...scriptedEngine, "--print", "60", "--exit-code", "3"] },
    {
      exitCode: 3,
      reason: "the engine exited with code 3 before it was ready",
      logTail: Array.from({ length: 40 }, (_, index) => `line ${index + 21}`),
    },
  ],
  [
    "an engine that is never ready",
    { argv: [...serving, "--ready-after-ms", "60000"], spec: { startTimeoutMs: 500 } },
    { reason: "the engine was not ready within 0.5 s: GET /health: it answered 503" },
  ],
  [
    "an engine that listens nowhere",
    { argv: scriptedEngine, spec: { startTimeoutMs: 300 } },
    { reason: "the engine was not ready within 0.3 s: GET /health: nothing listens there yet" },
  ],
])("%s ends the launch with its reason", async (_, setup, exit) => {
  await using runner = await launchRunner(setup);
  expect(await runner.ended()).toMatchObject({ phase: "exited", exit: { requested: false, ...exit } });
});

test("an engine that is killed is told with its signal, and its children die", async () => {
  await using runner = await launchRunner({ argv: [...serving, "--fork"] });
  const { engine } = await runner.phase("ready");
  const child = Number(/child (\d+)/.exec(await runner.logged("child"))?.[1]);
  process.kill(engine?.pid ?? 0, "SIGKILL");
  const { exit } = await runner.ended();
  expect(exit).toMatchObject({
    exitCode: null,
    signal: "SIGKILL",
    reason: "the engine was killed by SIGKILL",
  });
  expect(identifyProcess(child)).toBeUndefined();
});

test("an engine that ignores SIGTERM, and its children, are killed when their time is up", async () => {
  await using runner = await launchRunner({ argv: [...serving, "--fork", "--ignore-sigterm"] });
  const { engine } = await runner.phase("ready");
  runner.process.kill("SIGTERM");
  await runner.logged("SIGTERM? no");
  const { exit } = await runner.ended();
  expect(exit).toMatchObject({ signal: "SIGKILL", requested: true });
  expect(engine !== null && isAlive(engine)).toBe(false);
});

test.runIf(process.platform === "linux")("a runner that is killed takes its engine with it", async () => {
  await using runner = await launchRunner({ argv: serving });
  const { engine } = await runner.phase("ready");
  runner.process.kill("SIGKILL");
  await until("end of the engine", () => (engine !== null && isAlive(engine) ? undefined : true));
});

test("asked to stop while it starts, it stops at once", async () => {
  await using runner = await launchRunner({ argv: [...serving, "--ready-after-ms", "60000"] });
  await until("engine", async () => (await runner.state())?.engine ?? undefined);
  runner.process.kill("SIGTERM");
  expect(await runner.ended()).toMatchObject({ exit: { requested: true, reason: "stopped, as asked" } });
});

test("an engine on a port of its own is found on either loopback address", async () => {
  for (const host of ["127.0.0.1", "::1"]) {
    const argv = [...scriptedEngine, "--listen", "{port}", "--host", host];
    await using runner = await launchRunner({ argv, spec: { listen: { kind: "port" } } });
    await runner.phase("ready");
    expect((await runner.call("/echo")).status).toBe(200);
  }
});

test("a launch directory too deep for a socket has it elsewhere, in private, until the end", async () => {
  await using runner = await launchRunner({ argv: serving, below: "deep/".repeat(20) });
  const { socketDir } = await runner.phase("ready");
  expect((await stat(socketDir ?? "")).mode & 0o777).toBe(0o700);
  expect((await runner.call("/echo")).status).toBe(200);
  runner.process.kill("SIGTERM");
  await runner.ended();
  await expect(stat(socketDir ?? "")).rejects.toMatchObject({ code: "ENOENT" });
});

test("an engine gets the environment of its launch, but neither the service's secret nor a terminal", async () => {
  await using runner = await launchRunner({
    argv: [...serving, "--print-environment"],
    env: { MODEL_HOME: "/models" },
  });
  const { engine } = await runner.phase("ready");
  const environment = (await runner.logged("MODEL_HOME")).split("\n")[0] ?? "";
  expect(environment).toContain('"MODEL_HOME":"/models"');
  expect(environment).not.toContain("a-secret-of-the-service");
  if (process.platform !== "linux") return;
  expect(await readFile(`/proc/${engine?.pid}/cmdline`, "utf8")).not.toContain("a-secret-of-the-service");
});
