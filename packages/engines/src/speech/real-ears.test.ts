import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { whisperFolder } from "@berth/demo-model";
import { writeRandomWhisper } from "@berth/demo-model/whisper-ggml";
import type { TranscriptionReply } from "@berth/api/openai";
import { transcriptionReplySchema } from "@berth/api/openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serveTransformersJs } from "../transformers-js/serve/index.ts";
import { serveWhisperCpp } from "../whisper-cpp/serve/index.ts";
import { speechConfig, surroundings, TestEars } from "./test/start-speech.ts";
import { wavOf } from "./test/wav.ts";

// real engines on weights of chance: what they hear is noise, that they hear it and how they tell it is real
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "berth-whisper-"));
  writeRandomWhisper(join(folder, "english.bin"), { vocabulary: 51_864 });
  writeRandomWhisper(join(folder, "all.bin"), { vocabulary: 51_865 });
});
afterAll(() => rm(folder, { recursive: true }));

async function onnx(): Promise<TestEars> {
  const server = await serveTransformersJs(
    { task: "automatic-speech-recognition", modelPath: whisperFolder, dtype: "fp32", speech: speechConfig() },
    surroundings(),
  );
  await server.ready;
  return new TestEars(server);
}

async function ggml(name = "all.bin"): Promise<TestEars> {
  const config = {
    modelPath: join(folder, name),
    fallback: false,
    beamSize: null,
    speech: speechConfig(),
  };
  const server = await serveWhisperCpp(config, surroundings());
  await server.ready;
  return new TestEars(server);
}

const short = wavOf({ rate: 22_050, seconds: 3, channels: 1, hz: 300 });
const verbose = { response_format: "verbose_json", language: "en" };

async function reply(response: Response): Promise<TranscriptionReply> {
  expect(response.status).toBe(200);
  return transcriptionReplySchema.parse(await response.json());
}

describe.each([
  ["transformers-js", onnx],
  ["whisper-cpp", ggml],
])("%s", (_, start) => {
  test("hears a short sound: segments in order, within the sound, which make up the text", async () => {
    await using ears = await start();
    const { segments = [], text, duration, language } = await reply(await ears.form(verbose, short));
    expect([duration, language]).toEqual([3, "english"]);
    expect(segments.length).toBeGreaterThan(0);
    expect(
      segments
        .map((segment) => segment.text)
        .join("")
        .trim(),
    ).toBe(text);
    let earliest = 0;
    for (const { start: begin, end } of segments) {
      expect(begin).toBeGreaterThanOrEqual(earliest);
      expect(end).toBeGreaterThanOrEqual(begin);
      earliest = end;
    }
    expect(earliest).toBeLessThanOrEqual(3);
  }, 120_000);

  test("tells words with their times, on demand, and finds out the language", async () => {
    await using ears = await start();
    const fields = { response_format: "verbose_json", "timestamp_granularities[]": "word" };
    const { words = [], segments, language } = await reply(await ears.form(fields, short));
    expect(segments).toBeUndefined();
    expect(language).toMatch(/^[a-z ]+$/);
    expect(words.length).toBeGreaterThan(0);
    let earliest = 0;
    for (const word of words) {
      expect(word.start).toBeGreaterThanOrEqual(earliest);
      expect(word.end).toBeLessThanOrEqual(3);
      earliest = word.start;
    }
  }, 120_000);

  test("hears the least sound there is, and translates", async () => {
    await using ears = await start();
    const instant = wavOf({ rate: 16_000, seconds: 0.01, channels: 1, hz: 300 });
    const heard = await ears.form(verbose, instant, { path: "/v1/audio/translations" });
    expect(await reply(heard)).toMatchObject({ task: "translate", language: "english", duration: 0.01 });
  }, 120_000);
});

test("transformers-js stops within moments when the client leaves, and hears the next one", async () => {
  await using ears = await onnx();
  const long = wavOf({ rate: 16_000, seconds: 120, channels: 1, hz: 300 });
  const leaving = new AbortController();
  const left = await ears.form({ stream: "true" }, long, { signal: leaving.signal });
  await left.body?.getReader().read();
  leaving.abort();
  await expect
    .poll(
      async () => ((await (await fetch(`${ears.url}/health`)).json()) as { progress: unknown }).progress,
      { timeout: 30_000 },
    )
    .toBeNull();
  expect((await ears.form(verbose, short)).status).toBe(200);
}, 120_000);

test("a GGML file of English alone hears English and translates nothing", async () => {
  await using ears = await ggml("english.bin");
  expect((await reply(await ears.form({ response_format: "verbose_json" }, short))).language).toBe("english");
  const refused = await ears.form({}, short, { path: "/v1/audio/translations" });
  expect([refused.status, await refused.text()]).toEqual([
    400,
    expect.stringContaining('"unsupported"') as string,
  ]);
}, 120_000);

test.each<[string, (whole: Buffer) => Buffer]>([
  ["a file that is no model", () => Buffer.from("this is no model")],
  ["a head that breaks off", (whole: Buffer) => whole.subarray(0, 20)],
  [
    "numbers that whisper.cpp would die of",
    (whole: Buffer) => Buffer.alloc(whole.length, whole.subarray(0, 4)),
  ],
  ["a file that breaks off before its weights", (whole: Buffer) => whole.subarray(0, 100_000)],
  ["a file that breaks off among them", (whole: Buffer) => whole.subarray(0, 4_000_000)],
])("%s is told as such", async (_, spoil) => {
  await writeFile(join(folder, "spoilt.bin"), spoil(await readFile(join(folder, "english.bin"))));
  await expect(ggml("spoilt.bin")).rejects.toMatchObject({ code: "invalid_request", param: "model" });
});
