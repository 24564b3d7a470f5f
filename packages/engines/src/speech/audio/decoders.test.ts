import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { isBerthError } from "@berth/api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { wavOf } from "../test/wav.ts";
import type { AudioDecoder } from "./decoder.ts";
import { ffmpegDecoder, ffmpegWords } from "./ffmpeg.ts";
import { findFfmpeg } from "./find-ffmpeg.ts";
import { inProcessDecoder, mixed, toInt16, type DecodeBytes } from "./in-process.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "berth-audio-"));
});
afterAll(() => rm(folder, { recursive: true }));

const never = new AbortController().signal;
const limits = { maxAudioSeconds: 10, maxFileBytes: 10_000_000 };
const ffmpeg = await findFfmpeg(process.env.PATH ?? "");

async function decode(decoder: AudioDecoder, bytes: Uint8Array, signal = never): Promise<Int16Array> {
  const path = join(folder, "sound");
  await writeFile(path, bytes);
  const file = await open(path);
  try {
    return await decoder.decode(file, limits, signal);
  } finally {
    await file.close();
  }
}

const inProcess = inProcessDecoder(async () => {
  const path = createRequire(import.meta.url).resolve("audio-decode");
  return ((await import(pathToFileURL(path).href)) as { default: DecodeBytes }).default;
});
const decoders: readonly (readonly [string, AudioDecoder])[] = [
  ["in process", inProcess],
  ...(ffmpeg === undefined ? [] : [["by ffmpeg", ffmpegDecoder(ffmpeg)] as const]),
];

const sound = wavOf({ rate: 44_100, seconds: 1, channels: 2, hz: 440 });

describe.each(decoders)("%s", (_, decoder) => {
  test("a second of stereo is a second of one channel at 16 kHz", async () => {
    const samples = await decode(decoder, sound);
    expect(Math.abs(samples.length - 16_000)).toBeLessThan(20);
    // a sine of half the full scale
    expect(Math.max(...samples.subarray(4_000, 12_000)) / 32_767).toBeCloseTo(0.5, 1);
  });

  test("the start of a file is heard as far as it goes", async () => {
    const samples = await decode(decoder, sound.subarray(0, sound.length / 2));
    expect(samples.length).toBeGreaterThan(7_000);
  });

  test.each([
    ["text", Buffer.from("This is no audio at all, and long enough to be looked at.")],
    ["nothing", Buffer.alloc(0)],
    ["a head without sound", sound.subarray(0, 44)],
    ["a list of other files", Buffer.from("#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n")],
    ["a script of ffmpeg's", Buffer.from("ffconcat version 1.0\nfile /etc/passwd\n")],
  ])("%s is refused by the file's name", async (__, bytes) => {
    const error = await decode(decoder, bytes).catch((thrown: unknown) => thrown);
    if (!isBerthError(error)) throw new Error(`it was not refused: ${String(error)}`);
    expect([error.code, error.param]).toEqual(["invalid_request", "file"]);
    expect(error.message).toMatch(/^file: /);
  });

  test("what is longer than may be is refused", async () => {
    const long = wavOf({ rate: 8_000, seconds: 11, channels: 1, hz: 440 });
    await expect(decode(decoder, long)).rejects.toMatchObject({ code: "payload_too_large", param: "file" });
  });

  test("a client that has left is not worked for", async () => {
    const left = AbortSignal.abort(new Error("left"));
    await expect(decode(decoder, sound, left)).rejects.toThrow("left");
  });
});

test("a list of other files is not followed, whatever it is called", async () => {
  const words = ffmpegWords(60);
  expect(words[words.indexOf("-protocol_whitelist") + 1]).toBe("file,pipe");
  const formats = (words[words.indexOf("-format_whitelist") + 1] ?? "").split(",");
  for (const list of ["hls", "concat", "dash", "lavfi", "image2"]) expect(formats).not.toContain(list);
});

test("an ffmpeg that is none is told as ours", async () => {
  await expect(decode(ffmpegDecoder("/nonexistent/ffmpeg"), sound)).rejects.toMatchObject({
    code: "internal",
  });
});

test("ffmpeg is looked for in the directories of PATH, and nowhere else", async () => {
  await writeFile(join(folder, "ffmpeg"), "#!/bin/sh\n", { mode: 0o755 });
  expect(await findFfmpeg(`relative:/nonexistent:${folder}`)).toBe(join(folder, "ffmpeg"));
  expect(await findFfmpeg("")).toBeUndefined();
});

test("channels are mixed to their mean; what is too loud is cut off", () => {
  expect(mixed([Float32Array.of(1, 0), Float32Array.of(0, 0.5)])).toEqual(Float32Array.of(0.5, 0.25));
  expect(toInt16(Float32Array.of(0, 1, -1, 3, -3))).toEqual(
    Int16Array.of(0, 32_767, -32_767, 32_767, -32_768),
  );
});
