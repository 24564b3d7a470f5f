// Writes out/tiny-random-whisper.bin (node src/whisper-ggml.ts 384 6 4 has Whisper tiny's own shape): a seeded random model in whisper.cpp's own file format, right in every dimension,
// so that loading, mel spectrogram, encoder, decoder and timestamps run for real. What it "hears" is noise.
import { openSync, writeSync, closeSync, mkdirSync } from "node:fs";
import { Rng } from "./corpus.ts";
import { toHalf } from "./gguf.ts";

const [state = "64", heads = "2", layers = "1", FILE = "out/tiny-random-whisper.bin"] = process.argv.slice(2);
const S = Number(state);
const HEADS = Number(heads);
const LAYERS = Number(layers);
const VOCAB = 51864; // the English vocabulary's size: the special ids' places are fixed by it
const AUDIO_CTX = 1500;
const TEXT_CTX = 448;
const MELS = 80;
const FFT_BINS = 201;

/** Slaney-style mel filters for 16 kHz and a 400-point transform, as Whisper uses them. */
export function melFilters(mels = MELS, bins = FFT_BINS, rate = 16_000): Float32Array {
  const toHz = (m: number): number =>
    m < 15 ? (m * 200) / 3 : 1000 * Math.exp((Math.log(6.4) / 27) * (m - 15));
  const top = 15 + (Math.log(rate / 2 / 1000) / Math.log(6.4)) * 27;
  const edges = Array.from({ length: mels + 2 }, (_, i) => toHz((top * i) / (mels + 1)));
  const out = new Float32Array(mels * bins);
  for (let m = 0; m < mels; m++) {
    const [a, b, c] = [edges[m]!, edges[m + 1]!, edges[m + 2]!];
    for (let k = 0; k < bins; k++) {
      const f = (k * rate) / (2 * (bins - 1));
      out[m * bins + k] = (Math.max(0, Math.min((f - a) / (b - a), (c - f) / (c - b))) * 2) / (c - a);
    }
  }
  return out;
}

mkdirSync("out", { recursive: true });
const fd = openSync(FILE, "w");
const r = new Rng(11);
const i32 = (...xs: number[]): void => void writeSync(fd, Buffer.from(Int32Array.from(xs).buffer));
const f32 = (xs: Float32Array): void =>
  void writeSync(fd, Buffer.from(xs.buffer, xs.byteOffset, xs.byteLength));
const noise = (n: number, sd: number): Float32Array =>
  Float32Array.from({ length: n }, () => r.normal() * sd);

/** shape is outermost first, as PyTorch has it; the file holds it the other way round. */
function tensor(name: string, shape: number[], data: Float32Array, half: boolean): void {
  i32(shape.length, name.length, half ? 1 : 0, ...[...shape].reverse());
  writeSync(fd, Buffer.from(name));
  if (!half) return f32(data);
  const b = Buffer.alloc(data.length * 2);
  for (let i = 0; i < data.length; i++) b.writeUInt16LE(toHalf(data[i]!), i * 2);
  writeSync(fd, b);
}
const weight = (name: string, shape: number[], sd = 0.08): void =>
  tensor(
    name,
    shape,
    noise(
      shape.reduce((a, b) => a * b, 1),
      sd,
    ),
    true,
  );
const vector = (name: string, n: number, v = 0, shape = [n]): void =>
  tensor(name, shape, new Float32Array(n).fill(v), false);
const norm = (name: string): void => {
  vector(`${name}.weight`, S, 1);
  vector(`${name}.bias`, S);
};
const linear = (name: string, out: number, inp: number, bias = true): void => {
  weight(`${name}.weight`, [out, inp]);
  if (bias) vector(`${name}.bias`, out);
};

i32(0x67676d6c, VOCAB, AUDIO_CTX, S, HEADS, LAYERS, TEXT_CTX, S, HEADS, LAYERS, MELS, 1);
i32(MELS, FFT_BINS);
f32(melFilters());
const words = Array.from({ length: 4096 }, (_, i) => (i < 256 ? Buffer.from([i]) : Buffer.from(` w${i}`)));
i32(words.length);
for (const w of words) {
  i32(w.length);
  writeSync(fd, w);
}

const sinusoid = Float32Array.from({ length: AUDIO_CTX * S }, (_, i) => {
  const [t, c] = [Math.floor(i / S), i % S];
  const f = t * Math.exp((-Math.log(10_000) / (S / 2 - 1)) * (c % (S / 2)));
  return c < S / 2 ? Math.sin(f) : Math.cos(f);
});
tensor("encoder.positional_embedding", [AUDIO_CTX, S], sinusoid, false);
weight("encoder.conv1.weight", [S, MELS, 3]);
vector("encoder.conv1.bias", S, 0, [S, 1]);
weight("encoder.conv2.weight", [S, S, 3]);
vector("encoder.conv2.bias", S, 0, [S, 1]);
norm("encoder.ln_post");
tensor("decoder.positional_embedding", [TEXT_CTX, S], noise(TEXT_CTX * S, 0.02), false);
weight("decoder.token_embedding.weight", [VOCAB, S], 0.05);
norm("decoder.ln");
for (const side of ["encoder", "decoder"] as const)
  for (let l = 0; l < LAYERS; l++) {
    const b = `${side}.blocks.${l}`;
    for (const attn of side === "encoder" ? ["attn"] : ["attn", "cross_attn"]) {
      norm(`${b}.${attn}_ln`);
      linear(`${b}.${attn}.query`, S, S);
      linear(`${b}.${attn}.key`, S, S, false);
      linear(`${b}.${attn}.value`, S, S);
      linear(`${b}.${attn}.out`, S, S);
    }
    norm(`${b}.mlp_ln`);
    linear(`${b}.mlp.0`, 4 * S, S);
    linear(`${b}.mlp.2`, S, 4 * S);
  }
closeSync(fd);
console.log(FILE);
