import { connect } from "node:net";
import { expect, test } from "vitest";
import { runnerSecretHeader } from "@berth/api";
import { scriptedEngine } from "@berth/testing/scripted-engine";
import { launchRunner, secret, until } from "./test/launched-runner.ts";

const serving = [...scriptedEngine, "--listen", "{socket}"];

test.each(["/stream?count=9&die-after=2", "/stream?count=9&die-after=2&until-close"])(
  "an engine that dies in the middle of %s breaks the transfer",
  async (path) => {
    await using runner = await launchRunner({ argv: serving });
    await runner.phase("ready");
    const answer = await runner.call(path);
    expect(answer).toMatchObject({ status: 200, complete: false, body: "data: 1\n\ndata: 2\n\n" });
    expect((await runner.ended()).exit).toMatchObject({ signal: "SIGKILL", requested: false });
  },
);

test("for an HTTP/1.0 caller, who knows no other end than a close, the connection is reset", async () => {
  await using runner = await launchRunner({ argv: serving });
  const { port } = await runner.phase("ready");
  const code = await new Promise<string | undefined>((resolve) => {
    const head = `GET /stream?count=9&die-after=2 HTTP/1.0\r\n${runnerSecretHeader}: ${secret}\r\n\r\n`;
    const socket = connect(port ?? 0, "127.0.0.1", () => socket.write(head));
    socket.resume();
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code));
    socket.on("end", () => resolve("ended cleanly"));
  });
  expect(code).toBe("ECONNRESET");
});

test.each([
  ["/die", "the engine was killed by SIGKILL"],
  ["/exit?code=9", "the engine exited with code 9"],
])("an engine that dies of %s before it answers is told with its reason", async (path, message) => {
  await using runner = await launchRunner({ argv: serving });
  await runner.phase("ready");
  const answer = await runner.call(path, { body: "x" });
  expect(answer.status).toBe(502);
  expect(JSON.parse(answer.body)).toMatchObject({ error: { code: "engine_died", message } });
  expect((await runner.ended()).exit).toMatchObject({ reason: message });
});

test("an engine that does not answer its health any more is not well, unless it is busy", async () => {
  await using runner = await launchRunner({ argv: serving });
  const { engine } = await runner.phase("ready");
  process.kill(engine?.pid ?? 0, "SIGSTOP");
  const answer = await runner.call("/-/health");
  expect(answer.status).toBe(503);
  expect(answer.body).toContain("the engine is not well: GET /health: no answer within 1500 ms");
  const busy = runner.call("/echo");
  await until("health of a busy engine", async () => {
    const { status, body } = await runner.call("/-/health");
    return status === 200 && body.includes('"inFlight":1') ? true : undefined;
  });
  process.kill(engine?.pid ?? 0, "SIGCONT");
  expect((await busy).status).toBe(200);
  expect((await runner.call("/-/health")).status).toBe(200);
});

test("while draining, what runs may finish and what comes is refused", async () => {
  await using runner = await launchRunner({ argv: serving, spec: { drainMs: 10_000 } });
  await runner.phase("ready");
  const running = runner.call("/stream?count=10&every-ms=60");
  await runner.call("/echo");
  runner.process.kill("SIGTERM");
  await runner.phase("draining");
  const late = await runner.call("/echo");
  expect(late.status).toBe(503);
  expect(JSON.parse(late.body)).toMatchObject({ error: { code: "shutting_down" } });
  const answer = await running;
  expect(answer).toMatchObject({ complete: true });
  expect(answer.body).toContain("data: 10");
  expect((await runner.ended()).exit).toMatchObject({ requested: true, reason: "stopped, as asked" });
});

test("what does not finish within drainMs is broken off", async () => {
  await using runner = await launchRunner({ argv: serving, spec: { drainMs: 200 } });
  await runner.phase("ready");
  const running = runner.call("/stream?count=1000000&every-ms=50");
  await runner.call("/echo");
  runner.process.kill("SIGTERM");
  expect((await running).complete).toBe(false);
  expect((await runner.ended()).exit).toMatchObject({ requested: true });
});

test("asked twice, it waits for nothing", async () => {
  await using runner = await launchRunner({ argv: serving, spec: { drainMs: 600_000 } });
  await runner.phase("ready");
  const running = runner.call("/silence");
  await runner.call("/echo");
  runner.process.kill("SIGTERM");
  await runner.phase("draining");
  runner.process.kill("SIGTERM");
  await runner.ended();
  await running.catch(() => undefined);
});

test("an engine with a key of its own gets it with every request, in place of the caller's", async () => {
  const argv = [...scriptedEngine, "--listen", "{socket}", "--require-key", "{key}"];
  await using runner = await launchRunner({ argv });
  await runner.phase("ready");
  const answer = await runner.call("/echo", { headers: { authorization: "Bearer sk-berth-caller" } });
  expect(answer.status).toBe(200);
  expect(answer.body).not.toContain("sk-berth-caller");
});
