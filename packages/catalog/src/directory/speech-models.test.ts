import { cp } from "node:fs/promises";
import { join } from "node:path";
import { whisperFolder } from "@berth/demo-model";
import { writeRandomWhisper } from "@berth/demo-model/whisper-ggml";
import { temporaryFolder, writeFiles } from "@berth/testing/temporary-folder";
import type { Profile } from "@berth/api";
import { expect, test } from "vitest";
import { whisperFacts } from "../ggml/header.ts";
import { createModelSource } from "./index.ts";
import { onnxVariants } from "./onnx-variants.ts";

const { signal } = new AbortController();
const profile = { name: "here" } as Profile;
const source = createModelSource();

test("a folder of ONNX files is a speech model, each way its weights are held a choice", async () => {
  await using folder = await temporaryFolder();
  await cp(whisperFolder, folder.path, { recursive: true });
  await writeFiles(folder.path, {
    "onnx/encoder_model_quantized.onnx": "x",
    "onnx/decoder_model_merged_quantized.onnx": "xy",
  });
  const model = await source.inspect(folder.path, "acme/ears", profile, signal);
  expect(model).toMatchObject({
    image: "speech-recognition",
    status: "ready",
    facts: { format: "onnx", task: "automatic-speech-recognition" },
    files: [
      { path: "onnx/encoder_model.onnx", quantisation: "FP32" },
      { path: "onnx/encoder_model_quantized.onnx", quantisation: "Q8", sizeBytes: 3 },
    ],
  });
});

test("a Whisper in GGML's form is a speech model: as a file, and as a folder of them", async () => {
  await using folder = await temporaryFolder();
  writeRandomWhisper(join(folder.path, "ggml-tiny.bin"), { vocabulary: 51_865 });
  writeRandomWhisper(join(folder.path, "ggml-tiny.en.bin"));
  const one = await source.inspect(join(folder.path, "ggml-tiny.en.bin"), undefined, profile, signal);
  expect(one).toMatchObject({
    repo: "ggml-tiny.en",
    path: folder.path,
    image: "speech-recognition",
    status: "ready",
    files: [{ path: "ggml-tiny.en.bin", quantisation: "F16" }],
    facts: { format: "ggml", architecture: "whisper (English)", contextTokens: 448, layers: 1 },
  });
  const all = await source.inspect(folder.path, "acme/ears", profile, signal);
  expect(all.files.map(({ path }) => path)).toEqual(["ggml-tiny.bin", "ggml-tiny.en.bin"]);
  expect(all.facts?.architecture).toBe("whisper");
});

test.each([
  ["text", Buffer.from("x".repeat(48))],
  ["another GGML file's numbers", Buffer.alloc(48, Buffer.from("6c6d6767", "hex"))],
  ["nothing but the mark", Buffer.concat([Buffer.from("6c6d6767", "hex"), Buffer.alloc(44)])],
])("%s is no Whisper", (_, head) => {
  expect(whisperFacts(head)).toBeNull();
});

test("a PyTorch file beside its config stays what it is", async () => {
  await using folder = await temporaryFolder();
  await writeFiles(folder.path, {
    "config.json": JSON.stringify({ architectures: ["WhisperForConditionalGeneration"] }),
    "pytorch_model.bin": "PK",
  });
  const model = await source.inspect(folder.path, "acme/ears", profile, signal);
  expect([model.facts?.format, model.files]).toEqual(["other", []]);
});

test("other ONNX models are one choice for each of their files, and what is no ONNX is none", () => {
  const file = (path: string, sizeBytes = 1) => ({ path, sizeBytes });
  expect(
    onnxVariants([file("onnx/model.onnx"), file("onnx/model.onnx_data", 9), file("onnx/model_q4.onnx", 2)]),
  ).toEqual([
    { path: "onnx/model.onnx", sizeBytes: 10, quantisation: "FP32" },
    { path: "onnx/model_q4.onnx", sizeBytes: 2, quantisation: "Q4" },
  ]);
  expect(onnxVariants([file("model.safetensors")])).toEqual([]);
});
