import type { EngineOptions } from "@berth/api";
import { describe, expect, test } from "vitest";
import type { Surroundings } from "../engine.ts";
import { refusalOf } from "../test/refusal.ts";
import { engineRequest, hubModel, tinyLlama } from "../test/requests.ts";
import { vllmEngine } from "./index.ts";

function wordsOf(
  options: EngineOptions,
  surroundings: Partial<Surroundings> = { runtime: "docker" },
): string {
  const { program } = vllmEngine.plan(engineRequest({ options }, surroundings));
  if (program.kind !== "command") throw new Error("no command");
  return program.argv.join(" ");
}

describe("options", () => {
  test.each<[EngineOptions, string]>([
    [{ maxTotalTokens: 1024 }, "--max-model-len 1024"],
    [{ parallel: 32 }, "--max-num-seqs 32"],
    [{ maxBatchPrefillTokens: 4096 }, "--max-num-batched-tokens 4096"],
    [{ trustRemoteCode: true }, "--trust-remote-code"],
    [{ sharedMemoryMiB: 4096 }, "--shm-size 4096m"],
    [{ extra: ["--dtype", "half"] }, "--dtype half"],
  ])("%j reach it", (options, words) => {
    expect(wordsOf(options)).toContain(words);
    expect(wordsOf({})).not.toContain(words);
  });

  test.each<[EngineOptions, string]>([
    [{ maxInputTokens: 10 }, "maxTotalTokens"],
    [{ disableCustomKernels: true }, "--enforce-eager"],
    [{ maxStopSequences: 2 }, "any number"],
    [{ lora: [{ path: "/x", scale: 1 }] }, "--enable-lora"],
    [{ gpuLayers: "auto" }, "GPUs"],
    [{ file: "x" }, "whole model"],
  ])("%j is refused by its name, with what to do", (options, part) => {
    const { param, message } = refusalOf(() => wordsOf(options));
    expect(param).toBe(`options.${Object.keys(options)[0]}`);
    expect(message).toContain(part);
  });

  test.each([
    "--api-key",
    "--port=80",
    "--uds",
    "--served_model_name",
    "--host",
    "--trust-remote-code",
    "--model",
  ])("%s after -- is Berth's to set", (word) => {
    expect(refusalOf(() => wordsOf({ extra: [word] })).param).toBe("options.extra");
  });

  test("what would be filled in is refused", () => {
    expect(refusalOf(() => wordsOf({ extra: ["--x={key}"] })).message).toContain("{key}");
  });
});

test.each<[EngineOptions, string]>([
  [{}, "none.invalid"],
  [{ extra: ["--allowed-media-domains", "images.example.org"] }, "images.example.org"],
  [{ extra: ["--allowed_media_domains=images.example.org"] }, "images.example.org"],
])("with %j, addresses in requests are fetched from %s alone", (options, domain) => {
  const words = wordsOf(options).replaceAll("_", "-").split(/[ =]/);
  const at = words.indexOf("--allowed-media-domains");
  expect(words.lastIndexOf("--allowed-media-domains")).toBe(at);
  expect(words[at + 1]).toBe(domain);
});

describe("GPUs that share the model", () => {
  test.each<[number, EngineOptions, string | undefined]>([
    [0, {}, undefined],
    [1, {}, "1"],
    [4, {}, "4"],
    [4, { numShard: 2 }, "2"],
    [4, { sharded: false }, "1"],
    [4, { sharded: true }, "4"],
  ])("%i GPUs and %j: %s", (gpus, options, size) => {
    const words = wordsOf(options, { runtime: "docker", gpus }).split(" ");
    const at = words.indexOf("--tensor-parallel-size");
    expect(at === -1 ? undefined : words[at + 1]).toBe(size);
  });

  test.each<[number, EngineOptions, string]>([
    [0, { numShard: 2 }, "options.numShard"],
    [2, { numShard: 3 }, "options.numShard"],
    [1, { sharded: true }, "options.sharded"],
    [4, { sharded: false, numShard: 2 }, "options.sharded"],
  ])("%i GPUs and %j is refused", (gpus, options, param) => {
    expect(refusalOf(() => wordsOf(options, { runtime: "docker", gpus })).param).toBe(param);
  });
});

test("it is called by the model's name, and loads the revision that was chosen, offline", () => {
  const { program, listen, healthPath } = vllmEngine.plan(engineRequest({}, { runtime: "podman" }));
  expect(program).toMatchObject({ kind: "command", env: { HF_HUB_OFFLINE: "1", TRANSFORMERS_OFFLINE: "1" } });
  const words = program.kind === "command" ? program.argv : [];
  expect(words[words.indexOf("--served-model-name") + 1]).toBe(tinyLlama.repo);
  expect(words[words.indexOf("serve") + 1]).toBe(
    `/berth/models/models--TinyLlama--TinyLlama-1.1B-Chat-v1.0/snapshots/${tinyLlama.revision}`,
  );
  expect([listen, healthPath]).toEqual([{ kind: "socket" }, "/health"]);
});

test("a model in a folder of its own is mounted as that folder", () => {
  const model = hubModel("mine", { path: "/data/my model", location: "directory" });
  const { program } = vllmEngine.plan(engineRequest({ model }, { runtime: "docker" }));
  const words = program.kind === "command" ? program.argv : [];
  expect(words).toContain("type=bind,source=/data/my model,target=/berth/models/model,readonly");
  expect(words[words.indexOf("serve") + 1]).toBe("/berth/models/model");
});

test("the key is in the environment, and the user's variables do not replace it", () => {
  const { program } = vllmEngine.plan(
    engineRequest({}, { env: { VLLM_API_KEY: "mine", HF_HUB_OFFLINE: "0" } }),
  );
  expect(program).toMatchObject({ env: { VLLM_API_KEY: "{key}", HF_HUB_OFFLINE: "0" } });
  expect(JSON.stringify(program.kind === "command" ? program.argv : [])).not.toContain("{key}");
});

test("big weights have longer to start", () => {
  const big = hubModel("a/b", { sizeBytes: 140_000_000_000 });
  const msOf = (model = tinyLlama): number => vllmEngine.plan(engineRequest({ model })).startTimeoutMs;
  expect(msOf()).toBeGreaterThanOrEqual(600_000);
  expect(msOf(big)).toBeGreaterThan(msOf() + 6_000_000);
});

test("a launch without GPUs says so, unless an image is named", () => {
  const warnings = (surroundings: Partial<Surroundings>): readonly string[] =>
    vllmEngine.plan(engineRequest({}, surroundings)).warnings;
  expect(warnings({ runtime: "docker" }).join()).toContain("made for GPUs");
  expect(warnings({ runtime: "docker", container: "x:cpu" })).toEqual([]);
  expect(warnings({ runtime: "docker", gpus: 1 })).toEqual([]);
});

describe("models it does not take", () => {
  const facts = tinyLlama.facts;
  test.each([
    ["GGUF", hubModel("a/b", { facts: facts === null ? null : { ...facts, format: "gguf" } }), "gguf files"],
    ["incomplete", hubModel("a/b", { status: "incomplete", statusReason: "2 files are missing" }), "2 files"],
    ["unreadable", hubModel("a/b", { facts: null }), "no safetensors"],
  ])("%s", (_, model, part) => {
    const answer = vllmEngine.accepts(model);
    expect(answer.ok ? "" : answer.reason).toContain(part);
    expect(refusalOf(() => vllmEngine.plan(engineRequest({ model }))).param).toBe("model");
  });

  test("a task it does not serve, no model, more tokens than the model holds", () => {
    expect(
      refusalOf(() => vllmEngine.plan(engineRequest({ task: "automatic-speech-recognition" }))).param,
    ).toBe("image");
    expect(refusalOf(() => vllmEngine.plan({ ...engineRequest(), model: undefined })).param).toBe("model");
    expect(refusalOf(() => wordsOf({ maxTotalTokens: 4096 })).param).toBe("options.maxTotalTokens");
  });
});
