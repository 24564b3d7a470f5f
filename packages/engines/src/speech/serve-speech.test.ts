import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { BerthError } from "@berth/api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sampleRate, type Heard, type Recognizer, type Wish } from "./recognizer.ts";
import { serveSpeech } from "./serve-speech.ts";
import { speechConfig, TestEars } from "./test/start-speech.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "berth-ears-"));
  await writeFile(join(folder, "a.mp3"), "50");
});
afterAll(() => rm(folder, { recursive: true }));

interface Heed {
  readonly samples: number;
  readonly wish: Wish;
  readonly signal: AbortSignal;
}

/** Ears that hear what the test says; the sound of a file is as many seconds as its text tells. */
async function ears(hear: (heed: Heed, index: number) => Promise<Heard> | Heard, isMultilingual = true) {
  const heeded: Heed[] = [];
  const decoded: number[] = [];
  const recognizer: Recognizer = {
    facts: { servedName: "acme/ears", isMultilingual, loadedAt: 1_700_000_000_000 },
    hear: async (samples, wish, signal) => {
      heeded.push({ samples: samples.length, wish, signal });
      return hear(heeded.at(-1)!, heeded.length - 1);
    },
    close: () => Promise.resolve(),
  };
  const server = await serveSpeech({
    config: speechConfig({ mounts: [{ source: folder, target: "/data/audio" }] }),
    listen: { port: 0 },
    directory: folder,
    log: () => {},
    open: () => Promise.resolve(recognizer),
    decoder: {
      name: "a test's",
      async decode(file) {
        const seconds = Number(await file.readFile("utf8"));
        if (Number.isNaN(seconds))
          throw new BerthError("invalid_request", "file: no audio", { param: "file" });
        decoded.push(seconds);
        return new Int16Array(seconds * sampleRate);
      },
    },
  });
  await server.ready;
  return Object.assign(new TestEars(server), { heeded, decoded });
}

const says = (text: string): Heard => ({
  language: "de",
  segments: [{ start: 0, end: 1, text, tokens: [] }],
});
const seconds = (count: number): Buffer => Buffer.from(String(count));

test("long audio is heard in pieces, each told what came before, in the first one's language", async () => {
  await using speech = await ears((_, index) => says(` piece ${index}`));
  const reply = await speech.form({ response_format: "verbose_json", prompt: "Berth" }, seconds(70));
  expect(await reply.json()).toMatchObject({
    language: "german",
    duration: 70,
    text: "piece 0 piece 1 piece 2",
    segments: [{ start: 0 }, { start: 29.9 }, { start: 59.8 }],
  });
  expect(speech.heeded.map(({ wish }) => [wish.language, wish.prompt])).toEqual([
    [undefined, "Berth"],
    ["de", "Berth piece 0"],
    ["de", "Berth piece 0 piece 1"],
  ]);
});

test("/transcribe answers as the seed's did, segments only where they are asked for", async () => {
  await using speech = await ears(() => says(" Oh."));
  const text = await speech.json("/transcribe", { audio_path: "/data/audio/a.mp3", response_format: "text" });
  expect(await text.json()).toEqual({
    audio_path: "/data/audio/a.mp3",
    text: " Oh. Oh.",
    segments: null,
    task: "transcribe",
  });
  const whole = {
    audio_path: join(folder, "a.mp3"),
    response_format: "json",
    task: "translate",
    language: "fr",
  };
  expect(await (await speech.json("/transcribe", whole)).json()).toMatchObject({
    task: "translate",
    segments: [
      { id: 0, start: 0, end: 1, text: " Oh." },
      { id: 1, start: 29.9, end: 30.9, text: " Oh." },
    ],
  });
  expect(speech.heeded.at(-1)?.wish).toMatchObject({ task: "translate", language: "fr" });
});

test.each([
  ["no path", {}, 400, "audio_path"],
  ["an odd form", { audio_path: "/data/audio/a.mp3", response_format: "srt" }, 400, "response_format"],
  ["a path outside", { audio_path: "/etc/passwd" }, 403, "audio_path"],
])("/transcribe refuses %s by the field's name, and hears nothing", async (_, body, status, param) => {
  await using speech = await ears(() => says("never"));
  const reply = await speech.json("/transcribe", body);
  expect([reply.status, ((await reply.json()) as { error: { param: string } }).error.param]).toEqual([
    status,
    param,
  ]);
  expect(speech.heeded).toEqual([]);
});

test("a stream tells each piece as it is heard, and all of it at the end", async () => {
  await using speech = await ears((_, index) => says(` piece ${index}`));
  const reply = await speech.form({ stream: "true", response_format: "verbose_json" }, seconds(40));
  expect(reply.headers.get("content-type")).toMatch(/^text\/event-stream/);
  const events = (await reply.text()).trim().split("\n\n");
  expect(events.map((event) => JSON.parse(event.slice("data: ".length)) as object)).toMatchObject([
    { type: "transcript.text.delta", delta: " piece 0", progress: { seconds: 29.9, duration: 40 } },
    { type: "transcript.text.delta", delta: " piece 1", progress: { seconds: 40, duration: 40 } },
    { type: "transcript.text.done", text: "piece 0 piece 1", segments: [{}, {}] },
  ]);
});

test("what goes wrong before a stream begins is a status; after it, an event and a broken transfer", async () => {
  await using speech = await ears((_, index) => {
    if (index === 1) throw new BerthError("internal", "the ears fell off");
    return says("x");
  });
  const refused = await speech.form({ stream: "true" }, Buffer.from("no audio"));
  expect(refused.status).toBe(400);
  const reply = await speech.form({ stream: "true" }, seconds(40));
  let text = "";
  const reading = (async () => {
    for await (const part of reply.body ?? []) text += Buffer.from(part).toString();
  })();
  await expect(reading).rejects.toThrow();
  expect(text).toContain("the ears fell off");
  expect(text).not.toContain("done");
});

describe("who leaves", () => {
  test("is not heard any further, and the next one is heard at once", async () => {
    const heard = Promise.withResolvers<void>();
    const aborted = Promise.withResolvers<number>();
    await using speech = await ears(async ({ signal }, index) => {
      if (index > 0) return says("next");
      heard.resolve();
      await sleep(600_000, undefined, { signal }).catch(() => {});
      aborted.resolve(performance.now());
      throw signal.reason;
    });
    const leaving = new AbortController();
    const left = speech.form({}, seconds(10), { signal: leaving.signal });
    await heard.promise;
    const leftAt = performance.now();
    leaving.abort();
    await expect(left).rejects.toThrow("abort");
    console.log(`stopped after ${((await aborted.promise) - leftAt).toFixed(1)} ms`);
    expect(await (await speech.form({}, seconds(1))).json()).toMatchObject({ text: "next" });
  });
});

test("a short recording need not wait for the end of a long one", async () => {
  const order: number[] = [];
  const first = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  await using speech = await ears(async ({ samples }, index) => {
    if (index === 0) {
      first.resolve();
      await go.promise;
    }
    order.push(Math.round(samples / sampleRate));
    return says("x");
  });
  const long = speech.form({}, seconds(80));
  await first.promise;
  const short = speech.form({}, seconds(2));
  await expect
    .poll(async () => (await (await fetch(`${speech.url}/health`)).json()) as object)
    .toMatchObject({ status: "ready", parallel: 1, progress: { message: "listening", fraction: 0 } });
  // from then on it waits for its turn
  await expect.poll(() => speech.decoded).toEqual([80, 2]);
  go.resolve();
  await Promise.all([long, short]);
  expect(order).toEqual([30, 2, 30, 20]);
});

test("while the model loads, health says so and all else is refused", async () => {
  const server = await serveSpeech({
    config: speechConfig(),
    listen: { port: 0 },
    decoder: { name: "none", decode: () => Promise.reject(new Error("never")) },
    open: () => Promise.reject(new BerthError("invalid_request", "no model")),
    log: () => {},
  });
  await expect(server.ready).rejects.toThrow("no model");
  const url = `http://127.0.0.1:${server.address}`;
  expect((await fetch(`${url}/health`)).status).toBe(503);
  expect((await fetch(`${url}/transcribe`, { method: "POST", body: "{}" })).status).toBe(503);
  await server.close();
});

test.each([
  ["GET", "/transcribe", 405],
  ["POST", "/v1/models", 405],
  ["GET", "/v1/audio/speech", 404],
])("%s %s is %i", async (method, path, status) => {
  await using speech = await ears(() => says("x"));
  expect((await fetch(speech.url + path, { method })).status).toBe(status);
});
