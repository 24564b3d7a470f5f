import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { top } from "../berth-process.ts";
import { canSpeak } from "./clips.ts";
import { engines, startEars, type Ears } from "./ears.ts";

const python = join(top, ".tools/venv/bin/python");
const script = join(import.meta.dirname, "python_ears.py");

describe.skipIf(!canSpeak || !existsSync(python))("Python's openai client hears", () => {
  let ears: Ears;
  beforeAll(async () => {
    ears = await startEars();
  });
  afterAll(async () => {
    await ears.berth.dispose();
    await rm(ears.folder, { recursive: true });
  });

  test.each(engines)("by %s", async (engine) => {
    const seen = JSON.parse(await runScript(engine)) as Record<string, unknown>;
    expect(seen).toEqual({
      text: expect.stringMatching(/\S/) as string,
      duration: expect.any(Number) as number,
      segments: true,
      words: true,
      srt: true,
      translation: "translate",
      stream: ["transcript.text.delta", "transcript.text.done"],
      refused: ["BadRequestError", "response_format"],
    });
  });

  /** The key goes by standard input: argv is everybody's to read. */
  function runScript(engine: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const words = [script, ears.berth.url, engine, ears.clips.short.mp3];
      const child = execFile(python, words, (error, stdout, stderr) =>
        error === null ? resolve(stdout) : reject(new Error(stderr, { cause: error })),
      );
      child.stdin?.end(`${ears.berth.adminKey}\n`);
    });
  }
});
