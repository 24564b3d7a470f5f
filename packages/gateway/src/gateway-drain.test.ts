import { startFakeModelServer } from "@berth/testing/fake-model-server";
import {
  chatChunk,
  chatEvents,
  done,
  eventStreamHead,
  type Step,
} from "@berth/testing/fake-model-server-script";
import { expect, test } from "vitest";
import { call, eventually, soon, startRig, upstream } from "./gateway-rig.ts";

const chat = { model: "pilot" };
const begun: Step[] = [eventStreamHead, { do: "write", bytes: chatChunk({ content: "x" }) }];

test("while it drains, streams end, those that wait are sent away, and nobody new comes in", async () => {
  const go = Promise.withResolvers<void>();
  await using server = await startFakeModelServer({
    script: () => [...begun, { do: "wait", for: go.promise }, { do: "write", bytes: done }, { do: "end" }],
  });
  await using rig = await startRig({
    upstreams: [
      upstream({ url: server.url }),
      upstream({ serviceId: "svc-2", name: "slow", model: "berth/slow" }),
    ],
  });
  const started = Promise.withResolvers<void>();
  const stream = call(rig.port, { body: { ...chat, stream: true }, onPiece: () => started.resolve() });
  await started.promise;
  const waiting = call(rig.port, { body: { model: "slow" } });
  await eventually(() => rig.gateway.held === 1, "a request is held");
  let drained = false;
  const twice = [1, 2].map(() => rig.gateway.drain(new AbortController().signal));
  const draining = Promise.all(twice).then(() => {
    drained = true;
  });
  expect(await soon(waiting, "the held one's answer")).toMatchObject({
    status: 503,
    headers: { "retry-after": "5" },
  });
  expect(await call(rig.port, { body: chat })).toMatchObject({ status: 503 });
  expect(drained).toBe(false);
  go.resolve();
  expect(await stream).toMatchObject({ complete: true, status: 200 });
  await soon(draining, "the drain's end");
  expect(rig.usage).toHaveLength(2);
});

test("when time is up, what is left is broken off and the upstream's work cancelled", async () => {
  await using server = await startFakeModelServer({ script: () => [...begun, { do: "stall" }] });
  await using rig = await startRig({ upstreams: [upstream({ url: server.url })] });
  const started = Promise.withResolvers<void>();
  const stream = call(rig.port, { body: { ...chat, stream: true }, onPiece: () => started.resolve() });
  await started.promise;
  const timeUp = new AbortController();
  const draining = rig.gateway.drain(timeUp.signal);
  timeUp.abort();
  await soon(draining, "the drain's end");
  const { complete, text } = await stream;
  expect(complete).toBe(false);
  expect(text).toContain("shutting_down");
  expect(await server.received[0]!.aborted).toBeGreaterThan(0);
});

test("when nothing is under way a drain is over at once, and may be asked for twice", async () => {
  await using rig = await startRig();
  await soon(rig.gateway.drain(new AbortController().signal), "the drain's end");
  await soon(rig.gateway.drain(new AbortController().signal), "the second drain's end");
});

test("what is asked of a gateway is written down with its tokens and times", async () => {
  await using server = await startFakeModelServer({
    script: () => [eventStreamHead, { do: "write", bytes: chatEvents(["a"]).join("") }, { do: "end" }],
  });
  await using rig = await startRig({ upstreams: [upstream({ url: server.url })] });
  await call(rig.port, { body: chat, headers: { "x-request-id": "r1" } });
  const usage = await eventually(() => rig.usage[0], "the request is recorded");
  expect(usage).toMatchObject({
    requestId: "r1",
    keyId: "any",
    model: "pilot",
    upstreamModel: "berth/pilot",
    serviceId: "svc-1",
    operation: "chat.completions",
    status: 200,
    tokensFrom: "estimate",
    outcome: "ok",
  });
  expect(usage.durationMs).toBeGreaterThanOrEqual(usage.firstByteMs!);
  await call(rig.port, { key: "wrong", body: chat });
  const refused = await eventually(() => rig.observed[1], "the refusal is observed");
  expect(refused).toMatchObject({ status: 401, outcome: "error", service: undefined });
  expect(rig.usage).toHaveLength(1);
});
