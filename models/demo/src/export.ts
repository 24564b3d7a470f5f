// Writes model files from out/vocab.json and out/weights.bin (or, with --random, from a seeded generator):
//   out/pilot-{f32,f16,q8_0,q4_0}.gguf   and   out/hf/ (config.json, tokenizer.json, tokenizer_config.json, model.safetensors)
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import type { Vocab } from "./bpe.ts";
import { CHAT_TEMPLATE, END_OF_TEXT, IM_END, SPECIALS } from "./chat.ts";
import { CONFIG, RMS_EPS, ROPE_BASE } from "./config.ts";
import { Rng } from "./corpus.ts";
import {
  bool,
  f32,
  i32s,
  str,
  strs,
  toHalf,
  u32,
  writeGguf,
  type Encoding,
  type Meta,
  type Tensor,
} from "./gguf.ts";

const random = process.argv.includes("--random");
const name = random ? "tiny-random" : "pilot";
const vocab = JSON.parse(readFileSync("out/vocab.json", "utf8")) as Vocab;
const { width: D, layers, heads, kvHeads, ffn, context } = CONFIG;
const headDim = D / heads;
const kvDim = kvHeads * headDim;

interface Weight {
  gguf: string;
  hf: string;
  shape: readonly number[];
  data: Float32Array;
}

/** In the order in which train.cpp lays them out; shapes are [out, in]. */
function layout(): Omit<Weight, "data">[] {
  const out: Omit<Weight, "data">[] = [
    { gguf: "token_embd.weight", hf: "model.embed_tokens.weight", shape: [CONFIG.vocab, D] },
  ];
  for (let l = 0; l < layers; l++) {
    const add = (gguf: string, hf: string, shape: readonly number[]): void => {
      out.push({ gguf: `blk.${l}.${gguf}.weight`, hf: `model.layers.${l}.${hf}.weight`, shape });
    };
    add("attn_norm", "input_layernorm", [D]);
    add("attn_q", "self_attn.q_proj", [D, D]);
    add("attn_k", "self_attn.k_proj", [kvDim, D]);
    add("attn_v", "self_attn.v_proj", [kvDim, D]);
    add("attn_output", "self_attn.o_proj", [D, D]);
    add("ffn_norm", "post_attention_layernorm", [D]);
    add("ffn_gate", "mlp.gate_proj", [ffn, D]);
    add("ffn_up", "mlp.up_proj", [ffn, D]);
    add("ffn_down", "mlp.down_proj", [D, ffn]);
  }
  out.push({ gguf: "output_norm.weight", hf: "model.norm.weight", shape: [D] });
  return out;
}

function load(): Weight[] {
  const specs = layout();
  const total = specs.reduce((n, s) => n + s.shape.reduce((a, b) => a * b, 1), 0);
  let all: Float32Array;
  if (random) {
    const r = new Rng(42);
    all = Float32Array.from({ length: total }, () => r.normal() * 0.05);
  } else {
    const b = readFileSync("out/weights.bin");
    if (b.length !== total * 4) throw new Error(`weights.bin has ${b.length} bytes, ${total * 4} are needed`);
    all = new Float32Array(b.buffer.slice(b.byteOffset, b.byteOffset + b.length));
  }
  let at = 0;
  return specs.map((s) => {
    const n = s.shape.reduce((a, b) => a * b, 1);
    const data = all.subarray(at, (at += n));
    if (random && s.shape.length === 1) data.fill(1);
    return { ...s, data };
  });
}

const id = (t: string): number => vocab.tokens.indexOf(t);
const meta: Record<string, Meta> = {
  "general.architecture": str("llama"),
  "general.type": str("model"),
  "general.name": str(random ? "Tiny Random" : "Berth Pilot"),
  "general.size_label": str("3.7M"),
  "general.license": str("apache-2.0"),
  "general.quantization_version": u32(2),
  "llama.vocab_size": u32(CONFIG.vocab),
  "llama.context_length": u32(context),
  "llama.embedding_length": u32(D),
  "llama.block_count": u32(layers),
  "llama.feed_forward_length": u32(ffn),
  "llama.rope.dimension_count": u32(headDim),
  "llama.rope.freq_base": f32(ROPE_BASE),
  "llama.attention.head_count": u32(heads),
  "llama.attention.head_count_kv": u32(kvHeads),
  "llama.attention.layer_norm_rms_epsilon": f32(RMS_EPS),
  "tokenizer.ggml.model": str("gpt2"),
  "tokenizer.ggml.pre": str("smollm"),
  "tokenizer.ggml.tokens": strs(vocab.tokens),
  "tokenizer.ggml.token_type": i32s(vocab.tokens.map((t) => (vocab.specials.includes(t) ? 3 : 1))),
  "tokenizer.ggml.merges": strs(vocab.merges),
  "tokenizer.ggml.bos_token_id": u32(id(END_OF_TEXT)),
  "tokenizer.ggml.eos_token_id": u32(id(IM_END)),
  "tokenizer.ggml.padding_token_id": u32(id(END_OF_TEXT)),
  "tokenizer.ggml.add_bos_token": bool(false),
  "tokenizer.ggml.add_space_prefix": bool(false),
  "tokenizer.chat_template": str(CHAT_TEMPLATE),
};
const FILE_TYPE: Record<Encoding, number> = { F32: 0, F16: 1, Q4_0: 2, Q8_0: 7 };

const weights = load();
mkdirSync("out/hf", { recursive: true });
for (const encoding of ["F32", "F16", "Q8_0", "Q4_0"] as const) {
  const tensors: Tensor[] = weights.map((w) => ({
    name: w.gguf,
    dims: [...w.shape].reverse(),
    data: w.data,
    encoding:
      w.shape.length === 1
        ? "F32"
        : encoding === "Q4_0" && w.gguf.startsWith("token_embd")
          ? "Q8_0"
          : encoding,
  }));
  const path = `out/${name}-${encoding.toLowerCase()}.gguf`;
  const bytes = writeGguf(path, { ...meta, "general.file_type": u32(FILE_TYPE[encoding]) }, tensors);
  console.log(`${path}: ${(bytes / 1e6).toFixed(2)} MB`);
}

// ---- The same model as a Hugging Face folder ----

/** Neighbouring rotary pairs (llama.cpp) to halves (transformers). */
function halves(w: Weight, nHeads: number): Float32Array {
  const out = new Float32Array(w.data.length);
  const cols = w.shape[1]!;
  for (let h = 0; h < nHeads; h++)
    for (let i = 0; i < headDim; i++) {
      const from = h * headDim + (i < headDim / 2 ? 2 * i : 2 * (i - headDim / 2) + 1);
      out.set(w.data.subarray(from * cols, (from + 1) * cols), (h * headDim + i) * cols);
    }
  return out;
}
export function hfWeights(): { name: string; shape: readonly number[]; data: Float32Array }[] {
  return weights.map((w) => ({
    name: w.hf,
    shape: w.shape,
    data: w.hf.includes("q_proj") ? halves(w, heads) : w.hf.includes("k_proj") ? halves(w, kvHeads) : w.data,
  }));
}

const header: Record<string, unknown> = { __metadata__: { format: "pt" } };
const blobs: Buffer[] = [];
let offset = 0;
for (const w of hfWeights()) {
  const b = Buffer.alloc(w.data.length * 2);
  for (let i = 0; i < w.data.length; i++) b.writeUInt16LE(toHalf(w.data[i]!), i * 2);
  header[w.name] = { dtype: "F16", shape: w.shape, data_offsets: [offset, (offset += b.length)] };
  blobs.push(b);
}
let json = JSON.stringify(header);
json += " ".repeat((8 - (json.length % 8)) % 8);
const size = Buffer.alloc(8);
size.writeBigUInt64LE(BigInt(json.length));
writeFileSync("out/hf/model.safetensors", Buffer.concat([size, Buffer.from(json), ...blobs]));

const write = (file: string, v: unknown): void =>
  writeFileSync(`out/hf/${file}`, `${JSON.stringify(v, null, 2)}\n`);
write("config.json", {
  architectures: ["LlamaForCausalLM"],
  model_type: "llama",
  vocab_size: CONFIG.vocab,
  hidden_size: D,
  intermediate_size: ffn,
  num_hidden_layers: layers,
  num_attention_heads: heads,
  num_key_value_heads: kvHeads,
  head_dim: headDim,
  hidden_act: "silu",
  max_position_embeddings: context,
  rms_norm_eps: RMS_EPS,
  rope_theta: ROPE_BASE,
  tie_word_embeddings: true,
  attention_bias: false,
  mlp_bias: false,
  bos_token_id: id(END_OF_TEXT),
  eos_token_id: id(IM_END),
  pad_token_id: id(END_OF_TEXT),
  torch_dtype: "float16",
  use_cache: true,
});
write("generation_config.json", {
  bos_token_id: id(END_OF_TEXT),
  eos_token_id: [id(IM_END), id(END_OF_TEXT)],
  pad_token_id: id(END_OF_TEXT),
});
write("tokenizer.json", {
  version: "1.0",
  truncation: null,
  padding: null,
  added_tokens: SPECIALS.map((content, i) => ({
    id: i,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  })),
  normalizer: null,
  pre_tokenizer: {
    type: "Sequence",
    pretokenizers: [
      { type: "Digits", individual_digits: true },
      { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
    ],
  },
  post_processor: null,
  decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
  model: {
    type: "BPE",
    dropout: null,
    unk_token: null,
    continuing_subword_prefix: null,
    end_of_word_suffix: null,
    fuse_unk: false,
    byte_fallback: false,
    ignore_merges: false,
    vocab: Object.fromEntries(vocab.tokens.map((t, i) => [t, i])),
    merges: vocab.merges.map((m) => m.split(" ")),
  },
});
write("tokenizer_config.json", {
  tokenizer_class: "PreTrainedTokenizerFast",
  add_bos_token: false,
  bos_token: END_OF_TEXT,
  eos_token: IM_END,
  pad_token: END_OF_TEXT,
  model_max_length: context,
  clean_up_tokenization_spaces: false,
  chat_template: CHAT_TEMPLATE,
});
