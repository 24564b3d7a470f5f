// Writes out/tiny-random-lora.gguf: a rank-4 adapter for the tiny model's first query and value weights, with random numbers.
import { CONFIG } from "./config.ts";
import { Rng } from "./corpus.ts";
import { f32, str, writeGguf, type Tensor } from "./gguf.ts";

const RANK = 4;
const r = new Rng(8);
const kvDim = (CONFIG.width / CONFIG.heads) * CONFIG.kvHeads;
const noise = (n: number): Float32Array => Float32Array.from({ length: n }, () => r.normal() * 0.3);
const pair = (name: string, inp: number, out: number): Tensor[] => [
  { name: `${name}.lora_a`, dims: [inp, RANK], encoding: "F32", data: noise(inp * RANK) },
  { name: `${name}.lora_b`, dims: [RANK, out], encoding: "F32", data: noise(out * RANK) },
];
const size = writeGguf(
  "out/tiny-random-lora.gguf",
  {
    "general.architecture": str("llama"),
    "general.type": str("adapter"),
    "general.name": str("Tiny Random LoRA"),
    "adapter.type": str("lora"),
    "adapter.lora.alpha": f32(8),
  },
  [
    ...pair("blk.0.attn_q.weight", CONFIG.width, CONFIG.width),
    ...pair("blk.0.attn_v.weight", CONFIG.width, kvDim),
  ],
);
console.log(`out/tiny-random-lora.gguf: ${(size / 1e3).toFixed(0)} kB`);
