// Writes out/tiny-random-embed.gguf and out/tiny-random-rerank.gguf: BERT-architecture encoders with random weights,
// so that embedding and reranking calls run for real.
import { writeGguf, bool, f32, i32s, str, strs, u32, type Meta, type Tensor } from "./gguf.ts";
import { Rng } from "./corpus.ts";

const D = 64,
  LAYERS = 2,
  HEADS = 4,
  FFN = 128,
  CTX = 256;
const specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
const letters = Array.from("abcdefghijklmnopqrstuvwxyz0123456789.,!?'\"-:;()");
// WordPiece as llama.cpp holds it: a word's start is marked, what continues it is not.
const tokens = [...specials, ...letters.map((c) => `\u2581${c}`), ...letters];

function write(path: string, rank: boolean): void {
  const r = new Rng(rank ? 6 : 5);
  const tensors: Tensor[] = [];
  const noise = (n: number): Float32Array => Float32Array.from({ length: n }, () => r.normal() * 0.2);
  const add = (name: string, dims: number[], value?: number): void => {
    const n = dims.reduce((a, b) => a * b, 1);
    tensors.push({
      name,
      dims,
      encoding: dims.length > 1 && dims[1]! > 1 ? "F16" : "F32",
      data: value === undefined ? noise(n) : new Float32Array(n).fill(value),
    });
  };
  const norm = (name: string): void => {
    add(`${name}.weight`, [D], 1);
    add(`${name}.bias`, [D], 0);
  };
  const linear = (name: string, inp: number, out: number): void => {
    add(`${name}.weight`, [inp, out]);
    add(`${name}.bias`, [out], 0);
  };
  add("token_embd.weight", [D, tokens.length]);
  tensors.push({ name: "position_embd.weight", dims: [D, CTX], encoding: "F32", data: noise(D * CTX) });
  tensors.push({ name: "token_types.weight", dims: [D, 2], encoding: "F32", data: noise(D * 2) });
  norm("token_embd_norm");
  for (let l = 0; l < LAYERS; l++) {
    for (const p of ["attn_q", "attn_k", "attn_v", "attn_output"]) linear(`blk.${l}.${p}`, D, D);
    norm(`blk.${l}.attn_output_norm`);
    linear(`blk.${l}.ffn_up`, D, FFN);
    linear(`blk.${l}.ffn_down`, FFN, D);
    norm(`blk.${l}.layer_output_norm`);
  }
  if (rank) {
    linear("cls", D, D);
    linear("cls.output", D, 1);
  }
  const id = (t: string): Meta => u32(tokens.indexOf(t));
  const size = writeGguf(
    path,
    {
      "general.architecture": str("bert"),
      "general.name": str(rank ? "Tiny Random Reranker" : "Tiny Random Embedder"),
      "general.file_type": u32(1),
      "bert.block_count": u32(LAYERS),
      "bert.context_length": u32(CTX),
      "bert.embedding_length": u32(D),
      "bert.feed_forward_length": u32(FFN),
      "bert.attention.head_count": u32(HEADS),
      "bert.attention.layer_norm_epsilon": f32(1e-12),
      "bert.attention.causal": bool(false),
      "bert.pooling_type": u32(rank ? 4 : 1),
      "tokenizer.ggml.model": str("bert"),
      "tokenizer.ggml.pre": str("default"),
      "tokenizer.ggml.token_type_count": u32(2),
      "tokenizer.ggml.tokens": strs(tokens),
      "tokenizer.ggml.token_type": i32s(tokens.map((t) => (specials.includes(t) ? 3 : 1))),
      "tokenizer.ggml.bos_token_id": id("[CLS]"),
      "tokenizer.ggml.eos_token_id": id("[SEP]"),
      "tokenizer.ggml.cls_token_id": id("[CLS]"),
      "tokenizer.ggml.seperator_token_id": id("[SEP]"),
      "tokenizer.ggml.padding_token_id": id("[PAD]"),
      "tokenizer.ggml.unknown_token_id": id("[UNK]"),
      "tokenizer.ggml.mask_token_id": id("[MASK]"),
      "tokenizer.ggml.add_bos_token": bool(true),
      "tokenizer.ggml.add_eos_token": bool(true),
    },
    tensors,
  );
  console.log(`${path}: ${(size / 1e3).toFixed(0)} kB`);
}
write("out/tiny-random-embed.gguf", false);
write("out/tiny-random-rerank.gguf", true);
