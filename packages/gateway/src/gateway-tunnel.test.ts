import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunnerAddress } from "@berth/api";
import { testCertificate } from "@berth/testing/test-certificate";
import { expect, test } from "vitest";
import { call, startRig, upstream } from "./gateway-rig.ts";

const body = { model: "pilot", messages: [{ role: "user", content: "a private matter" }] };

/** A runner on another machine, at the near end of its tunnel. */
async function farRunner() {
  const dir = mkdtempSync(join(tmpdir(), "berth-far-"));
  const socketPath = join(dir, "far.sock");
  const heard: string[] = [];
  const server = createServer(testCertificate, (request, response) => {
    heard.push(`${request.headers.host} ${request.url} ${String(request.headers["x-berth-runner-secret"])}`);
    request.resume();
    response.end(JSON.stringify({ choices: [] }));
  });
  let connections = 0;
  server.on("secureConnection", () => connections++);
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  return {
    socketPath,
    heard,
    connections: () => connections,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(dir, { recursive: true });
    },
  };
}

const ready = (address: RunnerAddress) =>
  upstream({ state: { kind: "ready", address, secret: "the-secret" } });

test("requests go through the socket by TLS, on connections that are kept", async () => {
  await using far = await farRunner();
  const { socketPath } = far;
  const { fingerprint } = testCertificate;
  await using rig = await startRig({
    upstreams: [ready({ url: "https://g1:4711", socketPath, fingerprint })],
    // a certificate is shown: nobody asks whose port it is
    isPeer: () => Promise.resolve(false),
  });
  for (let calls = 0; calls < 3; calls++) expect((await call(rig.port, { body })).status).toBe(200);
  expect(far.heard).toEqual(Array.from({ length: 3 }, () => "g1:4711 /v1/chat/completions the-secret"));
  expect(far.connections()).toBe(1);
});

test("whoever shows another certificate hears neither the prompt nor the secret", async () => {
  await using far = await farRunner();
  const fingerprint = testCertificate.fingerprint.replace(/^../, "00");
  await using rig = await startRig({
    upstreams: [ready({ url: "https://g1:4711", socketPath: far.socketPath, fingerprint })],
  });
  const called = await call(rig.port, { body });
  expect(called.status).toBe(502);
  expect(called.text).toContain("what listens there is not its runner");
  expect(far.heard).toEqual([]);
});

test("a runner that took over the tunnel of another is met anew", async () => {
  await using far = await farRunner();
  const { socketPath } = far;
  const address = { url: "https://g1:4711", socketPath };
  await using rig = await startRig({
    upstreams: [ready({ ...address, fingerprint: testCertificate.fingerprint })],
  });
  expect((await call(rig.port, { body })).status).toBe(200);
  rig.routes.set([ready({ ...address, fingerprint: "0".repeat(64) })]);
  expect((await call(rig.port, { body })).status).toBe(502);
  expect(far.heard).toHaveLength(1);
});

test("a tunnel that leads nowhere is an upstream that does not answer", async () => {
  const address = { url: "https://g1:4711", socketPath: "/nowhere/far.sock", fingerprint: "0".repeat(64) };
  await using rig = await startRig({ upstreams: [ready(address)] });
  expect((await call(rig.port, { body })).status).toBe(502);
  expect(rig.reported).toEqual([]);
});
