import { expect, test } from "vitest";
import { matchesGlob } from "./glob.ts";
import { chooseFiles, variantsOf } from "./variants.ts";

const files = (...paths: string[]) =>
  paths.map((path, index) => ({ path, sizeBytes: (index + 1) * 2 ** 20 }));

test("each quantisation is a choice, sharded ones whole, and Q4_K_M is recommended", () => {
  const variants = variantsOf(
    files(
      "README.md",
      "m-Q8_0-00001-of-00002.gguf",
      "m-Q8_0-00002-of-00002.gguf",
      "m-Q4_K_M.gguf",
      "mmproj-F16.gguf",
    ),
  );
  expect(variants).toEqual([
    {
      name: "Q4_K_M",
      files: ["m-Q4_K_M.gguf"],
      sizeBytes: 4 * 2 ** 20,
      estimatedMemoryMiB: 133,
      recommended: true,
    },
    {
      name: "Q8_0",
      files: ["m-Q8_0-00001-of-00002.gguf", "m-Q8_0-00002-of-00002.gguf"],
      sizeBytes: 5 * 2 ** 20,
      estimatedMemoryMiB: 134,
      recommended: false,
    },
  ]);
});

test.each([
  [
    "safetensors are taken, the same weights in other formats are not",
    [
      "config.json",
      "model.safetensors",
      "pytorch_model.bin",
      "onnx/model.onnx",
      "tf_model.h5",
      "tokenizer.json",
    ],
    ["config.json", "model.safetensors", "tokenizer.json"],
  ],
  [
    "Mistral's consolidated weights are left out beside transformers' own",
    ["consolidated.safetensors", "model-00001-of-00001.safetensors", "params.json"],
    ["model-00001-of-00001.safetensors", "params.json"],
  ],
  ["consolidated weights alone are taken", ["consolidated.safetensors"], ["consolidated.safetensors"]],
  [
    "without safetensors PyTorch's weights are",
    ["pytorch_model.bin", "config.json"],
    ["pytorch_model.bin", "config.json"],
  ],
  [
    "pictures and git's own files are not needed",
    [".gitattributes", "plot.png", "model.safetensors"],
    ["model.safetensors"],
  ],
])("all: %s", (_, paths, chosen) => {
  const [all, ...others] = variantsOf(files(...paths));
  expect(others).toEqual([]);
  expect(all).toMatchObject({ name: "all", files: chosen, recommended: true });
});

test("two files of one quantisation are told apart by name, and one without is called after itself", () => {
  const names = variantsOf(files("a-Q8_0.gguf", "b-Q8_0.gguf", "c.gguf")).map(({ name }) => name);
  expect(names).toEqual(["a-Q8_0", "b-Q8_0", "c"]);
});

const repo = files("README.md", "m-Q8_0.gguf", "m-Q4_0.gguf", "sub/notes[1].txt");

test.each([
  ["the recommended variant when nothing is said", {}, ["m-Q4_0.gguf"]],
  ["a variant by name, in any case", { variant: "q8_0" }, ["m-Q8_0.gguf"]],
  ["globs", { include: ["*.gguf", "README*"], exclude: ["*Q4*"] }, ["README.md", "m-Q8_0.gguf"]],
  ["all but", { exclude: ["*.gguf"] }, ["README.md", "sub/notes[1].txt"]],
])("chosen: %s", (_, choice, chosen) => {
  expect(chooseFiles("o/m", repo, choice)).toEqual(chosen);
});

test.each([
  ["an unknown variant", { variant: "Q2_K" }, "variant", 'o/m has no "Q2_K"; it has Q4_0, Q8_0'],
  [
    "globs that match nothing",
    { include: ["*.bin"] },
    "include",
    "include: no file of o/m is left by include *.bin and exclude nothing",
  ],
  [
    "variant and globs at once",
    { variant: "Q8_0", include: ["*"] },
    "variant",
    "variant: give either variant or include and exclude",
  ],
])("refused: %s", (_, choice, param, message) => {
  expect(() => chooseFiles("o/m", repo, choice)).toThrowError(
    expect.objectContaining({ code: "unprocessable", param, message }),
  );
});

test.each([
  ["a/b/c.gguf", "*.gguf", true],
  ["a/b/c.gguf", "a/", true],
  ["c.ggufx", "*.gguf", false],
  ["a1", "a[0-3]", true],
  ["a1", "a[!0-3]", false],
  ["a.b", "a?b", true],
  ["axb", "a.b", false],
  ["a[1]", "a[[]1]", true],
  ["a".repeat(60), `${"*a".repeat(6)}b`, false],
  ["a".repeat(60), "*".repeat(60), true],
])("%s against %s: %s", (path, glob, matches) => {
  expect(matchesGlob(path, glob)).toBe(matches);
});
