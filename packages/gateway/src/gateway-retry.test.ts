import { startFakeModelServer } from "@berth/testing/fake-model-server";
import { chatEvents, chatReply, eventStreamHead, type Step } from "@berth/testing/fake-model-server-script";
import { describe, expect, test } from "vitest";
import { call, eventually, startRig, upstream } from "./gateway-rig.ts";

const chat = { model: "pilot", messages: [{ role: "user", content: "Hi" }] };
const reset: Step = { do: "reset" };

describe("a request is sent once more", () => {
  test("to another ready service when the first dies before its head", async () => {
    await using dying = await startFakeModelServer({ script: () => [reset] });
    await using healthy = await startFakeModelServer();
    await using rig = await startRig({
      upstreams: [
        upstream({ url: dying.url }),
        upstream({ serviceId: "svc-2", name: "two", url: healthy.url }),
      ],
    });
    const called = await call(rig.port, { body: { ...chat, model: "berth/pilot" } });
    expect(called.status).toBe(200);
    expect([dying.received.length, healthy.received.length]).toEqual([1, 1]);
    expect(rig.woken).toEqual(["svc-1"]);
    expect(await eventually(() => rig.observed[0], "it is observed")).toMatchObject({
      retried: true,
      service: "two",
    });
  });

  test("but not a third time", async () => {
    await using first = await startFakeModelServer({ script: () => [reset] });
    await using second = await startFakeModelServer({ script: () => [reset] });
    await using third = await startFakeModelServer();
    const urls = [first.url, second.url, third.url];
    await using rig = await startRig({
      upstreams: urls.map((url, index) => upstream({ serviceId: `svc-${index}`, name: `n${index}`, url })),
    });
    const called = await call(rig.port, { body: { ...chat, model: "berth/pilot" } });
    expect(called.status).toBe(502);
    expect(third.received).toHaveLength(0);
  });

  test("on a new connection when a kept one was closed meanwhile", async () => {
    await using server = await startFakeModelServer({
      script: (_request, index) => (index === 1 ? [reset] : chatReply("Hi")),
    });
    await using rig = await startRig({ upstreams: [upstream({ url: server.url })] });
    await call(rig.port, { body: chat });
    expect((await call(rig.port, { body: chat })).status).toBe(200);
    expect(server.received).toHaveLength(3);
    expect(server.connections).toBe(2);
  });

  test("to the same service when it has been started anew meanwhile", async () => {
    await using restarted = await startFakeModelServer();
    const asked = Promise.withResolvers<void>();
    await using dying = await startFakeModelServer({
      script: () => [{ do: "wait", for: asked.promise }, reset],
    });
    await using rig = await startRig({ upstreams: [upstream({ url: dying.url })] });
    const called = call(rig.port, { body: chat });
    await eventually(() => dying.received[0], "the request reaches the upstream");
    rig.routes.set([upstream()]);
    asked.resolve();
    await eventually(() => rig.gateway.held === 1, "the request is held");
    rig.routes.set([upstream({ url: restarted.url })]);
    expect((await called).status).toBe(200);
    expect(restarted.received).toHaveLength(1);
  });

  test("to another when a stream dies before its first token, but never after it", async () => {
    const words: Step = { do: "write", bytes: chatEvents(["a"])[0]! };
    await using dying = await startFakeModelServer({
      script: (_request, index) => (index === 0 ? [eventStreamHead, reset] : [eventStreamHead, words, reset]),
    });
    await using healthy = await startFakeModelServer();
    await using rig = await startRig({
      upstreams: [
        upstream({ url: dying.url }),
        upstream({ serviceId: "svc-2", name: "two", url: healthy.url }),
      ],
    });
    const body = { ...chat, model: "berth/pilot", stream: true };
    expect(await call(rig.port, { body })).toMatchObject({ status: 200, complete: true });
    expect(healthy.received).toHaveLength(1);
    expect(await call(rig.port, { body })).toMatchObject({ status: 200, complete: false });
    expect(healthy.received).toHaveLength(1);
  });
});
