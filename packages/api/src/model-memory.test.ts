import { expect, test } from "vitest";
import { estimateMemoryMiB } from "./model-memory.ts";

const llama8b = { contextTokens: 131_072, layers: 32, kvHeads: 8, headSize: 128 };

test.each([
  ["a 4.6 GiB 8B model at the default 4096 tokens", { ...llama8b, weightBytes: 4.6 * 2 ** 30 }, {}, 5822],
  ["four sequences hold four caches", { ...llama8b, weightBytes: 4.6 * 2 ** 30 }, { parallel: 4 }, 7358],
  ["a longer context holds a bigger cache", { ...llama8b, weightBytes: 0 }, { contextTokens: 8192 }, 1152],
  [
    "a short model is not charged for 4096 tokens",
    { ...llama8b, weightBytes: 0, contextTokens: 512 },
    {},
    192,
  ],
  [
    "a model of unknown shape is charged a tenth of its weights",
    { weightBytes: 1000 * 2 ** 20, contextTokens: null, layers: null, kvHeads: null, headSize: null },
    {},
    1328,
  ],
] as const)("%s", (_, shape, launch, memoryMiB) => {
  expect(estimateMemoryMiB(shape, launch)).toBe(memoryMiB);
});
