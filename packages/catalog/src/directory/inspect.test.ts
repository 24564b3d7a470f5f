import { join } from "node:path";
import type { Profile } from "@berth/api";
import { temporaryFolder, writeFiles } from "@berth/testing/temporary-folder";
import { tinyChatGguf } from "@berth/testing/tiny-gguf";
import { expect, test } from "vitest";
import { createModelSource } from "./index.ts";

const signal = new AbortController().signal;
const source = createModelSource();
const place = {
  schema: "local",
  slurm: null,
  connection: null,
  home: "/nowhere",
  cache: "/nowhere",
} as const;
const profile: Profile = {
  id: "p",
  name: "p",
  default: true,
  status: "ready",
  statusReason: null,
  ...place,
};

/** The smallest safetensors file with one F32 tensor of this many weights. */
function safetensors(weights: number): Buffer {
  const entry = { dtype: "F32", shape: [weights], data_offsets: [0, weights * 4] };
  const header = Buffer.from(JSON.stringify({ __metadata__: { format: "pt" }, weight: entry }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, Buffer.alloc(weights * 4)]);
}

test("a GGUF file is named after itself, unless it is given a name", async () => {
  await using folder = await temporaryFolder();
  await writeFiles(folder.path, { "tiny-Q8_0.gguf": tinyChatGguf() });
  const path = join(folder.path, "tiny-Q8_0.gguf");
  expect(await source.inspect(path, undefined, profile, signal)).toMatchObject({
    repo: "tiny-Q8_0",
    path: folder.path,
    location: "directory",
    files: [{ path: "tiny-Q8_0.gguf" }],
    facts: { parameters: 64 * 16 + 64 * 64, quantisation: "Q8_0" },
  });
  expect(await source.inspect(path, "mine", profile, signal)).toMatchObject({ repo: "mine" });
});

test("a folder as transformers writes it is told by config.json and the safetensors' headers", async () => {
  await using folder = await temporaryFolder();
  await writeFiles(folder.path, {
    "config.json": JSON.stringify({
      architectures: ["Qwen2ForCausalLM"],
      hidden_size: 896,
      num_hidden_layers: 24,
      num_attention_heads: 14,
      num_key_value_heads: 2,
      max_position_embeddings: 32768,
      torch_dtype: "bfloat16",
    }),
    "tokenizer_config.json": JSON.stringify({ chat_template: "{{ messages }}" }),
    "README.md": "---\ntags: [chat]\nlicense: apache-2.0\n---\n# Model\n",
    "model-00001-of-00002.safetensors": safetensors(100),
    "model-00002-of-00002.safetensors": safetensors(23),
  });
  expect(await source.inspect(folder.path, undefined, profile, signal)).toMatchObject({
    status: "ready",
    image: "text-generation",
    files: [],
    facts: {
      format: "safetensors",
      task: "text-generation",
      architecture: "Qwen2ForCausalLM",
      parameters: 123,
      quantisation: "BF16",
      contextTokens: 32768,
      layers: 24,
      kvHeads: 2,
      headSize: 64,
      hasChatTemplate: true,
      licence: "apache-2.0",
    },
  });
});

test.each([
  ["nothing", {}, "", "no weights are there"],
  ["a path that is not there", {}, "gone", "nothing is there"],
  ["a text file", { "a.txt": "hello" }, "a.txt", "a.txt is not a GGUF model"],
  [
    "a GGUF that is none",
    { "a.gguf": "hello" },
    "a.gguf",
    "a.gguf: not a GGUF file: it starts with 68656c6c",
  ],
  ["a config that is not JSON", { "config.json": "{", "model.safetensors": "" }, "", "config.json: not JSON"],
  [
    "cut weights",
    { "model.safetensors": safetensors(9).subarray(0, -1) },
    "",
    "model.safetensors: the file has",
  ],
] as const)("%s is refused with the reason", async (_, files, path, reason) => {
  await using folder = await temporaryFolder();
  await writeFiles(folder.path, files);
  await expect(source.inspect(join(folder.path, path), undefined, profile, signal)).rejects.toMatchObject({
    code: "unprocessable",
    param: "path",
    message: expect.stringContaining(`is no usable model: ${reason}`),
  });
});

test("a relative path is refused", async () => {
  await expect(source.inspect("models/a.gguf", undefined, profile, signal)).rejects.toMatchObject({
    code: "unprocessable",
    message: 'path: give an absolute path, not "models/a.gguf"',
  });
});
