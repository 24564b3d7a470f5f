// A GGUF (v3) writer: metadata, tensors, and the four simplest tensor encodings of ggml.
// Only node:fs and node:buffer; the format is public (ggml's docs/gguf.md).
import { openSync, writeSync, closeSync } from "node:fs";

export type Meta =
  | { t: "u32" | "i32" | "f32" | "u64"; v: number }
  | { t: "bool"; v: boolean }
  | { t: "str"; v: string }
  | { t: "str[]"; v: readonly string[] }
  | { t: "i32[]" | "f32[]"; v: readonly number[] };

export const u32 = (v: number): Meta => ({ t: "u32", v });
export const f32 = (v: number): Meta => ({ t: "f32", v });
export const bool = (v: boolean): Meta => ({ t: "bool", v });
export const str = (v: string): Meta => ({ t: "str", v });
export const strs = (v: readonly string[]): Meta => ({ t: "str[]", v });
export const i32s = (v: readonly number[]): Meta => ({ t: "i32[]", v });
export const f32s = (v: readonly number[]): Meta => ({ t: "f32[]", v });

export type Encoding = "F32" | "F16" | "Q4_0" | "Q8_0";

/** dims are in ggml order: the fastest-running one (a weight's input width) first. */
export interface Tensor {
  name: string;
  dims: readonly number[];
  encoding: Encoding;
  /** values, or bytes already encoded, made only when they are written: a model need not fit in memory */
  data: Float32Array | (() => Buffer);
}

const VALUE_TYPE = { u32: 4, i32: 5, f32: 6, bool: 7, str: 8, arr: 9, u64: 10 } as const;
const TENSOR_TYPE: Record<Encoding, number> = { F32: 0, F16: 1, Q4_0: 2, Q8_0: 8 };
const ALIGNMENT = 32;

class Out {
  private parts: Buffer[] = [];
  private num(bytes: number, put: (b: Buffer) => void): void {
    const b = Buffer.alloc(bytes);
    put(b);
    this.parts.push(b);
  }
  u32(v: number): void {
    this.num(4, (b) => b.writeUInt32LE(v));
  }
  i32(v: number): void {
    this.num(4, (b) => b.writeInt32LE(v));
  }
  f32(v: number): void {
    this.num(4, (b) => b.writeFloatLE(v));
  }
  u64(v: number): void {
    this.num(8, (b) => b.writeBigUInt64LE(BigInt(v)));
  }
  u8(v: number): void {
    this.num(1, (b) => b.writeUInt8(v));
  }
  str(s: string): void {
    const b = Buffer.from(s, "utf8");
    this.u64(b.length);
    this.parts.push(b);
  }
  done(): Buffer {
    return Buffer.concat(this.parts);
  }
}

function writeMeta(out: Out, key: string, m: Meta): void {
  out.str(key);
  switch (m.t) {
    case "u32":
      out.u32(VALUE_TYPE.u32);
      out.u32(m.v);
      return;
    case "i32":
      out.u32(VALUE_TYPE.i32);
      out.i32(m.v);
      return;
    case "u64":
      out.u32(VALUE_TYPE.u64);
      out.u64(m.v);
      return;
    case "f32":
      out.u32(VALUE_TYPE.f32);
      out.f32(m.v);
      return;
    case "bool":
      out.u32(VALUE_TYPE.bool);
      out.u8(m.v ? 1 : 0);
      return;
    case "str":
      out.u32(VALUE_TYPE.str);
      out.str(m.v);
      return;
    case "str[]":
      out.u32(VALUE_TYPE.arr);
      out.u32(VALUE_TYPE.str);
      out.u64(m.v.length);
      for (const s of m.v) out.str(s);
      return;
    case "i32[]":
      out.u32(VALUE_TYPE.arr);
      out.u32(VALUE_TYPE.i32);
      out.u64(m.v.length);
      for (const n of m.v) out.i32(n);
      return;
    case "f32[]":
      out.u32(VALUE_TYPE.arr);
      out.u32(VALUE_TYPE.f32);
      out.u64(m.v.length);
      for (const n of m.v) out.f32(n);
      return;
  }
}

const f32buf = new Float32Array(1);
const u32view = new Uint32Array(f32buf.buffer);
/** IEEE half precision, round to nearest even. */
export function toHalf(x: number): number {
  f32buf[0] = x;
  const u = u32view[0]!;
  const sign = (u >>> 16) & 0x8000;
  const exp = (u >>> 23) & 0xff;
  let man = u & 0x7fffff;
  if (exp === 0xff) return sign | 0x7c00 | (man ? 0x200 : 0);
  let e = exp - 112;
  if (e >= 31) return sign | 0x7c00;
  if (e <= 0) {
    if (e < -10) return sign;
    man |= 0x800000;
    const shift = 14 - e;
    const half = man >>> shift;
    const rest = man & ((1 << shift) - 1);
    const mid = 1 << (shift - 1);
    return sign | (half + (rest > mid || (rest === mid && half & 1) ? 1 : 0));
  }
  const half = (e << 10) | (man >>> 13);
  const rest = man & 0x1fff;
  return sign | (half + (rest > 0x1000 || (rest === 0x1000 && half & 1) ? 1 : 0));
}

export function encode(data: Float32Array, encoding: Encoding): Buffer {
  const n = data.length;
  if (encoding === "F32") {
    return Buffer.from(data.buffer, data.byteOffset, n * 4);
  }
  if (encoding === "F16") {
    const out = Buffer.alloc(n * 2);
    for (let i = 0; i < n; i++) out.writeUInt16LE(toHalf(data[i]!), i * 2);
    return out;
  }
  if (n % 32 !== 0) throw new Error(`${encoding} needs a multiple of 32 values, got ${n}`);
  if (encoding === "Q8_0") {
    const out = Buffer.alloc((n / 32) * 34);
    for (let b = 0, o = 0; b < n; b += 32, o += 34) {
      let max = 0;
      for (let i = 0; i < 32; i++) max = Math.max(max, Math.abs(data[b + i]!));
      const d = max / 127;
      const id = d ? 1 / d : 0;
      out.writeUInt16LE(toHalf(d), o);
      for (let i = 0; i < 32; i++) out.writeInt8(Math.round(data[b + i]! * id), o + 2 + i);
    }
    return out;
  }
  const out = Buffer.alloc((n / 32) * 18); // Q4_0
  for (let b = 0, o = 0; b < n; b += 32, o += 18) {
    let max = 0;
    for (let i = 0; i < 32; i++) if (Math.abs(data[b + i]!) > Math.abs(max)) max = data[b + i]!;
    const d = max / -8;
    const id = d ? 1 / d : 0;
    const q = (x: number): number => Math.min(15, Math.trunc(x * id + 8.5));
    out.writeUInt16LE(toHalf(d), o);
    for (let i = 0; i < 16; i++) out[o + 2 + i] = q(data[b + i]!) | (q(data[b + 16 + i]!) << 4);
  }
  return out;
}

const pad = (n: number): number => (ALIGNMENT - (n % ALIGNMENT)) % ALIGNMENT;

/** Bytes that n values take. */
export function encodedSize(n: number, encoding: Encoding): number {
  return encoding === "F32" ? n * 4 : encoding === "F16" ? n * 2 : (n / 32) * (encoding === "Q8_0" ? 34 : 18);
}

/** Writes the file and returns its size in bytes. */
export function writeGguf(path: string, meta: Record<string, Meta>, tensors: readonly Tensor[]): number {
  const out = new Out();
  out.u32(0x46554747); // "GGUF"
  out.u32(3);
  out.u64(tensors.length);
  const keys = Object.keys(meta);
  out.u64(keys.length);
  for (const k of keys) writeMeta(out, k, meta[k]!);
  const sizes = tensors.map((t) =>
    encodedSize(
      t.dims.reduce((a, b) => a * b, 1),
      t.encoding,
    ),
  );
  let offset = 0;
  tensors.forEach((t, i) => {
    out.str(t.name);
    out.u32(t.dims.length);
    for (const d of t.dims) out.u64(d);
    out.u32(TENSOR_TYPE[t.encoding]);
    out.u64(offset);
    offset += sizes[i]! + pad(sizes[i]!);
  });
  const head = out.done();
  const fd = openSync(path, "w");
  const put = (b: Buffer): void => {
    for (let at = 0; at < b.length;) at += writeSync(fd, b, at);
  };
  try {
    put(head);
    put(Buffer.alloc(pad(head.length)));
    tensors.forEach((t, i) => {
      const b = typeof t.data === "function" ? t.data() : encode(t.data, t.encoding);
      if (b.length !== sizes[i]) throw new Error(`${t.name}: ${b.length} bytes, ${sizes[i]} are needed`);
      put(b);
      put(Buffer.alloc(pad(b.length)));
    });
  } finally {
    closeSync(fd);
  }
  return head.length + pad(head.length) + offset;
}
