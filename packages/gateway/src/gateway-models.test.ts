import { callableModelListSchema } from "@berth/api/openai";
import { expect, test } from "vitest";
import { call, keys, startRig, upstream, type Called } from "./gateway-rig.ts";

const services = [
  upstream({ url: "http://127.0.0.1:1" }),
  upstream({ serviceId: "svc-2", name: "second", createdAtMs: 1_800_000_000_999 }),
  upstream({
    serviceId: "svc-3",
    name: "embedder",
    model: "owner/embed",
    task: "feature-extraction",
    contextTokens: null,
  }),
  upstream({
    serviceId: "svc-4",
    name: "dead",
    model: "owner/dead",
    state: { kind: "unavailable", reason: "ended" },
  }),
];

function body<T>(called: Called): T {
  return JSON.parse(called.text) as T;
}

test("the list holds every service and model once, with what helps to choose, and nothing that cannot answer", async () => {
  await using rig = await startRig({ upstreams: services });
  const called = await call(rig.port, { path: "/v1/models" });
  const list = body<{ object: string; data: Record<string, unknown>[] }>(called);
  expect(callableModelListSchema.safeParse(list).success).toBe(true);
  expect(list.data.map(({ id, status }) => [id, status])).toEqual([
    ["pilot", "ready"],
    ["berth/pilot", "ready"],
    ["second", "starting"],
    ["embedder", "starting"],
    ["owner/embed", "starting"],
  ]);
  expect(list.data[1]).toEqual({
    id: "berth/pilot",
    object: "model",
    created: 1_700_000_000,
    owned_by: "berth",
    root: "berth/pilot",
    task: "text-generation",
    status: "ready",
    context_length: 2048,
  });
  expect(list.data[3]).toMatchObject({ task: "feature-extraction", context_length: null });
});

test("a key for one model sees that model and its services only", async () => {
  await using rig = await startRig({ upstreams: services });
  const called = await call(rig.port, { path: "/v1/models", key: keys.pilotOnly });
  expect(body<{ data: { id: string }[] }>(called).data.map(({ id }) => id)).toEqual([
    "pilot",
    "berth/pilot",
    "second",
  ]);
  expect((await call(rig.port, { path: "/v1/models/embedder", key: keys.pilotOnly })).status).toBe(404);
});

test.each([
  ["a name", "/v1/models/pilot", "pilot"],
  ["a name with a slash", "/v1/models/berth/pilot", "berth/pilot"],
  ["a name with an encoded slash", "/v1/models/berth%2Fpilot", "berth/pilot"],
  ["a service's id", "/v1/models/svc-1", "svc-1"],
  ["a name before a slash at the end", "/v1/models/pilot/", "pilot"],
])("one is shown by %s", async (_fact, path, id) => {
  await using rig = await startRig({ upstreams: services });
  const called = await call(rig.port, { path });
  expect(called.status).toBe(200);
  expect(body<{ id: string }>(called).id).toBe(id);
});

test("an unknown model is answered with what may have been meant", async () => {
  await using rig = await startRig({ upstreams: services });
  for (const called of [
    await call(rig.port, { path: "/v1/models/berth/pilto" }),
    await call(rig.port, { body: { model: "berth/pilto" } }),
  ]) {
    expect(called.status).toBe(404);
    const { error } = body<{
      error: { code: string; message: string; param: string; details: { nearest: string[] } };
    }>(called);
    expect(error).toMatchObject({ code: "model_not_found", param: "model" });
    expect(error.details.nearest[0]).toBe("berth/pilot");
    expect(error.message).toContain("`berth/pilot`");
    expect(error.message).toContain("GET /v1/models");
  }
});

test.each([
  ["GET", "/v1/chat/completions", 405, "POST, OPTIONS"],
  ["DELETE", "/v1/models", 405, "GET, HEAD, OPTIONS"],
  ["PUT", "/v1/models/pilot", 405, "GET, HEAD, OPTIONS"],
  ["OPTIONS", "/v1/chat/completions", 204, "POST, OPTIONS"],
  ["GET", "/v1/nothing", 404, undefined],
  ["POST", "/v1/models/%zz", 404, undefined],
  ["GET", "/v1", 404, undefined],
])("%s %s is answered with %i", async (method, path, status, allow) => {
  await using rig = await startRig({ upstreams: services });
  const called = await call(rig.port, { method, path });
  expect(called.status).toBe(status);
  expect(called.headers.allow).toBe(allow);
  expect(called.headers["access-control-allow-origin"]).toBeUndefined();
});

test("HEAD is answered as GET, without the body", async () => {
  await using rig = await startRig({ upstreams: services });
  const called = await call(rig.port, { method: "HEAD", path: "/v1/models" });
  expect(called).toMatchObject({ status: 200, text: "" });
});

test("without a model there is nobody to ask", async () => {
  await using rig = await startRig({ upstreams: services });
  const called = await call(rig.port, { body: { messages: [] } });
  expect(called.status).toBe(400);
  expect(body<{ error: unknown }>(called).error).toMatchObject({ code: "model_required", param: "model" });
});
