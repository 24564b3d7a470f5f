import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gguf } from "@huggingface/gguf";
import { temporaryFolder } from "@berth/testing/temporary-folder";
import { tinyChatGguf, tinyGguf } from "@berth/testing/tiny-gguf";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ggufFacts, whyTruncated } from "./facts.ts";
import { type GgufReading, readGgufHeader } from "./header.ts";

const pilot = new URL("../../../../models/demo/pilot-q8_0.gguf", import.meta.url).pathname;

async function read(bytes: Buffer): Promise<GgufReading> {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, "model.gguf"), bytes);
  return readGgufHeader(join(folder.path, "model.gguf"));
}

test("the demo model's header reads as @huggingface/gguf reads it", async () => {
  const theirs = await gguf(pilot, { allowLocalFile: true, computeParametersCount: true });
  const ours = await readGgufHeader(pilot);
  if (ours.kind !== "header") throw new Error(ours.reason);
  expect(ours.header.dataOffset).toBe(Number(theirs.tensorDataOffset));
  expect(ours.header.tensors).toEqual(
    theirs.tensorInfos.map((tensor) => ({
      name: tensor.name,
      elements: tensor.shape.reduce((product, size) => product * Number(size), 1),
      type: tensor.dtype,
      offset: Number(tensor.offset),
    })),
  );
  for (const [key, value] of Object.entries(theirs.metadata)) {
    if (["version", "tensor_count", "kv_count"].includes(key)) continue;
    const expected = Array.isArray(value) ? expect.objectContaining({ length: value.length }) : value;
    expect(ours.header.metadata.get(key), key).toEqual(expected);
  }
  expect(ggufFacts([ours], null)).toEqual({
    format: "gguf",
    task: "text-generation",
    architecture: "llama",
    parameters: theirs.parameterCount,
    quantisation: "Q8_0",
    contextTokens: 512,
    embeddingLength: 256,
    layers: 4,
    kvHeads: 4,
    headSize: 32,
    hasChatTemplate: true,
    licence: "apache-2.0",
  });
});

test("a header longer than the first read is read whole", async () => {
  const tokens = Array.from({ length: 150_000 }, (_, index) => `token-${index}`);
  const reading = await read(tinyChatGguf({ "tokenizer.ggml.tokens": tokens, "general.license": "mit" }));
  expect(reading).toMatchObject({ kind: "header" });
  if (reading.kind === "header") expect(ggufFacts([reading], null).licence).toBe("mit");
});

test.each([
  ["an empty file", Buffer.alloc(0), "the file ends inside its header, at byte 0"],
  ["three bytes", Buffer.from("GGU"), "the file ends inside its header, at byte 3"],
  ["a web page", Buffer.from("<html></html>"), 'not a GGUF file: it starts with 3c68746d instead of "GGUF"'],
  ["a header of 60 bytes", tinyChatGguf().subarray(0, 60), "the file ends inside its header, at byte 60"],
  ["version 9", withBytes(4, [9]), "GGUF version 9 is not 2 or 3"],
  ["2^56 tensors", withBytes(15, [1]), "it claims over 100000 for tensors"],
  [
    "as many tensors as would fill the memory",
    withBytes(8, [0, 0x12, 0x7a]),
    "it claims over 100000 for tensors",
  ],
  ["2^56 metadata entries", withBytes(23, [1]), "it claims over 100000 for metadata entries"],
])("%s is corrupt, with the reason", async (_, bytes, reason) => {
  expect(await read(bytes)).toEqual({ kind: "corrupt", reason });
});

function withBytes(offset: number, bytes: readonly number[]): Buffer {
  const file = Buffer.from(tinyChatGguf());
  file.set(bytes, offset);
  return file;
}

test("a file cut behind its header is told with both sizes, and a whole one passes", async () => {
  const whole = tinyChatGguf();
  for (const length of [whole.length, whole.length - 1]) {
    const reading = await read(whole.subarray(0, length));
    if (reading.kind !== "header") throw new Error(reading.reason);
    const expected =
      length === whole.length
        ? null
        : `the file has ${length} bytes, but its tensors need ${whole.length}: it was cut short`;
    expect(whyTruncated(reading.header, reading.fileBytes)).toBe(expected);
  }
});

test("damaged bytes never make it throw", async () => {
  const whole = tinyChatGguf();
  await using folder = await temporaryFolder();
  const path = join(folder.path, "damaged.gguf");
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }),
      fc.nat(whole.length),
      async (damage, length) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of damage) bytes[at] = value;
        await writeFile(path, bytes.subarray(0, length));
        const reading = await readGgufHeader(path);
        if (reading.kind === "header") ggufFacts([reading], null);
      },
    ),
    { numRuns: 300 },
  );
});

test.each([
  ["a BERT", { "general.architecture": "bert", "bert.pooling_type": 1 }, [], "feature-extraction"],
  ["a BERT that ranks", { "general.architecture": "bert", "bert.pooling_type": 4 }, [], "text-ranking"],
  ["cls tensors", { "general.architecture": "bert" }, ["cls.output.weight"], "text-ranking"],
  [
    "a decoder with pooling",
    { "general.architecture": "qwen3", "qwen3.pooling_type": 3 },
    [],
    "feature-extraction",
  ],
  ["a decoder", { "general.architecture": "qwen3" }, [], "text-generation"],
  ["a LoRA adapter", { "general.architecture": "llama", "general.type": "adapter" }, [], "unknown"],
  ["a vision tower", { "general.architecture": "clip" }, [], "unknown"],
  ["a file without architecture", {}, [], "unknown"],
] as const)("%s is for the task %4$s", async (_, metadata, tensors, task) => {
  const reading = await read(
    tinyGguf({ metadata, tensors: tensors.map((name) => ({ name, shape: [2, 2] })) }),
  );
  if (reading.kind !== "header") throw new Error(reading.reason);
  expect(ggufFacts([reading], null).task).toBe(task);
});
