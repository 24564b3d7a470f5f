import { startFakeModelServer } from "@berth/testing/fake-model-server";
import { json } from "@berth/testing/fake-model-server-script";
import { expect, test } from "vitest";
import { call, form, keys, startRig, upstream } from "./gateway-rig.ts";

const path = "/v1/audio/transcriptions";
const heard = { script: () => json({ text: "hello" }) };

test("a form goes to the service its model names, byte for byte, with its own type", async () => {
  await using server = await startFakeModelServer(heard);
  await using rig = await startRig({ upstreams: [upstream({ url: server.url })] });
  const sent = form({ model: "pilot", response_format: "json" });
  const called = await call(rig.port, { path, ...sent });
  expect([called.status, called.text]).toEqual([200, '{"text":"hello"}']);
  expect(server.received[0]?.body.equals(Buffer.from(sent.bytes ?? []))).toBe(true);
  expect(server.received[0]?.headers["content-type"]).toBe(sent.headers?.["content-type"]);
  await expect.poll(() => rig.observed.map(({ operation }) => operation)).toEqual(["audio.transcriptions"]);
  expect(rig.usage[0]).toMatchObject({
    upstreamModel: "berth/pilot",
    operation: "audio.transcriptions",
    outcome: "ok",
  });
});

test.each([
  ["a form that names no model", form({}), 400, "model_required"],
  ["a form that names one that is not there", form({ model: "pilott" }), 404, "model_not_found"],
  ["JSON", { body: { model: "pilot" } }, 415, "unsupported_media_type"],
  [
    "a form that breaks off",
    { ...form({ model: "pilot" }), bytes: Buffer.from("--a-boundary\r\nContent-Disp") },
    400,
    "invalid_request",
  ],
])("%s is refused before it reaches anybody", async (_, options, status, code) => {
  await using server = await startFakeModelServer(heard);
  await using rig = await startRig({ upstreams: [upstream({ url: server.url })] });
  const called = await call(rig.port, { path, ...options });
  expect([called.status, JSON.parse(called.text).error.code]).toEqual([status, code]);
  expect(server.received).toEqual([]);
});

test("a service that hears only files where it runs is sent no upload; one beside it is", async () => {
  await using server = await startFakeModelServer(heard);
  const container = upstream({ url: server.url, takesUploads: false });
  await using rig = await startRig({ upstreams: [container] });
  const refused = await call(rig.port, { path, ...form({ model: "pilot" }) });
  expect(refused.status).toBe(400);
  expect(JSON.parse(refused.text).error).toMatchObject({
    code: "unsupported",
    message: expect.stringMatching(/POST \/transcribe .*transformers-js and whisper-cpp/) as string,
  });
  expect(server.received).toEqual([]);
  const transcribe = { path: "/transcribe", body: { model: "pilot", audio_path: "/data/audio/a.wav" } };
  expect((await call(rig.port, transcribe)).status).toBe(200);
  rig.routes.set([container, upstream({ serviceId: "svc-2", name: "other", url: server.url })]);
  expect((await call(rig.port, { path, ...form({ model: "berth/pilot" }) })).status).toBe(200);
});

test("a form over the limit is refused as any other body", async () => {
  await using rig = await startRig({ upstreams: [upstream()], limits: { maxBodyBytes: 1000 } });
  const called = await call(rig.port, { path, ...form({ model: "pilot" }, { file: Buffer.alloc(2000) }) });
  expect([called.status, JSON.parse(called.text).error.code]).toEqual([413, "payload_too_large"]);
});

test("nobody calls without a key, nor a model that is not his", async () => {
  await using server = await startFakeModelServer(heard);
  const other = upstream({ serviceId: "svc-2", name: "other", model: "berth/other", url: server.url });
  await using rig = await startRig({ upstreams: [other] });
  const strange = await call(rig.port, { path, ...form({ model: "other" }), key: null });
  const forbidden = await call(rig.port, { path, ...form({ model: "other" }), key: keys.pilotOnly });
  expect([strange.status, forbidden.status]).toEqual([401, 403]);
  expect(server.received).toEqual([]);
});

test("on a service's own port no model is needed", async () => {
  await using server = await startFakeModelServer(heard);
  const one = upstream({ url: server.url });
  await using rig = await startRig({ servicePort: 8080 });
  rig.routes.set([one], new Map([[8080, one]]));
  expect((await call(rig.port, { path, ...form({}) })).status).toBe(200);
  const asked = { audio_path: "/data/audio/a.mp3", response_format: "text" };
  expect((await call(rig.port, { path: "/transcribe", body: asked })).status).toBe(200);
  expect(server.received.map(({ url }) => url)).toEqual([path, "/transcribe"]);
});

test.each([
  ["the body names the model", "/transcribe", { model: "pilot" }, 200],
  ["or the query", "/transcribe?model=berth%2Fpilot", {}, 200],
  ["or nobody", "/transcribe", {}, 400],
  ["the query of a chat names nothing", "/v1/chat/completions?model=pilot", {}, 400],
])("on the main port %s", async (_, at, model, status) => {
  await using server = await startFakeModelServer(heard);
  await using rig = await startRig({ upstreams: [upstream({ url: server.url })] });
  expect((await call(rig.port, { path: at, body: { ...model, audio_path: "/a" } })).status).toBe(status);
});

test.each(["/transcribe", "/tokenize"])(
  "a user's own server gets %s on its port as it was sent, whatever it is",
  async (at) => {
    await using server = await startFakeModelServer(heard);
    const one = upstream({ url: server.url, anyPath: true });
    await using rig = await startRig({ servicePort: 8080 });
    rig.routes.set([one], new Map([[8080, one]]));
    const sent = form({});
    expect((await call(rig.port, { path: at, ...sent })).status).toBe(200);
    expect(server.received[0]?.body.equals(Buffer.from(sent.bytes ?? []))).toBe(true);
  },
);

test("a stream of events ends without [DONE], as OpenAI's do, and is whole", async () => {
  const done = 'data: {"type":"transcript.text.done","text":"hello"}\n\n';
  await using server = await startFakeModelServer({
    script: () => [
      { do: "head", status: 200, headers: { "content-type": "text/event-stream" } },
      { do: "write", bytes: done },
      { do: "end" },
    ],
  });
  await using rig = await startRig({ upstreams: [upstream({ url: server.url })] });
  const called = await call(rig.port, { path, ...form({ model: "pilot", stream: "true" }) });
  expect([called.text, called.complete]).toEqual([done, true]);
});

test("a form that asks for a stream is told by comments why it waits", async () => {
  await using server = await startFakeModelServer(heard);
  await using rig = await startRig({ upstreams: [upstream()] });
  const calling = call(rig.port, {
    path,
    ...form({ model: "pilot", stream: "true" }),
    onPiece: (piece) => {
      if (piece.includes(":")) rig.routes.set([upstream({ url: server.url })]);
    },
  });
  expect((await calling).text).toMatch(/^: /);
});

test("audio may be heard for longer than anything else is waited for", async () => {
  const go = Promise.withResolvers<void>();
  await using server = await startFakeModelServer({
    script: () => [{ do: "wait", for: go.promise }, ...json({ text: "late" })],
  });
  await using rig = await startRig({
    upstreams: [upstream({ url: server.url })],
    limits: { firstByteMs: 50, audioFirstByteMs: 60_000 },
  });
  const audio = call(rig.port, { path, ...form({ model: "pilot" }) });
  const chat = await call(rig.port, { body: { model: "pilot" } });
  expect(chat.status).toBe(504);
  go.resolve();
  expect((await audio).status).toBe(200);
});
