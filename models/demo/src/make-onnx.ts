// Writes model folders in the layout that Transformers.js loads (config, tokenizer, onnx/):
//   out/onnx/pilot         text-generation, the trained model (needs out/weights.bin; out/hf is made by export.ts)
//   out/onnx/tiny-sentiment    text-classification, a real classifier trained here in a second
//   out/onnx/tiny-embed        feature-extraction, that classifier's word vectors, averaged
//   out/onnx/tiny-random-whisper   automatic-speech-recognition, random weights
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { BYTE_CHARS, Bpe, type Vocab } from "./bpe.ts";
import { CONFIG, RMS_EPS, ROPE_BASE } from "./config.ts";
import { Rng, sentiment } from "./corpus.ts";
import { Graph } from "./onnx.ts";

const write = (file: string, v: unknown): void => writeFileSync(file, `${JSON.stringify(v, null, 2)}\n`);
const folder = (name: string): string => {
  mkdirSync(`out/onnx/${name}/onnx`, { recursive: true });
  return `out/onnx/${name}`;
};
const vocab = JSON.parse(readFileSync("out/vocab.json", "utf8")) as Vocab;

// ---- text generation: the llama model of train.cpp ----
function chat(): void {
  const dir = folder("pilot");
  for (const f of ["config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json"])
    copyFileSync(`out/hf/${f}`, `${dir}/${f}`);
  const b = readFileSync("out/weights.bin");
  const all = new Float32Array(b.buffer.slice(b.byteOffset, b.byteOffset + b.length));
  let at = 0;
  const take = (n: number): Float32Array => all.subarray(at, (at += n));
  const { width: D, layers, heads: H, kvHeads: KV, ffn: F, context: T } = CONFIG;
  const hd = D / H;
  const per = H / KV;
  const g = new Graph();
  const ids = g.input("input_ids", "int64", ["batch_size", "sequence_length"]);
  const attention = g.input("attention_mask", "int64", ["batch_size", "total_sequence_length"]);
  const positions = g.input("position_ids", "int64", ["batch_size", "sequence_length"]);
  const cache = ["batch_size", KV, "past_sequence_length", hd] as const;
  const pasts = Array.from(
    { length: layers },
    (_, l) =>
      [
        g.input(`past_key_values.${l}.key`, "float", cache),
        g.input(`past_key_values.${l}.value`, "float", cache),
      ] as const,
  );

  const table = (f: (x: number) => number): string =>
    g.weight(
      [T, hd / 2],
      Float32Array.from({ length: (T * hd) / 2 }, (_, i) =>
        f(Math.floor(i / (hd / 2)) * ROPE_BASE ** ((-2 * (i % (hd / 2))) / hd)),
      ),
    );
  const cos = g.unsqueeze(g.gather(table(Math.cos), positions), [1]);
  const sin = g.unsqueeze(g.gather(table(Math.sin), positions), [1]);
  /** Neighbours turn together: split a head into its even and odd places. */
  const rope = (x: string, heads: number): string => {
    const t = g.transpose(g.reshape(x, [0, 0, heads, hd / 2, 2]), [0, 2, 1, 3, 4]);
    const [a, c] = [g.gather(t, g.int(0), 4), g.gather(t, g.int(1), 4)];
    return g.concat([g.sub(g.mul(a, cos), g.mul(c, sin)), g.add(g.mul(a, sin), g.mul(c, cos))], 3);
  };
  const mask = g.add(
    g.causalMask(g.dim(pasts[0]![0], 2), g.dim(ids, 1)),
    g.unsqueeze(g.mul(g.sub(g.scalar(1), g.cast(attention, "float")), g.scalar(-1e9)), [1, 2, 3]),
  );
  const embData = take(CONFIG.vocab * D);
  let x = g.gather(g.weight([CONFIG.vocab, D], embData), ids);
  const presents: [string, string][] = [];
  for (let l = 0; l < layers; l++) {
    const n1 = take(D),
      wq = take(D * D),
      wk = take(D * KV * hd),
      wv = take(D * KV * hd),
      wo = take(D * D),
      n2 = take(D),
      gate = take(D * F),
      up = take(D * F),
      down = take(D * F);
    const h = g.rmsNorm(x, n1, RMS_EPS);
    const q = g.reshape(rope(g.linear(h, wq, D, D), H), [0, KV, per, -1, hd]);
    const k = g.concat([pasts[l]![0], rope(g.linear(h, wk, KV * hd, D), KV)], 2);
    const v = g.concat(
      [pasts[l]![1], g.transpose(g.reshape(g.linear(h, wv, KV * hd, D), [0, 0, KV, hd]), [0, 2, 1, 3])],
      2,
    );
    presents.push([k, v]);
    const scores = g.mul(
      g.matmul(q, g.unsqueeze(g.transpose(k, [0, 1, 3, 2]), [2])),
      g.scalar(1 / Math.sqrt(hd)),
    );
    const a = g.matmul(g.softmax(g.add(scores, mask)), g.unsqueeze(v, [2]));
    const merged = g.reshape(g.transpose(g.reshape(a, [0, H, -1, hd]), [0, 2, 1, 3]), [0, 0, D]);
    x = g.add(x, g.linear(merged, wo, D, D));
    const h2 = g.rmsNorm(x, n2, RMS_EPS);
    const z = g.linear(h2, gate, F, D);
    x = g.add(x, g.linear(g.mul(g.mul(z, g.op("Sigmoid", [z])), g.linear(h2, up, F, D)), down, D, F));
  }
  const logits = g.linear(g.rmsNorm(x, take(D), RMS_EPS), embData, CONFIG.vocab, D);
  g.output("logits", logits, "float", ["batch_size", "sequence_length", CONFIG.vocab]);
  presents.forEach(([k, v], l) => {
    const shape = ["batch_size", KV, "total_sequence_length", hd];
    g.output(`present.${l}.key`, k, "float", shape);
    g.output(`present.${l}.value`, v, "float", shape);
  });
  g.save(`${dir}/onnx/model.onnx`);
}

// ---- text classification and feature extraction: word vectors, averaged, then one layer ----
const W = 32;
function classifier(): void {
  const bpe = new Bpe(vocab);
  const r = new Rng(21);
  const E = Float32Array.from({ length: CONFIG.vocab * W }, () => r.normal() * 0.1);
  const C = Float32Array.from({ length: 2 * W }, () => r.normal() * 0.1);
  const logits = (ids: readonly number[]): { mean: Float32Array; out: number[] } => {
    const mean = new Float32Array(W);
    for (const id of ids) for (let j = 0; j < W; j++) mean[j]! += E[id * W + j]! / ids.length;
    return { mean, out: [0, 1].map((c) => mean.reduce((s, v, j) => s + v * C[c * W + j]!, 0)) };
  };
  let right = 0;
  for (let step = 0; step < 8000; step++) {
    const { text, good } = sentiment(r);
    const ids = bpe.encode(text);
    const { mean, out } = logits(ids);
    const p1 = 1 / (1 + Math.exp(out[0]! - out[1]!));
    if (step >= 7000 && p1 > 0.5 === good) right++;
    const d = p1 - (good ? 1 : 0);
    for (let j = 0; j < W; j++) {
      const back = d * (C[W + j]! - C[j]!);
      C[W + j]! -= 0.5 * d * mean[j]!;
      C[j]! += 0.5 * d * mean[j]!;
      for (const id of ids) E[id * W + j]! -= (0.5 * back) / ids.length;
    }
  }
  console.log(`sentiment: ${right / 10} % right on the last thousand examples`);

  const tokenizer = JSON.parse(readFileSync("out/hf/tokenizer.json", "utf8")) as unknown;
  const build = (dir: string, classify: boolean): void => {
    const g = new Graph();
    const ids = g.input("input_ids", "int64", ["batch_size", "sequence_length"]);
    const mask = g.unsqueeze(
      g.cast(g.input("attention_mask", "int64", ["batch_size", "sequence_length"]), "float"),
      [2],
    );
    const vectors = g.gather(g.weight([CONFIG.vocab, W], E), ids);
    if (classify) {
      const sum = g.op("ReduceSum", [g.mul(vectors, mask), g.ints([1])], { keepdims: 0 });
      const count = g.op("ReduceSum", [mask, g.ints([1])], { keepdims: 0 });
      g.output("logits", g.linear(g.op("Div", [sum, count]), C, 2, W), "float", ["batch_size", 2]);
    } else g.output("last_hidden_state", vectors, "float", ["batch_size", "sequence_length", W]);
    g.save(`${dir}/onnx/model.onnx`);
    write(`${dir}/tokenizer.json`, tokenizer);
    write(`${dir}/tokenizer_config.json`, {
      tokenizer_class: "PreTrainedTokenizerFast",
      pad_token: "<|endoftext|>",
      model_max_length: 512,
    });
    write(`${dir}/config.json`, {
      architectures: [classify ? "BertForSequenceClassification" : "BertModel"],
      model_type: "bert",
      hidden_size: W,
      vocab_size: CONFIG.vocab,
      pad_token_id: 0,
      num_hidden_layers: 0,
      num_attention_heads: 1,
      intermediate_size: W,
      max_position_embeddings: 512,
      ...(classify && { id2label: { 0: "NEGATIVE", 1: "POSITIVE" }, label2id: { NEGATIVE: 0, POSITIVE: 1 } }),
    });
  };
  build(folder("tiny-sentiment"), true);
  build(folder("tiny-embed"), false);
}

// ---- speech recognition: a one-layer Whisper with random weights ----
function whisper(): void {
  const dir = folder("tiny-random-whisper");
  const S = 32;
  const H = 2;
  const hd = S / H;
  const specials = [
    "<|endoftext|>",
    "<|startoftranscript|>",
    "<|en|>",
    "<|de|>",
    "<|translate|>",
    "<|transcribe|>",
    "<|startoflm|>",
    "<|startofprev|>",
    "<|nospeech|>",
    "<|notimestamps|>",
  ];
  const stamps = Array.from({ length: 1501 }, (_, i) => `<|${(i * 0.02).toFixed(2)}|>`);
  const V = 256 + specials.length + stamps.length;
  const id = (s: string): number => 256 + specials.indexOf(s);
  const r = new Rng(31);
  const noise = (n: number, sd = 0.15): Float32Array =>
    Float32Array.from({ length: n }, () => r.normal() * sd);
  const one = new Float32Array(S).fill(1);
  const zero = new Float32Array(S);

  const block = (
    g: Graph,
    x: string,
    opts: { mask?: string; memory?: string; past?: readonly [string, string] },
  ): { x: string; k: string; v: string } => {
    const heads = (t: string): string => g.transpose(g.reshape(t, [0, 0, H, hd]), [0, 2, 1, 3]);
    const attend = (q: string, k: string, v: string, mask?: string): string => {
      const s = g.mul(g.matmul(q, g.transpose(k, [0, 1, 3, 2])), g.scalar(1 / Math.sqrt(hd)));
      return g.linear(
        g.reshape(g.transpose(g.matmul(g.softmax(mask ? g.add(s, mask) : s), v), [0, 2, 1, 3]), [0, 0, S]),
        noise(S * S),
        S,
        S,
      );
    };
    const proj = (t: string): string => heads(g.linear(t, noise(S * S), S, S));
    const h = g.layerNorm(x, one, zero);
    let [k, v] = [proj(h), proj(h)];
    if (opts.past) [k, v] = [g.concat([opts.past[0], k], 2), g.concat([opts.past[1], v], 2)];
    x = g.add(x, attend(proj(h), k, v, opts.mask));
    if (opts.memory)
      x = g.add(x, attend(proj(g.layerNorm(x, one, zero)), proj(opts.memory), proj(opts.memory)));
    const m = g.gelu(g.linear(g.layerNorm(x, one, zero), noise(4 * S * S), 4 * S, S));
    return { x: g.add(x, g.linear(m, noise(4 * S * S), S, 4 * S)), k, v };
  };

  const e = new Graph();
  const mel = e.input("input_features", "float", ["batch_size", 80, 3000]);
  const conv = (x: string, inp: number, stride: number): string =>
    e.gelu(
      e.op("Conv", [x, e.weight([S, inp, 3], noise(S * inp * 3))], {
        kernel_shape: [3],
        pads: [1, 1],
        strides: [stride],
      }),
    );
  const frames = e.transpose(conv(conv(mel, 80, 1), S, 2), [0, 2, 1]);
  const encoded = block(e, e.add(frames, e.weight([1500, S], noise(1500 * S))), {});
  e.output("last_hidden_state", e.layerNorm(encoded.x, one, zero), "float", ["batch_size", 1500, S]);
  e.save(`${dir}/onnx/encoder_model.onnx`);

  const d = new Graph();
  const ids = d.input("input_ids", "int64", ["batch_size", "decoder_sequence_length"]);
  const memory = d.input("encoder_hidden_states", "float", ["batch_size", 1500, S]);
  const shape = ["batch_size", H, "past_decoder_sequence_length", hd];
  const past = [
    d.input("past_key_values.0.decoder.key", "float", shape),
    d.input("past_key_values.0.decoder.value", "float", shape),
  ] as const;
  const [before, now] = [d.dim(past[0], 2), d.dim(ids, 1)];
  const table = noise(V * S, 0.3);
  const pos = d.gather(d.weight([448, S], noise(448 * S)), d.range(before, d.add(before, now)));
  const out = block(d, d.add(d.gather(d.weight([V, S], table), ids), pos), {
    mask: d.causalMask(before, now),
    memory,
    past,
  });
  d.output("logits", d.linear(d.layerNorm(out.x, one, zero), table, V, S), "float", [
    "batch_size",
    "decoder_sequence_length",
    V,
  ]);
  const grown = ["batch_size", H, "decoder_sequence_length", hd];
  d.output("present.0.decoder.key", out.k, "float", grown);
  d.output("present.0.decoder.value", out.v, "float", grown);
  d.save(`${dir}/onnx/decoder_model_merged.onnx`);

  const common = {
    decoder_start_token_id: id("<|startoftranscript|>"),
    eos_token_id: id("<|endoftext|>"),
    bos_token_id: id("<|endoftext|>"),
    pad_token_id: id("<|endoftext|>"),
  };
  write(`${dir}/config.json`, {
    architectures: ["WhisperForConditionalGeneration"],
    model_type: "whisper",
    is_encoder_decoder: true,
    vocab_size: V,
    d_model: S,
    encoder_layers: 1,
    decoder_layers: 1,
    num_hidden_layers: 1,
    encoder_attention_heads: H,
    decoder_attention_heads: H,
    encoder_ffn_dim: 4 * S,
    decoder_ffn_dim: 4 * S,
    num_mel_bins: 80,
    max_source_positions: 1500,
    max_target_positions: 448,
    ...common,
  });
  write(`${dir}/generation_config.json`, {
    ...common,
    is_multilingual: true,
    lang_to_id: { "<|en|>": id("<|en|>"), "<|de|>": id("<|de|>") },
    task_to_id: { transcribe: id("<|transcribe|>"), translate: id("<|translate|>") },
    no_timestamps_token_id: id("<|notimestamps|>"),
    max_initial_timestamp_index: 50,
    return_timestamps: false,
    max_length: 448,
  });
  write(`${dir}/preprocessor_config.json`, {
    feature_extractor_type: "WhisperFeatureExtractor",
    processor_class: "WhisperProcessor",
    feature_size: 80,
    sampling_rate: 16000,
    hop_length: 160,
    chunk_length: 30,
    n_fft: 400,
    n_samples: 480000,
    nb_max_frames: 3000,
    padding_value: 0,
    padding_side: "right",
    return_attention_mask: false,
  });
  write(`${dir}/tokenizer.json`, {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: [...specials, ...stamps].map((content, i) => ({
      id: 256 + i,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: i < specials.length,
    })),
    normalizer: null,
    pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
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
      vocab: Object.fromEntries(BYTE_CHARS.map((c, i) => [c, i])),
      merges: [],
    },
  });
  write(`${dir}/tokenizer_config.json`, {
    tokenizer_class: "WhisperTokenizer",
    processor_class: "WhisperProcessor",
    bos_token: "<|endoftext|>",
    eos_token: "<|endoftext|>",
    pad_token: "<|endoftext|>",
    unk_token: "<|endoftext|>",
    model_max_length: 448,
  });
}

if (existsSync("out/weights.bin")) chat();
classifier();
whisper();
