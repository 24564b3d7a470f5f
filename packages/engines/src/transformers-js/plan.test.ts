import { BerthError, type EngineOptions, type Model, type PipelineTask, type Task } from "@berth/api";
import { describe, expect, test } from "vitest";
import { plainSurroundings, type EngineRequest } from "../engine.ts";
import { speechModel } from "../speech/test/speech-model.ts";
import { transformersJsConfigSchema } from "./config.ts";
import { transformersJsEngine } from "./index.ts";

const several = speechModel("onnx", [
  ["onnx/encoder_model.onnx", "FP32"],
  ["onnx/encoder_model_quantized.onnx", "Q8"],
]);

function plan(options: EngineOptions = {}, change: Partial<EngineRequest> = {}) {
  const planned = transformersJsEngine.plan({
    model: several,
    servedName: "acme/ears",
    task: "automatic-speech-recognition",
    options,
    command: undefined,
    device: { cpuCores: 4, busyThreads: 0, totalMemoryMiB: 8192, freeMemoryMiB: 4096 },
    surroundings: { ...plainSurroundings, mounts: [{ source: "/home/me/audio" }] },
    ...change,
  });
  if (planned.program.kind !== "embedded") throw new Error("transformers-js is embedded");
  return { ...planned, config: transformersJsConfigSchema.parse(planned.program.config) };
}

test("the best file is taken, which is told, and mounts are seen at /data/audio", () => {
  const { config, parallel, threads, warnings } = plan();
  expect(config).toMatchObject({
    modelPath: "/models/ears",
    dtype: "fp32",
    speech: {
      servedName: "acme/ears",
      threads: 3,
      mounts: [{ source: "/home/me/audio", target: "/data/audio" }],
    },
  });
  expect([parallel, threads]).toEqual([1, 3]);
  expect(warnings).toEqual(["onnx/encoder_model.onnx taken of 2 files; the option file takes another one"]);
});

test.each([
  ["q8", "q8"],
  ["Q8", "q8"],
  ["onnx/encoder_model.onnx", "fp32"],
  ["encoder_model_quantized.onnx", "q8"],
])("the option file %s is the weights' type %s", (file, dtype) => {
  expect(plan({ file }).config.dtype).toBe(dtype);
});

test("a mount's own target stands; none at all is told", () => {
  const mounts = [{ source: "/a", target: "/b" }];
  const { config } = plan({}, { surroundings: { ...plainSurroundings, mounts } });
  expect(config).toMatchObject({ speech: { mounts } });
  expect(plan({}, { surroundings: plainSurroundings }).warnings.at(-1)).toContain("no directory is mounted");
});

test.each([
  ["no model", {}, { model: undefined }, "model", "needs a model"],
  ["no ONNX", {}, { model: speechModel("safetensors", []) }, "model", "onnx-community"],
  ["half a download", {}, { model: { ...several, status: "incomplete" } }, "model", "incomplete"],
  ["a file that is not there", { file: "q2" }, {}, "options.file", "encoder_model.onnx"],
  ["another task", {}, { task: "text-generation" }, "image", "does not serve"],
  ["an option it has not", { gpuLayers: 3 }, {}, "options.gpuLayers", "threads, file"],
] as const)("%s is refused by name", (_, options, change, param, part) => {
  let error: unknown;
  try {
    plan(options as EngineOptions, change as Partial<EngineRequest>);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(BerthError);
  expect(error).toMatchObject({ param, message: expect.stringContaining(part) as string });
});

describe("a pipeline", () => {
  const summariser = madeFor("text2text-generation");
  const order = { model: summariser, task: "summarization", isPipeline: true } as const;

  test("is planned for its task, and fetches nothing from this machine's network unless it may", () => {
    expect(plan({}, order).config).toMatchObject({
      task: "pipeline",
      modelPath: "/models/ears",
      dtype: "fp32",
      pipeline: { task: "summarization", servedName: "acme/ears", threads: 3, allowPrivateUrls: false },
    });
    const allowed = plan({ allowPrivateUrls: true, file: "q8" }, order);
    expect(allowed.config).toMatchObject({ dtype: "q8", pipeline: { allowPrivateUrls: true } });
    expect(allowed.warnings).toEqual([expect.stringContaining("its network's addresses")]);
  });

  // oxfmt-ignore
  test.each<[string, Task, PipelineTask, string | null]>([
    ["what it is made for", "fill-mask", "fill-mask", null],
    ["what its files do not tell", "unknown", "depth-estimation", null],
    ["another task of its make", "text-classification", "zero-shot-classification", null],
    ["a writer's summaries", "text-generation", "summarization", "made for text-generation, and cannot do summarization"],
    ["a labeller's translations", "token-classification", "translation", "ask for token-classification"],
  ])("does %s or says why not", (_fact, made, task, problem) => {
    const answer = transformersJsEngine.accepts(madeFor(made), task);
    expect(answer).toEqual(
      problem === null ? { ok: true } : { ok: false, reason: expect.stringContaining(problem) as string },
    );
  });

  test.each<[string, Model, string]>([
    ["no ONNX", { ...summariser, files: [] }, "onnx-community"],
    ["half a download", { ...summariser, status: "incomplete" }, "incomplete"],
    [
      "a voice that needs a second model",
      {
        ...summariser,
        facts: { ...summariser.facts!, task: "text-to-audio", architecture: "SpeechT5ForTextToSpeech" },
      },
      "take one that speaks by itself",
    ],
  ])("of %s is refused with the fix", (_fact, model, part) => {
    expect(() => plan({}, { ...order, model })).toThrow(part);
  });

  test("is not offered to a model that hears, which is served in OpenAI's words", () => {
    expect(transformersJsEngine.accepts(several)).toEqual({ ok: true });
    expect(transformersJsEngine.accepts(summariser)).toMatchObject({
      reason: expect.stringContaining("berth run pipeline") as string,
    });
    expect(() => plan({ allowPrivateUrls: true })).toThrow("allowPrivateUrls");
  });
});

function madeFor(task: Task): Model {
  if (several.facts === null) throw new Error("its facts are known");
  return { ...several, facts: { ...several.facts, task, architecture: null } };
}
