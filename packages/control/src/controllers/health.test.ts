import { runnerSecretHeader } from "@berth/api";
import { expect, test } from "vitest";
import { httpRunnerProbe } from "./health.ts";

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
  (body: unknown, status = 200): typeof fetch =>
  () =>
    Promise.resolve(Response.json(body, { status }));

test("asks at the runner's health path, with the secret in its header and nowhere else", async () => {
  const asked: [string, string | null][] = [];
  const probe = httpRunnerProbe((url, init) => {
    asked.push([new Request(url).url, new Headers(init?.headers).get(runnerSecretHeader)]);
    return Promise.resolve(Response.json(health));
  });
  expect(await probe("http://127.0.0.1:1234", "s3cret", signal)).toEqual(health);
  expect(asked).toEqual([["http://127.0.0.1:1234/-/health", "s3cret"]]);
});

test("a refusal is told by its status", async () => {
  await expect(httpRunnerProbe(answering({}, 401))("http://a", "s", signal)).rejects.toThrow("status 401");
});

test("another program at the port is not taken for a runner", async () => {
  await expect(httpRunnerProbe(answering({ ok: true }))("http://a", "s", signal)).rejects.toThrow(
    "what answers at its port is not its runner",
  );
});
