import { isBerthError, type EngineOptions, type Model } from "@berth/api";
import { describe, expect, test } from "vitest";
import { plainSurroundings, type Device, type EngineRequest } from "../engine.ts";
import { llamaCppConfigSchema } from "./config.ts";
import { llamaCppEngine } from "./index.ts";

const gib = 2 ** 30;

const device: Device = { cpuCores: 8, busyThreads: 0, totalMemoryMiB: 65_536, freeMemoryMiB: 32_768 };

function modelOf(files: readonly (readonly [path: string, quantisation: string | null])[]): Model {
  return {
    id: "m",
    repo: "acme/talker",
    revision: "local",
    refs: [],
    profile: "here",
    location: "home",
    path: "/models/talker",
    files: files.map(([path, quantisation]) => ({ path, sizeBytes: 4 * gib, quantisation })),
    sizeBytes: 4 * gib,
    status: "ready",
    statusReason: null,
    image: "text-generation",
    facts: {
      format: files.some(([path]) => path.endsWith(".gguf")) ? "gguf" : "safetensors",
      task: "text-generation",
      architecture: "llama",
      parameters: 8e9,
      quantisation: null,
      contextTokens: 131_072,
      embeddingLength: 4096,
      layers: 32,
      kvHeads: 8,
      headSize: 128,
      hasChatTemplate: true,
      licence: null,
    },
    estimatedMemoryMiB: null,
    modifiedAt: 0,
  };
}

const single = modelOf([["talker-q4_k_m.gguf", "Q4_K_M"]]);

function plan(options: EngineOptions = {}, change: Partial<EngineRequest> = {}) {
  const planned = llamaCppEngine.plan({
    model: single,
    servedName: "talker",
    task: "text-generation",
    options,
    command: undefined,
    device,
    surroundings: plainSurroundings,
    ...change,
  });
  if (planned.program.kind !== "embedded") throw new Error("llama-cpp is embedded");
  return { ...planned, config: llamaCppConfigSchema.parse(planned.program.config) };
}

function refusal(
  options: EngineOptions,
  change: Partial<EngineRequest> = {},
): { message: string; param: string } {
  try {
    plan(options, change);
  } catch (error) {
    if (isBerthError(error)) return { message: error.message, param: error.param ?? "" };
    throw error;
  }
  throw new Error("the plan was accepted");
}

describe("threads", () => {
  test.each([
    ["a single core is shared", { cpuCores: 1, busyThreads: 0 }, {}, 1],
    ["one of two cores is left to everything else", { cpuCores: 2, busyThreads: 0 }, {}, 1],
    ["one of eight", { cpuCores: 8, busyThreads: 0 }, {}, 7],
    ["cores that other engines keep busy do not count", { cpuCores: 8, busyThreads: 5 }, {}, 2],
    ["there is never less than one", { cpuCores: 8, busyThreads: 30 }, {}, 1],
    ["a control group's part of a core counts down", { cpuCores: 2.5, busyThreads: 0 }, {}, 1],
    ["the user's number stands", { cpuCores: 8, busyThreads: 0 }, { threads: 8 }, 8],
  ])("%s", (_, cores, options, threads) => {
    expect(plan(options, { device: { ...device, ...cores } }).config.threads).toBe(threads);
  });
});

describe("context and sequences", () => {
  test("a long model gets 4096 tokens a sequence and a word about it", () => {
    const { contextTokens, warnings } = plan();
    expect(contextTokens).toBe(4096);
    expect(warnings).toEqual([
      "context is 4096 of the model's 131072 tokens; maxTotalTokens raises it, for memory",
    ]);
  });

  test.for([
    ["as many threads as cores are no reason to warn", { cpuCores: 2, busyThreads: 1 }, []],
    [
      "more threads than cores are told",
      { cpuCores: 2, busyThreads: 2 },
      [expect.stringMatching(/expect slow answers/)],
    ],
  ] as const)("%s", ([, cores, told]) => {
    const { warnings } = plan({ threads: 1 }, { device: { ...device, ...cores } });
    expect(warnings.filter((warning) => warning.includes("cores"))).toEqual(told);
  });

  test.each([
    ["eight sequences where memory is plenty", 32_768, 8],
    ["four where eight caches would take more than a quarter of what is free", 12_000, 4],
    ["one where memory is short", 100, 1],
  ])("%s", (_, freeMemoryMiB, parallel) => {
    expect(plan({}, { device: { ...device, freeMemoryMiB } }).parallel).toBe(parallel);
  });

  test("the estimate counts the weights and a cache for each sequence", () => {
    const one = plan({ parallel: 1 }).memoryMiB ?? 0;
    expect(plan({ parallel: 5 }).memoryMiB).toBe(one + 4 * 512);
  });

  test("an embedder answers one text at a time", () => {
    expect(plan({ parallel: 4 }, { task: "feature-extraction" }).parallel).toBe(1);
  });
});

describe("the file", () => {
  const several = modelOf([
    ["talker-f16.gguf", "F16"],
    ["talker-q8_0.gguf", "Q8_0"],
    ["mmproj-f16.gguf", "F16"],
    ["small/talker-q4_k_m.gguf", "Q4_K_M"],
  ]);
  const split = modelOf([
    ["big-00001-of-00002.gguf", "Q8_0"],
    ["big-00002-of-00002.gguf", "Q8_0"],
  ]);

  test.each([
    ["the most sensible of several", several, undefined, "/models/talker/small/talker-q4_k_m.gguf"],
    ["a quantisation, in any case", several, "q8_0", "/models/talker/talker-q8_0.gguf"],
    ["a path", several, "small/talker-q4_k_m.gguf", "/models/talker/small/talker-q4_k_m.gguf"],
    ["a file name", several, "talker-f16.gguf", "/models/talker/talker-f16.gguf"],
    ["the first part of a split file", split, undefined, "/models/talker/big-00001-of-00002.gguf"],
    [
      "a model that is a file",
      { ...single, path: "/models/talker-q4_k_m.gguf" },
      undefined,
      "/models/talker-q4_k_m.gguf",
    ],
  ])("%s", (_, model, file, modelPath) => {
    expect(plan(file === undefined ? {} : { file }, { model }).config.modelPath).toBe(modelPath);
  });

  test("all parts of a split file count as weights", () => {
    expect(plan({ parallel: 1 }, { model: split }).memoryMiB).toBeGreaterThan(8 * 1024);
  });
});

describe("what is refused", () => {
  test.each([
    ["no model", {}, { model: undefined }, "model", "llama-cpp needs a model"],
    ["another format", {}, { model: modelOf([["model.safetensors", null]]) }, "model", "-GGUF"],
    [
      "half a download",
      {},
      { model: { ...single, status: "incomplete" } },
      "model",
      "acme/talker is incomplete",
    ],
    ["a file that is not there", { file: "q2_k" }, {}, "options.file", 'file "q2_k" is not in acme/talker'],
    ["more context than the model has", { maxTotalTokens: 200_000 }, {}, "options.maxTotalTokens", "131072"],
    ["no room for an answer", { maxInputTokens: 4096 }, {}, "options.maxInputTokens", "no room"],
    [
      "an adapter that could be anywhere",
      { lora: [{ path: "a.gguf", scale: 1 }] },
      {},
      "options.lora",
      "absolute",
    ],
    [
      "an adapter that nothing would be made of",
      { lora: [{ path: "/a.gguf", scale: 1 }] },
      { task: "feature-extraction" },
      "options.lora",
      "text-generation only",
    ],
    ["another task", {}, { task: "automatic-speech-recognition" }, "image", "does not serve"],
    ["an unknown word", { extra: ["--mirostat", "2"] }, {}, "options.extra", '"--mirostat"'],
    ["a word without its value", { extra: ["--ctx-size"] }, {}, "options.extra", "--ctx-size needs TOKENS"],
    ["a number that is none", { extra: ["-c", "many"] }, {}, "options.extra", "-c needs a whole number"],
  ] as const)("%s", (_, options, change, param, part) => {
    const refused = refusal(options as EngineOptions, change as Partial<EngineRequest>);
    expect(refused.param).toBe(param);
    expect(refused.message).toContain(part);
  });
});

test("words after -- reach the engine", () => {
  const extra = [
    "--ctx-size=8192",
    "-np",
    "2",
    "--cache-type",
    "q8_0",
    "--lora-scaled",
    "/a.gguf",
    "0.5",
    "-fa",
    "on",
  ];
  expect(plan({ extra }).config).toMatchObject({
    contextTokens: 8192,
    parallel: 2,
    cacheType: "q8_0",
    flashAttention: "on",
    lora: [{ path: "/a.gguf", scale: 0.5 }],
  });
});
