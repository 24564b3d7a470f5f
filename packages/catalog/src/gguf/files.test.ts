import { expect, test } from "vitest";
import { groupGgufFiles, quantisationOfName } from "./files.ts";

test.each([
  ["pilot-q8_0.gguf", "Q8_0"],
  ["Llama-3.2-1B-Instruct-Q4_K_M.gguf", "Q4_K_M"],
  ["Qwen3-4B-UD-Q4_K_XL.gguf", "UD-Q4_K_XL"],
  ["sub/model.IQ2_XXS.gguf", "IQ2_XXS"],
  ["model-BF16-00001-of-00002.gguf", "BF16"],
  ["model-fp16.gguf", "F16"],
  ["gpt-oss-20b-MXFP4.gguf", "MXFP4"],
  ["model-Q6_K.gguf", "Q6_K"],
  ["model-IQ4_NL.gguf", "IQ4_NL"],
  ["model-TQ1_0.gguf", "TQ1_0"],
  ["BF16/model-Q4_0.gguf", "Q4_0"],
  ["model.gguf", null],
  ["Qwen2-Q-star.gguf", null],
] as const)("the name %s tells %s", (name, quantisation) => {
  expect(quantisationOfName(name)).toBe(quantisation);
});

const file = (path: string, sizeBytes = 1): { path: string; sizeBytes: number } => ({ path, sizeBytes });

test("shards are one model, opened by the first, with the sizes added up", () => {
  const sets = groupGgufFiles([file("m-Q8_0-00002-of-00002.gguf", 3), file("m-Q8_0-00001-of-00002.gguf", 4)]);
  expect(sets).toMatchObject([
    { path: "m-Q8_0-00001-of-00002.gguf", sizeBytes: 7, quantisation: "Q8_0", missingShards: [] },
  ]);
});

test("a missing shard is named, and the first is still what would be opened", () => {
  expect(groupGgufFiles([file("m-00003-of-00003.gguf")])).toMatchObject([
    { path: "m-00001-of-00003.gguf", missingShards: [1, 2] },
  ]);
});

test("projectors and importance matrices are no models", () => {
  const names = [
    "mmproj-model-f16.gguf",
    "model.mmproj-Q8_0.gguf",
    "imatrix.gguf",
    "model.Q8_0.imatrix.gguf",
  ];
  expect(groupGgufFiles(names.map((name) => file(name)))).toEqual([]);
});

test("a model quantised with an importance matrix is still a model", () => {
  expect(groupGgufFiles([file("model-imatrix-Q4_K_M.gguf")])).toHaveLength(1);
});

test("Q4_K_M comes first, unknown quantisations last and smaller ones before bigger", () => {
  const sets = groupGgufFiles([
    file("m-F32.gguf", 9),
    file("m-big.gguf", 8),
    file("m-small.gguf", 2),
    file("m-Q8_0.gguf", 5),
    file("m-Q4_K_M.gguf", 3),
  ]);
  expect(sets.map((set) => set.path)).toEqual([
    "m-Q4_K_M.gguf",
    "m-Q8_0.gguf",
    "m-F32.gguf",
    "m-small.gguf",
    "m-big.gguf",
  ]);
});
