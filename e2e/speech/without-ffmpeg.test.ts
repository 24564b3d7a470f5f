import { readFile, rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { canSpeak, kinds, type Kind } from "./clips.ts";
import { engines, pathWithoutFfmpeg, startEars, type Ears } from "./ears.ts";

describe.skipIf(!canSpeak)("where there is no ffmpeg", () => {
  let ears: Ears;
  beforeAll(async () => {
    ears = await startEars(pathWithoutFfmpeg);
  });
  afterAll(async () => {
    await ears.berth.dispose();
    await rm(ears.folder, { recursive: true });
  });

  async function send(path: string, model: string) {
    const form = new FormData();
    form.append("model", model);
    form.append("language", "en");
    form.append("response_format", "verbose_json");
    form.append("file", new Blob([await readFile(path)]), "clip");
    const response = await fetch(`${ears.berth.url}/v1/audio/transcriptions`, {
      method: "POST",
      headers: { authorization: `Bearer ${ears.berth.adminKey}` },
      body: form,
    });
    return { status: response.status, reply: (await response.json()) as Record<string, unknown> };
  }

  test.each(Object.keys(kinds) as Kind[])("%s is heard all the same", async (kind) => {
    const { status, reply } = await send(ears.clips.short[kind], "transformers-js");
    expect([status, Number(reply["duration"])]).toEqual([200, expect.any(Number)]);
    expect(Number(reply["duration"])).toBeGreaterThan(2);
  });

  test.each(engines)("%s hears, and refuses what is no audio", async (engine) => {
    expect((await send(ears.clips.short.mp3, engine)).status).toBe(200);
    const { status, reply } = await send(import.meta.filename, engine);
    expect([status, reply]).toMatchObject([400, { error: { param: "file", code: "invalid_request" } }]);
  });
});
