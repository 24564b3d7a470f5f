// Writes a llama-architecture GGUF of any shape with random weights: what it says is noise, but its size, its memory,
// its load time and its speed are those of a real model of that shape.
//   node src/random-llama.ts PRESET [F16|Q8_0|Q4_0] [FILE]
import { readFileSync } from "node:fs";
import type { Vocab } from "./bpe.ts";
import { CHAT_TEMPLATE, END_OF_TEXT, IM_END } from "./chat.ts";
import {
  bool,
  encodedSize,
  f32,
  i32s,
  str,
  strs,
  toHalf,
  u32,
  writeGguf,
  type Encoding,
  type Tensor,
} from "./gguf.ts";

interface Shape {
  vocab: number;
  width: number;
  layers: number;
  heads: number;
  kvHeads: number;
  ffn: number;
  context: number;
}
const PRESETS: Record<string, Shape> = {
  "3m": { vocab: 2048, width: 256, layers: 4, heads: 8, kvHeads: 4, ffn: 768, context: 2048 },
  "135m": { vocab: 49152, width: 576, layers: 30, heads: 9, kvHeads: 3, ffn: 1536, context: 8192 },
  "500m": { vocab: 49152, width: 1024, layers: 32, heads: 16, kvHeads: 4, ffn: 2816, context: 8192 },
  "1b": { vocab: 49152, width: 2048, layers: 22, heads: 32, kvHeads: 4, ffn: 5632, context: 8192 },
};
const [preset = "135m", encodingArg = "Q4_0", fileArg] = process.argv.slice(2);
const p = PRESETS[preset];
if (!p || !["F16", "Q8_0", "Q4_0"].includes(encodingArg))
  throw new Error(`presets: ${Object.keys(PRESETS).join(", ")}; encodings: F16, Q8_0, Q4_0`);
const encoding = encodingArg as Encoding;
const file = fileArg ?? `out/random-${preset}-${encoding.toLowerCase()}.gguf`;

const words = new Uint32Array(1 << 20);
let s = 88172645;
for (let i = 0; i < words.length; i++) {
  s ^= s << 13;
  s ^= s >>> 17;
  s ^= s << 5;
  words[i] = s;
}
const noise = Buffer.from(words.buffer);

/** Random quantised blocks around a fixed scale; far quicker than quantising random numbers. */
function blob(n: number, e: Encoding): Buffer {
  const b = Buffer.allocUnsafe(encodedSize(n, e));
  for (let at = 0; at < b.length; at += noise.length)
    noise.copy(b, at, 0, Math.min(noise.length, b.length - at));
  if (e === "F16") for (let i = 0; i < n; i++) b[i * 2 + 1] = (b[i * 2 + 1]! & 0x83) | 0x24; // |x| in [2^-6, 2^-5)
  else {
    const [size, scale] = e === "Q8_0" ? [34, toHalf(0.0003)] : [18, toHalf(0.004)];
    for (let at = 0; at < b.length; at += size) b.writeUInt16LE(scale, at);
  }
  return b;
}

const base = JSON.parse(readFileSync("out/vocab.json", "utf8")) as Vocab;
const tokens = [...base.tokens];
while (tokens.length < p.vocab) tokens.push(`<|extra_${tokens.length}|>`);
const id = (t: string): number => base.tokens.indexOf(t);

const hd = p.width / p.heads;
const kv = hd * p.kvHeads;
const tensors: Tensor[] = [];
let params = 0;
function add(name: string, dims: number[], as: Encoding = encoding): void {
  const n = dims.reduce((a, b) => a * b, 1);
  params += n;
  tensors.push({
    name,
    dims,
    encoding: dims.length === 1 ? "F32" : as,
    data: dims.length === 1 ? new Float32Array(n).fill(1) : () => blob(n, as),
  });
}
add("token_embd.weight", [p.width, p.vocab], encoding === "Q4_0" ? "Q8_0" : encoding);
add("output_norm.weight", [p.width]);
for (let l = 0; l < p.layers; l++) {
  const b = `blk.${l}.`;
  add(`${b}attn_norm.weight`, [p.width]);
  add(`${b}attn_q.weight`, [p.width, p.width]);
  add(`${b}attn_k.weight`, [p.width, kv]);
  add(`${b}attn_v.weight`, [p.width, kv]);
  add(`${b}attn_output.weight`, [p.width, p.width]);
  add(`${b}ffn_norm.weight`, [p.width]);
  add(`${b}ffn_gate.weight`, [p.width, p.ffn]);
  add(`${b}ffn_up.weight`, [p.width, p.ffn]);
  add(`${b}ffn_down.weight`, [p.ffn, p.width]);
}
const bytes = writeGguf(
  file,
  {
    "general.architecture": str("llama"),
    "general.name": str(`Random ${preset}`),
    "general.file_type": u32(encoding === "F16" ? 1 : encoding === "Q8_0" ? 7 : 2),
    "general.quantization_version": u32(2),
    "llama.vocab_size": u32(p.vocab),
    "llama.context_length": u32(p.context),
    "llama.embedding_length": u32(p.width),
    "llama.block_count": u32(p.layers),
    "llama.feed_forward_length": u32(p.ffn),
    "llama.rope.dimension_count": u32(hd),
    "llama.rope.freq_base": f32(10_000),
    "llama.attention.head_count": u32(p.heads),
    "llama.attention.head_count_kv": u32(p.kvHeads),
    "llama.attention.layer_norm_rms_epsilon": f32(1e-5),
    "tokenizer.ggml.model": str("gpt2"),
    "tokenizer.ggml.pre": str("smollm"),
    "tokenizer.ggml.tokens": strs(tokens),
    "tokenizer.ggml.token_type": i32s(
      tokens.map((t, i) => (i >= base.tokens.length ? 5 : base.specials.includes(t) ? 3 : 1)),
    ),
    "tokenizer.ggml.merges": strs(base.merges),
    "tokenizer.ggml.bos_token_id": u32(id(END_OF_TEXT)),
    "tokenizer.ggml.eos_token_id": u32(id(IM_END)),
    "tokenizer.ggml.add_bos_token": bool(false),
    "tokenizer.chat_template": str(CHAT_TEMPLATE),
  },
  tensors,
);
console.log(`${file}: ${(params / 1e6).toFixed(1)} M parameters, ${(bytes / 1e6).toFixed(1)} MB`);
