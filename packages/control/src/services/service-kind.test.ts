import { taskImage, type CreateService, type Task } from "@berth/api";
import type { Engine } from "@berth/engines";
import { describe, expect, test } from "vitest";
import { anyCommand, llama } from "../testing/harbour.ts";
import { model } from "../testing/model.ts";
import { chooseEngine, purposeOf, serviceKind } from "./service-kind.ts";

const command = { argv: ["serve"] };
const handler: NonNullable<CreateService["handler"]> = {
  language: "python",
  source: { kind: "text", name: "app.py", text: "" },
};

describe("parts that do not go together are refused by the field", () => {
  // one row, one line
  // oxfmt-ignore
  test.each<[string, CreateService, string, string]>([
    ["nothing to run", {}, "model_required", "model"],
    ["a command image without a command", { image: "command" }, "invalid_request", "command"],
    ["the command engine without a command", { engine: "command", model: "a/b" }, "invalid_request", "command"],
    ["a command for another engine", { command, engine: "llama-cpp" }, "invalid_request", "engine"],
    ["a command with a revision", { command, revision: "main" }, "invalid_request", "revision"],
    ["a handler image without a handler", { image: "handler" }, "invalid_request", "handler"],
    ["a handler for another engine", { handler, engine: "vllm" }, "invalid_request", "engine"],
    ["a handler for another purpose", { handler, image: "rerank" }, "invalid_request", "image"],
    ["a handler with a revision", { handler, revision: "main" }, "invalid_request", "revision"],
    ["a handler and a command", { handler, command }, "invalid_request", "handler"],
  ])("%s", (_fact, spec, code, param) => {
    expect(() => serviceKind(spec)).toThrow(expect.objectContaining({ code, param }) as Error);
  });

  test("and those that do are told apart", () => {
    expect(serviceKind({ model: "a/b", revision: "main" })).toEqual({
      kind: "model",
      name: "a/b",
      revision: "main",
    });
    expect(serviceKind({ command, model: "mine" })).toEqual({ kind: "command", command, servedName: "mine" });
    expect(serviceKind({ handler, model: "mine" })).toEqual({ kind: "handler", handler, servedName: "mine" });
  });
});

const facts = {
  format: "gguf",
  architecture: null,
  parameters: null,
  quantisation: null,
  contextTokens: null,
  embeddingLength: null,
  layers: null,
  kvHeads: null,
  headSize: null,
  hasChatTemplate: false,
  licence: null,
} as const;
const writer = model({ facts: { ...facts, task: "text-generation" } });
const embedder = model({
  repo: "a/embed",
  image: "embeddings",
  facts: { ...facts, task: "feature-extraction" },
});

describe("the purpose", () => {
  test.each([
    ["of a model is what it is made for", undefined, embedder, "embeddings", "feature-extraction", 0],
    ["is what was asked for", "text-generation", writer, "text-generation", "text-generation", 0],
    [
      "of a writer may be to embed, with a warning",
      "embeddings",
      writer,
      "embeddings",
      "feature-extraction",
      1,
    ],
    ["of a command is unknown", undefined, undefined, "command", "unknown", 0],
    ["of a command may be told", "text-generation", undefined, "text-generation", "text-generation", 0],
  ] as const)("%s", (_fact, asked, of, image, task, warnings) => {
    const purpose = purposeOf(asked === undefined ? {} : { image: asked }, of);
    expect(purpose).toMatchObject({ image, task });
    expect(purpose.warnings).toHaveLength(warnings);
  });

  test("of an embedder cannot be to write", () => {
    expect(() => purposeOf({ image: "text-generation" }, embedder)).toThrow(
      "a/embed is made for feature-extraction and writes no text; run it as embeddings",
    );
  });
});

const as = (task: Task) => ({ image: taskImage(task), task });

const labeller = model({
  repo: "a/ner",
  image: "pipeline",
  facts: { ...facts, format: "onnx", task: "token-classification" },
});

describe("the purpose of a pipeline", () => {
  test.each([
    ["is what the model is made for", {}, labeller, "token-classification"],
    ["is what was asked for, by the task alone", { task: "fill-mask" }, writer, "fill-mask"],
    ["may be a task that has an image of its own", { image: "pipeline" }, embedder, "feature-extraction"],
  ] as const)("%s", (_fact, spec, of, task) => {
    expect(purposeOf(spec, of)).toEqual({ image: "pipeline", task, warnings: [] });
  });

  test.each([
    [
      "that nobody tells",
      { image: "pipeline" },
      model({ facts: { ...facts, task: "unknown" } }),
      "task",
      "--task",
    ],
    [
      "that is none",
      { image: "pipeline" },
      model({ facts: { ...facts, task: "text-ranking" } }),
      "task",
      "no pipeline",
    ],
    ["beside another image", { image: "embeddings", task: "fill-mask" }, writer, "task", "leave it out"],
    ["of a command", { image: "pipeline" }, undefined, "image", "a command is no pipeline"],
  ] as const)("%s is refused by the field", (_fact, spec, of, param, part) => {
    expect(() => purposeOf(spec, of)).toThrow(
      expect.objectContaining({ param, message: expect.stringContaining(part) as string }) as Error,
    );
  });

  test("is served by engines that have pipelines, and by no others, asked for or not", () => {
    const asked: unknown[] = [];
    const onnx: Engine = {
      ...llama,
      name: "transformers-js",
      tasks: [],
      pipelines: ["token-classification"],
      accepts: (_, task) => {
        asked.push(task);
        return { ok: true };
      },
    };
    const purpose = { image: "pipeline", task: "token-classification" } as const;
    expect(chooseEngine([anyCommand, llama, onnx], undefined, purpose, labeller)).toBe(onnx);
    expect(asked).toEqual(["token-classification"]);
    expect(() => chooseEngine([llama, onnx], "llama-cpp", purpose, labeller)).toThrow(
      "llama-cpp: it answers no token-classification at /predict",
    );
  });
});

describe("the engine", () => {
  const engines = [anyCommand, llama];

  test("is the first that serves the task and takes the model", () => {
    expect(chooseEngine(engines, undefined, as("text-generation"), writer)).toBe(llama);
  });

  test("of a command is the one for commands", () => {
    expect(chooseEngine(engines, undefined, as("unknown"), undefined)).toBe(anyCommand);
  });

  test("that takes no such model says why", () => {
    expect(() => chooseEngine(engines, undefined, as("text-generation"), model({ repo: "a/onnx" }))).toThrow(
      "no engine can serve a/onnx: llama-cpp: it is no GGUF model",
    );
  });

  test("for a task nobody serves is not there", () => {
    expect(() => chooseEngine(engines, undefined, as("automatic-speech-recognition"), writer)).toThrow(
      "no engine here serves automatic-speech-recognition",
    );
  });

  test("that was asked for and is not here is told with those there are", () => {
    expect(() => chooseEngine([anyCommand], "llama-cpp", as("text-generation"), writer)).toThrow(
      "there is no engine llama-cpp here; choose from command",
    );
  });
});
