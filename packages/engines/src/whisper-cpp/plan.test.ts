import { BerthError, type EngineOptions } from "@berth/api";
import { expect, test } from "vitest";
import { plainSurroundings, type EngineRequest } from "../engine.ts";
import { speechModel } from "../speech/test/speech-model.ts";
import { whisperCppConfigSchema } from "./config.ts";
import { whisperCppEngine } from "./index.ts";

const several = speechModel("ggml", [
  ["ggml-base.bin", "F16"],
  ["ggml-tiny-q5_1.bin", "Q5_1"],
]);

function plan(options: EngineOptions = {}, change: Partial<EngineRequest> = {}) {
  const planned = whisperCppEngine.plan({
    model: several,
    servedName: "acme/ears",
    task: "automatic-speech-recognition",
    options,
    command: undefined,
    device: { cpuCores: 4, busyThreads: 0, totalMemoryMiB: 8192, freeMemoryMiB: 4096 },
    surroundings: plainSurroundings,
    ...change,
  });
  if (planned.program.kind !== "embedded") throw new Error("whisper-cpp is embedded");
  return { ...planned, config: whisperCppConfigSchema.parse(planned.program.config) };
}

test.each<[EngineOptions, object]>([
  [{}, { modelPath: "/models/ears/ggml-base.bin", fallback: true, beamSize: null }],
  [{ file: "q5_1" }, { modelPath: "/models/ears/ggml-tiny-q5_1.bin" }],
  [{ threads: 2 }, { speech: { threads: 2 } }],
  [{ extra: ["--no-fallback", "-bs", "5"] }, { fallback: false, beamSize: 5 }],
])("%j", (options, config) => {
  expect(plan(options).config).toMatchObject(config);
});

test.each([
  ["another form of weights", {}, { model: speechModel("onnx", [["a.onnx", null]]) }, "model", "GGML"],
  ["a file that is not there", { file: "ggml-huge.bin" }, {}, "options.file", "ggml-base.bin"],
  ["an unknown word", { extra: ["--diarize"] }, {}, "options.extra", '"--diarize"'],
  ["a beam of nothing", { extra: ["-bs", "0"] }, {}, "options.extra", "1 to 16"],
  ["a context, which it has not", { maxTotalTokens: 9 }, {}, "options.maxTotalTokens", "threads"],
] as const)("%s is refused by name", (_, options, change, param, part) => {
  let error: unknown;
  try {
    plan(options as unknown as EngineOptions, change as Partial<EngineRequest>);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(BerthError);
  expect(error).toMatchObject({ param, message: expect.stringContaining(part) as string });
});
