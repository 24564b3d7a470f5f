// A seeded random model in whisper.cpp's own file format, right in every dimension, so that loading, mel spectrogram,
// encoder, decoder and timestamps run for real. What it "hears" is noise.
// `node src/whisper-ggml.ts 384 6 4` writes out/tiny-random-whisper.bin with Whisper tiny's own shape.
import { openSync, writeSync, closeSync, mkdirSync } from "node:fs";
import { Rng } from "./corpus.ts";
import { toHalf } from "./gguf.ts";

export interface WhisperShape {
  readonly state: number;
  readonly heads: number;
  readonly layers: number;
  /** 51864 is the vocabulary of English alone, 51865 that of all languages: the special ids' places follow from it. */
  readonly vocabulary: 51864 | 51865;
}

const smallest: WhisperShape = { state: 64, heads: 2, layers: 1, vocabulary: 51864 };
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

/** Writes the file; it comes out byte for byte the same each time. */
export function writeRandomWhisper(file: string, shape: Partial<WhisperShape> = {}): void {
  const { state, heads, layers, vocabulary } = { ...smallest, ...shape };
  const fd = openSync(file, "w");
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
    vector(`${name}.weight`, state, 1);
    vector(`${name}.bias`, state);
  };
  const linear = (name: string, out: number, inp: number, bias = true): void => {
    weight(`${name}.weight`, [out, inp]);
    if (bias) vector(`${name}.bias`, out);
  };

  i32(0x67676d6c, vocabulary, AUDIO_CTX, state, heads, layers, TEXT_CTX, state, heads, layers, MELS, 1);
  i32(MELS, FFT_BINS);
  f32(melFilters());
  const words = Array.from({ length: 4096 }, (_, i) => (i < 256 ? Buffer.from([i]) : Buffer.from(` w${i}`)));
  i32(words.length);
  for (const w of words) {
    i32(w.length);
    writeSync(fd, w);
  }

  const sinusoid = Float32Array.from({ length: AUDIO_CTX * state }, (_, i) => {
    const [t, c] = [Math.floor(i / state), i % state];
    const f = t * Math.exp((-Math.log(10_000) / (state / 2 - 1)) * (c % (state / 2)));
    return c < state / 2 ? Math.sin(f) : Math.cos(f);
  });
  tensor("encoder.positional_embedding", [AUDIO_CTX, state], sinusoid, false);
  weight("encoder.conv1.weight", [state, MELS, 3]);
  vector("encoder.conv1.bias", state, 0, [state, 1]);
  weight("encoder.conv2.weight", [state, state, 3]);
  vector("encoder.conv2.bias", state, 0, [state, 1]);
  norm("encoder.ln_post");
  tensor("decoder.positional_embedding", [TEXT_CTX, state], noise(TEXT_CTX * state, 0.02), false);
  weight("decoder.token_embedding.weight", [vocabulary, state], 0.05);
  norm("decoder.ln");
  for (const side of ["encoder", "decoder"] as const)
    for (let l = 0; l < layers; l++) {
      const b = `${side}.blocks.${l}`;
      for (const attn of side === "encoder" ? ["attn"] : ["attn", "cross_attn"]) {
        norm(`${b}.${attn}_ln`);
        linear(`${b}.${attn}.query`, state, state);
        linear(`${b}.${attn}.key`, state, state, false);
        linear(`${b}.${attn}.value`, state, state);
        linear(`${b}.${attn}.out`, state, state);
      }
      norm(`${b}.mlp_ln`);
      linear(`${b}.mlp.0`, 4 * state, state);
      linear(`${b}.mlp.2`, state, 4 * state);
    }
  closeSync(fd);
}

if (import.meta.main) {
  const [state = 64, heads = 2, layers = 1] = process.argv.slice(2).map(Number);
  mkdirSync("out", { recursive: true });
  writeRandomWhisper("out/tiny-random-whisper.bin", { state, heads, layers });
}
