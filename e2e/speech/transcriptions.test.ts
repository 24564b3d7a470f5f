import { createReadStream } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { OpenAI, BadRequestError } from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { enter, expectAccessible, hasChromium, openBrowser } from "../console/browser.ts";
import { canSpeak, kinds, type Kind } from "./clips.ts";
import { engines, startEars, type Ears } from "./ears.ts";

describe.skipIf(!canSpeak)("npm's openai client hears", () => {
  let ears: Ears;
  let client: OpenAI;
  beforeAll(async () => {
    ears = await startEars();
    const { berth } = ears;
    client = new OpenAI({ baseURL: `${berth.url}/v1`, apiKey: berth.adminKey, maxRetries: 0 });
  });
  afterAll(async () => {
    await ears.berth.dispose();
    await rm(ears.folder, { recursive: true });
  });

  test.skipIf(!hasChromium)("the console does too, and saves the subtitles", async () => {
    await using browser = await openBrowser();
    const { page, complaints } = await enter(browser, ears.berth, "/transcribe");
    await page.getByLabel("Audio file").setInputFiles(ears.clips.short.m4a);
    await page.getByRole("button", { name: "Write it down" }).click();
    const transcript = page.getByRole("list", { name: "Transcript" });
    await transcript.getByRole("button").first().waitFor({ timeout: 120_000 });
    await page.getByRole("button", { name: "Stop" }).waitFor({ state: "detached", timeout: 120_000 });
    const saving = page.waitForEvent("download");
    await page.getByRole("button", { name: "srt" }).click();
    const saved = await saving;
    expect(saved.suggestedFilename()).toBe("short.srt");
    expect(await readFile(await saved.path(), "utf8")).toMatch(/^1\n00:00:\d\d,\d{3} --> 00:00:\d\d,\d{3}\n/);
    await expectAccessible(page);
    expect(complaints).toEqual([]);
  });

  const short = (kind: Kind = "wav") => createReadStream(ears.clips.short[kind]);

  describe.each(engines)("by %s", (model) => {
    test("in JSON, with what it would cost by the second", async () => {
      const reply = await client.audio.transcriptions.create({ file: short(), model, language: "en" });
      expect(reply.text.length).toBeGreaterThan(0);
      expect(reply.usage).toEqual({ type: "duration", seconds: expect.any(Number) as number });
    });

    test("with segments and words, in order and within the clip", async () => {
      const reply = await client.audio.transcriptions.create({
        file: short(),
        model,
        language: "en",
        response_format: "verbose_json",
        timestamp_granularities: ["segment", "word"],
      });
      expect(reply).toMatchObject({ language: "english", task: "transcribe" });
      expect(reply.duration).toBeGreaterThan(2);
      for (const spans of [reply.segments ?? [], reply.words ?? []]) {
        expect(spans.length).toBeGreaterThan(0);
        let earliest = 0;
        for (const { start, end } of spans) {
          expect(start).toBeGreaterThanOrEqual(earliest);
          expect(end).toBeGreaterThanOrEqual(start);
          earliest = start;
        }
        expect(earliest).toBeLessThanOrEqual(Number(reply.duration));
      }
    });

    test.each([
      ["text", /^\S[^]*\n$/],
      ["srt", /^1\n00:00:\d\d,\d{3} --> 00:00:\d\d,\d{3}\n[^]+\n\n$/],
      ["vtt", /^WEBVTT\n\n00:00:\d\d\.\d{3} --> 00:00:\d\d\.\d{3}\n[^]+\n\n$/],
    ] as const)("as %s", async (format, form) => {
      const reply: string = await client.audio.transcriptions.create({
        file: short(),
        model,
        language: "en",
        response_format: format,
      });
      expect(reply).toMatch(form);
    });

    test("in English, whatever was spoken", async () => {
      const reply = await client.audio.translations.create({
        file: short(),
        model,
        response_format: "verbose_json",
      });
      expect(reply).toMatchObject({ task: "translate", language: "english" });
    });

    test("more than a minute, in pieces, as they are heard, with times that never run backwards", async () => {
      const stream = await client.audio.transcriptions.create({
        file: createReadStream(ears.clips.long),
        model,
        language: "en",
        stream: true,
      });
      const events = await Array.fromAsync(stream);
      const deltas = events.filter((event) => event.type === "transcript.text.delta");
      expect(deltas.length).toBeGreaterThan(2);
      const heard = deltas.map(
        (event) => (event as unknown as { progress: { seconds: number } }).progress.seconds,
      );
      expect(heard).toEqual(heard.toSorted((a, b) => a - b));
      const last = events.at(-1);
      expect(last).toMatchObject({
        type: "transcript.text.done",
        text: deltas
          .map((event) => event.delta)
          .join("")
          .trim(),
      });
      const whole = await client.audio.transcriptions.create({
        file: createReadStream(ears.clips.long),
        model,
        language: "en",
        response_format: "verbose_json",
      });
      expect(whole.duration).toBeGreaterThan(60);
      let earliest = 0;
      for (const { start, end } of whole.segments ?? []) {
        expect(start).toBeGreaterThanOrEqual(earliest);
        expect(end).toBeGreaterThanOrEqual(start);
        earliest = end;
      }
      expect(earliest).toBeGreaterThan(55);
    });

    test("nobody's audio that is none, and says why", async () => {
      const file = new File(["this is no audio"], "talk.mp3");
      const refused = client.audio.transcriptions.create({ file, model });
      await expect(refused).rejects.toThrow(BadRequestError);
      await expect(refused).rejects.toThrow(/file: ffmpeg finds no audio in it/);
    });

    test("the next one, when somebody leaves in the middle", async () => {
      const leaving = new AbortController();
      const stream = await client.audio.transcriptions.create(
        { file: createReadStream(ears.clips.long), model, language: "en", stream: true },
        { signal: leaving.signal },
      );
      for await (const event of stream) {
        expect(event.type).toBe("transcript.text.delta");
        break;
      }
      leaving.abort();
      const next = await client.audio.transcriptions.create({ file: short(), model, language: "en" });
      expect(next.text.length).toBeGreaterThan(0);
    });
  });

  test.each(Object.keys(kinds) as Kind[])("%s, by ffmpeg", async (kind) => {
    const reply = await client.audio.transcriptions.create({
      file: short(kind),
      model: "transformers-js",
      language: "en",
      response_format: "verbose_json",
    });
    expect(reply.duration).toBeGreaterThan(2);
  });
});
