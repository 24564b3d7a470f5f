import { spawn } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { launchFiles, runnerClaimSchema, runnerSecretHeader } from "@berth/api";
import { isAlive } from "@berth/std/process-identity";
import { observeOne, observeUntil, patience, until } from "../conformance/place.ts";
import { LocalPlace, secret } from "../test/local-place.ts";
import { writeLaunch } from "./launch-files.ts";

test("a server killed between making the directory and starting the runner has launched nothing", async () => {
  await using place = new LocalPlace();
  const launcher = place.launcher();
  const request = place.request({ kind: "serve", lines: 0 });
  await mkdir(place.dir(request), { recursive: true });
  expect(await observeOne(launcher, request)).toEqual({ kind: "absent" });
  await writeLaunch(place.dir(request), request);
  expect(await observeOne(launcher, request)).toEqual({ kind: "absent" });
  await launcher.launch(request, patience);
  await observeUntil(launcher, request, "running", "ready");
  expect(await place.starts(request)).toBe(1);
});

test.runIf(process.platform === "linux")(
  "a runner that has not claimed its launch yet is seen, and no second engine starts beside it",
  async () => {
    await using place = new LocalPlace();
    const launcher = place.launcher();
    const request = place.request({ kind: "serve", lines: 0 });
    await writeLaunch(place.dir(request), request);
    // as a server that was killed has left it, stopped before it could claim
    const entry = new URL("../../../../apps/runner/src/main.ts", import.meta.url).pathname;
    const env = { ...process.env, BERTH_LAUNCH: `${place.home}/${request.launchId}` };
    const early = spawn(process.execPath, [entry, "--dir", place.dir(request)], { env, stdio: "ignore" });
    early.kill("SIGSTOP");
    await until("early runner", async () => {
      const seen = await observeOne(launcher, request);
      return seen.kind === "queued" && seen.detail === "the runner is starting" ? true : undefined;
    });
    await launcher.launch(request, patience);
    early.kill("SIGCONT");
    await observeUntil(launcher, request, "running", "ready");
    await until("the early runner's end", async () => (early.exitCode === null ? undefined : true));
    expect(await place.starts(request)).toBe(1);
  },
);

test.runIf(process.platform === "linux")(
  "a launch stopped before its runner has claimed it never begins",
  async () => {
    await using place = new LocalPlace();
    const launcher = place.launcher();
    const request = place.request({ kind: "serve", lines: 0 });
    await writeLaunch(place.dir(request), request);
    await launcher.stop(request, { graceMs: 1_000 }, patience);
    await launcher.launch(request, patience);
    const seen = await observeOne(launcher, request);
    expect(seen).toMatchObject({
      kind: "exited",
      exit: { reason: "stopped before it began", requested: true },
    });
    await expect(place.starts(request)).rejects.toMatchObject({ code: "ENOENT" });
  },
);

test("a runner that ends before it claims is told in its own words, and launching again may succeed", async () => {
  await using place = new LocalPlace();
  const request = place.request({ kind: "serve", lines: 0 });
  const broken = place.launcher({
    runnerArgv: ["-e", "console.error('no luck today'); process.exit(5)", "--"],
  });
  await expect(broken.launch(request, patience)).rejects.toMatchObject({
    code: "service_failed",
    message: "the runner exited with code 5\nno luck today",
  });
  expect(await observeOne(broken, request)).toEqual({ kind: "absent" });
  await place.launcher().launch(request, patience);
  await observeUntil(place.launcher(), request, "running", "ready");
});

test("a Node that is not there is told", async () => {
  await using place = new LocalPlace();
  const launcher = place.launcher({ nodePath: "/no/such/node" });
  await expect(launcher.launch(place.request({ kind: "serve", lines: 0 }), patience)).rejects.toThrow(
    "the runner could not be started: spawn /no/such/node ENOENT",
  );
});

test("a runner that never claims is ended after a while", async () => {
  await using place = new LocalPlace();
  const request = place.request({ kind: "serve", lines: 0 });
  const argv = ["-e", "console.log(process.pid); setInterval(() => {}, 1000)", "--"];
  const launcher = place.launcher({ runnerArgv: argv, claimTimeoutMs: 700 });
  await expect(launcher.launch(request, patience)).rejects.toThrow("the runner did not begin within 0.7 s");
  expect(await place.living(request)).toBe(0);
});

test("a launch whose state the killed runner never wrote is exited, and its engine gone", async () => {
  await using place = new LocalPlace();
  const launcher = place.launcher();
  const request = place.request({ kind: "stubborn" });
  await launcher.launch(request, patience);
  await observeUntil(launcher, request, "running", "ready");
  const { engine } = await place.state(request);
  await place.kill(request, "runner");
  await rm(join(place.dir(request), launchFiles.state));
  const seen = await observeUntil(launcher, request, "exited");
  expect(seen.exit.reason).toMatch(/^the runner \(pid \d+\) died without a word$/);
  expect(engine !== null && isAlive(engine)).toBe(false);
  expect(await place.living(request)).toBe(0);
});

test("what cannot be read is unknown, is not stopped and not forgotten", async () => {
  await using place = new LocalPlace();
  const launcher = place.launcher();
  const request = place.request({ kind: "serve", lines: 0 });
  await launcher.launch(request, patience);
  await observeUntil(launcher, request, "running", "ready");
  for (const name of [launchFiles.state, launchFiles.claim]) {
    const path = join(place.dir(request), name);
    const text = await readFile(path, "utf8");
    await writeFile(path, '{"version":2}');
    expect(await observeOne(launcher, request)).toMatchObject({ kind: "unknown" });
    await expect(launcher.stop(request, { graceMs: 0 }, patience)).rejects.toMatchObject({
      code: "conflict",
    });
    await expect(launcher.forget(request, patience)).rejects.toMatchObject({ code: "conflict" });
    await rm(path);
    await mkdir(path);
    expect(await observeOne(launcher, request)).toMatchObject({ kind: "unknown" });
    await rm(path, { recursive: true });
    await writeFile(path, text);
  }
  expect(await observeOne(launcher, request)).toMatchObject({ kind: "running" });
});

test("a process that has a dead runner's number is neither it nor harmed", async () => {
  await using place = new LocalPlace();
  const launcher = place.launcher();
  const request = place.request({ kind: "serve", lines: 0 });
  await launcher.launch(request, patience);
  await observeUntil(launcher, request, "running", "ready");
  await launcher.stop(request, { graceMs: 5_000 }, patience);
  const stranger = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], {
    detached: true,
    stdio: "ignore",
  });
  const state = await place.state(request);
  const claim = runnerClaimSchema.parse(
    JSON.parse(await readFile(join(place.dir(request), launchFiles.claim), "utf8")),
  );
  const number = { ...state.runner, pid: stranger.pid ?? 0 };
  await writeFile(join(place.dir(request), launchFiles.claim), JSON.stringify({ ...claim, runner: number }));
  const revived = { ...state, phase: "ready", exit: null, runner: number, engine: number };
  await writeFile(join(place.dir(request), launchFiles.state), JSON.stringify(revived));
  await launcher.stop(request, { graceMs: 0 }, patience);
  expect(await observeOne(launcher, request)).toMatchObject({ kind: "exited" });
  expect(stranger.signalCode).toBeNull();
  expect(stranger.kill("SIGKILL")).toBe(true);
});

test("after another boot of the machine a launch has ended; on another machine it cannot be seen", async () => {
  await using place = new LocalPlace();
  const launcher = place.launcher();
  const request = place.request({ kind: "serve", lines: 0 });
  await mkdir(place.dir(request), { recursive: true });
  const runner = { pid: 1, bootId: "another", startTime: "1" };
  const claim = { version: 1, launchId: request.launchId, runner, machineId: null };
  await writeFile(join(place.dir(request), launchFiles.claim), JSON.stringify(claim));
  expect(await observeOne(launcher, request)).toMatchObject({
    kind: "exited",
    exit: { reason: "the machine was started anew", requested: false },
  });
  await rm(join(place.dir(request), launchFiles.state));
  const here = await readFile("/etc/machine-id", "utf8").catch(() => "");
  if (here.trim() === "") return;
  const elsewhere = { ...claim, machineId: "another" };
  await writeFile(join(place.dir(request), launchFiles.claim), JSON.stringify(elsewhere));
  expect(await observeOne(launcher, request)).toMatchObject({ kind: "unknown" });
});

test("a launch whose directory was deleted is exited, not absent, to those who know it was accepted", async () => {
  await using place = new LocalPlace();
  const launcher = place.launcher();
  const request = place.request({ kind: "serve", lines: 0 });
  const handle = await launcher.launch(request, patience);
  await observeUntil(launcher, request, "running", "ready");
  await launcher.stop(request, { graceMs: 5_000 }, patience);
  await rm(handle, { recursive: true });
  expect(await observeOne(launcher, request)).toEqual({ kind: "absent" });
  expect(await observeOne(launcher, { ...request, handle })).toMatchObject({ kind: "exited" });
});

test("a server killed while it stops a launch lets the next one wait for the requests under way", async () => {
  await using place = new LocalPlace();
  const request = place.request({ kind: "serve", lines: 0 });
  const launcher = place.launcher();
  await launcher.launch(request, patience);
  await observeUntil(launcher, request, "running", "ready");
  const { port } = await place.state(request);
  const answer = await fetch(`http://127.0.0.1:${port}/stream?count=8&every-ms=80`, {
    headers: { [runnerSecretHeader]: secret },
  });
  const killed = new AbortController();
  const stopping = launcher.stop(request, { graceMs: 5_000 }, killed.signal);
  await until("draining", async () => ((await place.state(request)).phase === "draining" ? true : undefined));
  killed.abort(new Error("killed"));
  await expect(stopping).rejects.toThrow("killed");
  await place.launcher().stop(request, { graceMs: 5_000 }, patience);
  expect((await answer.text()).match(/data: \d/g)).toHaveLength(8);
});

test("a launch is found where it was made, although the profile's home has moved", async () => {
  await using place = new LocalPlace();
  const launcher = place.launcher();
  const request = place.request({ kind: "serve", lines: 0 });
  const handle = await launcher.launch(request, patience);
  const moved = { ...request, handle, profile: { ...request.profile, home: "/elsewhere" } };
  await observeUntil(launcher, moved, "running", "ready");
});

test.each(["../escape", "a/b", "", ".", "..", "-rf", "a\0b"])("%j cannot name a launch", async (launchId) => {
  await using place = new LocalPlace();
  const launcher = place.launcher();
  const request = { ...place.request({ kind: "serve", lines: 0 }), launchId };
  await expect(launcher.launch(request, patience)).rejects.toMatchObject({ code: "invalid_request" });
  expect(await observeOne(launcher, request)).toMatchObject({ kind: "unknown" });
});

test("a reader who leaves a launch's start does not end it", async () => {
  await using place = new LocalPlace();
  const launcher = place.launcher();
  const request = place.request({ kind: "serve", lines: 0 });
  const leaving = new AbortController();
  const launching = launcher.launch(request, leaving.signal);
  await until("directory", async () => {
    const text = await readFile(join(place.dir(request), launchFiles.runnerLog), "utf8").catch(
      () => undefined,
    );
    return text === undefined ? undefined : true;
  });
  leaving.abort(new Error("the server stops"));
  await expect(launching).rejects.toThrow("the server stops");
  await observeUntil(launcher, request, "running", "ready");
  expect(await place.starts(request)).toBe(1);
});
