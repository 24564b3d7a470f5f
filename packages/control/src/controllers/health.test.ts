import { runnerSecretHeader } from "@berth/api";
import { expect, test } from "vitest";
import { httpRunnerProbe, type HttpGet } from "./health.ts";

const { signal } = new AbortController();
const health = {
  serviceId: "abc",
  launchId: "abc-1",
  phase: "ready",
  progress: null,
  inFlight: 0,
  lastActivityAt: null,
  startedAt: 0,
  memoryMiB: null,
  engine: null,
};

const answering =
  (body: string, status = 200): HttpGet =>
  () =>
    Promise.resolve({ status, body });

test("asks at the runner's health path, with the secret in its header and nowhere else", async () => {
  const asked: Parameters<HttpGet>[] = [];
  const probe = httpRunnerProbe((...question) => {
    asked.push(question);
    return Promise.resolve({ status: 200, body: JSON.stringify(health) });
  });
  expect(await probe({ url: "http://127.0.0.1:1234" }, "s3cret", signal)).toEqual(health);
  expect(asked).toEqual([
    [{ url: new URL("http://127.0.0.1:1234/-/health") }, { [runnerSecretHeader]: "s3cret" }, signal],
  ]);
});

test("a refusal is told by its status", async () => {
  await expect(httpRunnerProbe(answering("{}", 401))({ url: "http://a" }, "s", signal)).rejects.toThrow(
    "status 401",
  );
});

test.each(["{}", "OK", '{"ok":true}'])(
  "another program at the port (%s) is not taken for a runner",
  async (body) => {
    await expect(httpRunnerProbe(answering(body))({ url: "http://a" }, "s", signal)).rejects.toThrow(
      "what answers at its port is not its runner",
    );
  },
);
