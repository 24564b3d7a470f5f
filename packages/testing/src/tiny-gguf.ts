/** Writes small but valid GGUF files for tests, from the format's own description; knows nothing of our reader. */

export interface TinyTensor {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Whole numbers are written as u32, other numbers as f32, arrays as arrays of strings or i32. */
export type TinyValue = string | number | boolean | readonly string[] | readonly number[];

export interface TinyGguf {
  readonly metadata?: Readonly<Record<string, TinyValue>>;
  readonly tensors?: readonly TinyTensor[];
}

const alignment = 32;
const types = { u32: 4, i32: 5, f32: 6, bool: 7, string: 8, array: 9 } as const;

/** A GGUF v3 file with F32 tensors of zeros. */
export function tinyGguf({ metadata = {}, tensors = [] }: TinyGguf): Buffer {
  const parts: Buffer[] = [
    Buffer.from("GGUF"),
    u32(3),
    u64(tensors.length),
    u64(Object.keys(metadata).length),
  ];
  for (const [key, value] of Object.entries(metadata)) parts.push(text(key), typed(value));
  let offset = 0;
  for (const { name, shape } of tensors) {
    parts.push(text(name), u32(shape.length), ...shape.map(u64), u32(0), u64(offset));
    offset += pad(4 * shape.reduce((product, size) => product * size, 1));
  }
  const header = Buffer.concat(parts);
  return Buffer.concat([header, Buffer.alloc(pad(header.length) - header.length), Buffer.alloc(offset)]);
}

/** A chat model of llama's architecture with one block of weights. */
export function tinyChatGguf(metadata: Readonly<Record<string, TinyValue>> = {}): Buffer {
  return tinyGguf({
    metadata: {
      "general.architecture": "llama",
      "general.file_type": 0,
      "llama.context_length": 2048,
      "llama.embedding_length": 64,
      "llama.block_count": 2,
      "llama.attention.head_count": 8,
      "llama.attention.head_count_kv": 4,
      "tokenizer.ggml.tokens": ["a", "b"],
      "tokenizer.chat_template": "{{ messages }}",
      ...metadata,
    },
    tensors: [
      { name: "token_embd.weight", shape: [64, 16] },
      { name: "blk.0.attn_q.weight", shape: [64, 64] },
    ],
  });
}

function typed(value: TinyValue): Buffer {
  if (typeof value === "string") return Buffer.concat([u32(types.string), text(value)]);
  if (typeof value === "boolean") return Buffer.concat([u32(types.bool), Buffer.from([value ? 1 : 0])]);
  if (typeof value === "number") {
    return Buffer.concat(
      Number.isInteger(value) ? [u32(types.u32), u32(value)] : [u32(types.f32), f32(value)],
    );
  }
  const strings = typeof value[0] === "string";
  const items = value.map((item) => (typeof item === "string" ? text(item) : u32(item)));
  return Buffer.concat([
    u32(types.array),
    u32(strings ? types.string : types.i32),
    u64(value.length),
    ...items,
  ]);
}

const pad = (length: number): number => Math.ceil(length / alignment) * alignment;

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function f32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, "utf8");
  return Buffer.concat([u64(bytes.length), bytes]);
}
