import { portOwner } from "@berth/std/port-owner";
import { startFakeModelServer } from "@berth/testing/fake-model-server";
import { canBeStranger, startStranger } from "@berth/testing/stranger";
import { expect, test } from "vitest";
import { call, startRig, upstream } from "./gateway-rig.ts";

const body = { model: "pilot", messages: [{ role: "user", content: "a private matter" }] };
const isPeer = async (host: string, port: number): Promise<boolean> =>
  (await portOwner(host, port)) === "ours";

test.runIf(canBeStranger)(
  "whoever took the port of a runner that is gone hears neither the prompt nor the secret",
  async () => {
    await using stranger = await startStranger("127.0.0.1", 0);
    await using rig = await startRig({
      upstreams: [upstream({ url: `http://127.0.0.1:${stranger.port}` })],
      isPeer,
    });
    const called = await call(rig.port, { body });
    expect(called.status).toBe(502);
    expect(called.text).toContain("what listens there is not its runner");
    expect(stranger.received()).toBe("");
  },
);

test("each connection is looked at once, before anything is sent", async () => {
  await using server = await startFakeModelServer();
  const asked: number[] = [];
  await using rig = await startRig({
    upstreams: [upstream({ url: server.url })],
    isPeer: async (_, port) => {
      asked.push(port);
      expect(server.received).toEqual([]);
      return true;
    },
  });
  for (let calls = 0; calls < 3; calls += 1) expect((await call(rig.port, { body })).status).toBe(200);
  expect(asked).toEqual([Number(new URL(server.url).port)]);
});

test("a look that fails is an upstream that does not answer, and one that is refused is asked elsewhere", async () => {
  await using server = await startFakeModelServer();
  await using other = await startFakeModelServer();
  const first = upstream({ url: other.url, serviceId: "svc-0" });
  const second = upstream({ url: server.url, serviceId: "svc-1" });
  await using rig = await startRig({
    upstreams: [first, second],
    isPeer: (_, port) =>
      port === Number(new URL(other.url).port)
        ? Promise.reject(new Error("too many open files"))
        : Promise.resolve(true),
  });
  expect((await call(rig.port, { body })).status).toBe(200);
  expect(other.received).toEqual([]);
  rig.routes.set([first]);
  expect((await call(rig.port, { body })).status).toBe(502);
  expect(rig.reported).toEqual([]);
});
