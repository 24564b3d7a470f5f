import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { demoModelFile, fixtureFiles } from "@berth/demo-model";
import { describe, expect, test } from "vitest";
import { pilotConfig } from "../test/engine.ts";
import { openLlama } from "./open-llama.ts";

const greedy = {
  temperature: 0,
  topK: 0,
  topP: 1,
  minP: 0,
  frequencyPenalty: 0,
  presencePenalty: 0,
  seed: 1,
  bias: new Map<number, number>(),
};
const pilotFile = readFileSync(demoModelFile);

describe("a model is loaded with", () => {
  test("an adapter changes what is said, and at scale 0 nothing", async () => {
    const say = async (scale: number): Promise<string> => {
      const adapted = await openLlama(
        pilotConfig({ parallel: 1, lora: [{ path: fixtureFiles.lora, scale }] }),
      );
      let text = "";
      const prompt = adapted.promptOf(
        "<|im_start|>user\nWhat is Berth?<|im_end|>\n<|im_start|>assistant\n",
        "p",
      );
      await adapted.generate(
        { prompt, sampling: greedy, maxTokens: 30 },
        (piece) => void (text += piece),
        new AbortController().signal,
      );
      await adapted.close();
      return text;
    };
    const plain = await say(0);
    expect(plain).toMatch(/^Berth runs open models/);
    expect(await say(1)).not.toBe(plain);
  });

  test("keys and values in eight bits, a smaller context, a limit for prompts", async () => {
    const small = await openLlama(
      pilotConfig({
        parallel: 1,
        cacheType: "q8_0",
        flashAttention: "on",
        contextTokens: 256,
        maxInputTokens: 20,
      }),
    );
    expect(small.facts.contextTokens).toBe(256);
    expect(() => small.promptOf("q".repeat(30), "prompt")).toThrow("this service takes 20 at most");
    await small.close();
  });

  test.each([
    ["is absent", undefined, "no such file"],
    ["is empty", Buffer.alloc(0), "it is no GGUF file"],
    ["is text", Buffer.from("GGUF but not really, just text"), "its GGUF version is"],
    ["ends in its head", pilotFile.subarray(0, 30), "was not downloaded whole"],
    ["ends in its vocabulary", pilotFile.subarray(0, 3000), "cannot be loaded"],
    ["ends in its weights", pilotFile.subarray(0, 2_000_000), "cannot be loaded"],
  ])("a file that %s is refused with its name and the reason", async (_, content, reason) => {
    const directory = await mkdtemp(join(tmpdir(), "berth-corrupt-"));
    const modelPath = join(directory, "model.gguf");
    if (content !== undefined) await writeFile(modelPath, content);
    const opening = openLlama(pilotConfig({ modelPath }));
    await expect(opening).rejects.toMatchObject({ code: "invalid_request", param: "modelPath" });
    await expect(opening).rejects.toThrow(modelPath);
    await expect(opening).rejects.toThrow(reason);
    await rm(directory, { recursive: true });
  });
});
