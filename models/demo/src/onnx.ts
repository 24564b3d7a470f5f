// A small ONNX writer: just enough protobuf, and a graph builder whose calls read like the maths.
import { writeFileSync } from "node:fs";

type Bytes = Uint8Array | Buffer;
function varint(n: bigint): Buffer {
  const out: number[] = [];
  let v = BigInt.asUintN(64, n);
  do {
    const b = Number(v & 0x7fn);
    v >>= 7n;
    out.push(v ? b | 0x80 : b);
  } while (v);
  return Buffer.from(out);
}
const key = (field: number, wire: number): Buffer => varint(BigInt((field << 3) | wire));
const int = (field: number, n: number | bigint): Buffer => Buffer.concat([key(field, 0), varint(BigInt(n))]);
const bytes = (field: number, b: Bytes): Buffer =>
  Buffer.concat([key(field, 2), varint(BigInt(b.length)), b]);
const text = (field: number, s: string): Buffer => bytes(field, Buffer.from(s, "utf8"));
const float = (field: number, x: number): Buffer => {
  const b = Buffer.alloc(4);
  b.writeFloatLE(x);
  return Buffer.concat([key(field, 5), b]);
};

export type Elem = "float" | "int64" | "bool";
const ELEM: Record<Elem, number> = { float: 1, int64: 7, bool: 9 };
export type Attr = number | { f: number } | string | readonly number[] | { tensor: Buffer };
export type Shape = readonly (number | string)[];

function tensorProto(name: string, dims: readonly number[], type: Elem, raw: Bytes): Buffer {
  return Buffer.concat([...dims.map((d) => int(1, d)), int(2, ELEM[type]), text(8, name), bytes(9, raw)]);
}
function attrProto(name: string, a: Attr): Buffer {
  const body =
    typeof a === "number"
      ? [int(3, a), int(20, 2)]
      : typeof a === "string"
        ? [text(4, a), int(20, 3)]
        : Array.isArray(a)
          ? [...(a as number[]).map((n) => int(8, n)), int(20, 7)]
          : "f" in a
            ? [float(2, a.f), int(20, 1)]
            : [bytes(5, (a as { tensor: Buffer }).tensor), int(20, 4)];
  return Buffer.concat([text(1, name), ...body]);
}
function valueInfo(name: string, type: Elem, shape: Shape): Buffer {
  const dims = shape.map((d) => bytes(1, typeof d === "number" ? int(1, d) : text(2, d)));
  const tensorType = Buffer.concat([int(1, ELEM[type]), bytes(2, Buffer.concat(dims))]);
  return Buffer.concat([text(1, name), bytes(2, bytes(1, tensorType))]);
}

export class Graph {
  private nodes: Buffer[] = [];
  private inits: Buffer[] = [];
  private ins: Buffer[] = [];
  private outs: Buffer[] = [];
  private n = 0;

  input(name: string, type: Elem, shape: Shape): string {
    this.ins.push(valueInfo(name, type, shape));
    return name;
  }
  output(name: string, from: string, type: Elem, shape: Shape): void {
    this.op("Identity", [from], {}, name);
    this.outs.push(valueInfo(name, type, shape));
  }
  weight(dims: readonly number[], data: Float32Array): string {
    if (dims.reduce((a, b) => a * b, 1) !== data.length)
      throw new Error(`${data.length} values for [${dims.join(", ")}]`);
    const name = `w${this.n++}`;
    this.inits.push(
      tensorProto(name, dims, "float", Buffer.from(data.buffer, data.byteOffset, data.byteLength)),
    );
    return name;
  }
  scalar(x: number): string {
    return this.weight([], Float32Array.of(x));
  }
  ints(xs: readonly number[]): string {
    const name = `i${this.n++}`;
    this.inits.push(
      tensorProto(name, [xs.length], "int64", Buffer.from(BigInt64Array.from(xs, BigInt).buffer)),
    );
    return name;
  }
  int(x: number): string {
    const name = `i${this.n++}`;
    this.inits.push(tensorProto(name, [], "int64", Buffer.from(BigInt64Array.of(BigInt(x)).buffer)));
    return name;
  }
  op(
    type: string,
    inputs: readonly string[],
    attrs: Record<string, Attr> = {},
    out = `t${this.n++}`,
  ): string {
    return this.ops(type, inputs, attrs, [out])[0]!;
  }
  ops(type: string, inputs: readonly string[], attrs: Record<string, Attr>, outs: string[]): string[] {
    this.nodes.push(
      Buffer.concat([
        ...inputs.map((i) => text(1, i)),
        ...outs.map((o) => text(2, o)),
        text(3, `n${this.n++}`),
        text(4, type),
        ...Object.entries(attrs).map(([k, v]) => bytes(5, attrProto(k, v))),
      ]),
    );
    return outs;
  }
  temp(): string {
    return `t${this.n++}`;
  }

  // ---- arithmetic and layout ----
  add(a: string, b: string): string {
    return this.op("Add", [a, b]);
  }
  sub(a: string, b: string): string {
    return this.op("Sub", [a, b]);
  }
  mul(a: string, b: string): string {
    return this.op("Mul", [a, b]);
  }
  matmul(a: string, b: string): string {
    return this.op("MatMul", [a, b]);
  }
  reshape(a: string, shape: readonly number[]): string {
    return this.op("Reshape", [a, this.ints(shape)]);
  }
  transpose(a: string, perm: readonly number[]): string {
    return this.op("Transpose", [a], { perm });
  }
  concat(xs: readonly string[], axis: number): string {
    return this.op("Concat", xs, { axis });
  }
  unsqueeze(a: string, axes: readonly number[]): string {
    return this.op("Unsqueeze", [a, this.ints(axes)]);
  }
  gather(data: string, at: string, axis = 0): string {
    return this.op("Gather", [data, at], { axis });
  }
  softmax(a: string): string {
    return this.op("Softmax", [a], { axis: -1 });
  }
  cast(a: string, to: Elem): string {
    return this.op("Cast", [a], { to: ELEM[to] });
  }
  /** One length of a tensor's shape, as an int64 scalar. */
  dim(a: string, axis: number): string {
    return this.gather(this.op("Shape", [a]), this.int(axis));
  }
  range(from: string, to: string): string {
    return this.op("Range", [from, to, this.int(1)]);
  }
  layerNorm(a: string, w: Float32Array, b: Float32Array): string {
    return this.op("LayerNormalization", [a, this.weight([w.length], w), this.weight([b.length], b)], {
      axis: -1,
      epsilon: { f: 1e-5 },
    });
  }
  rmsNorm(a: string, w: Float32Array, eps: number): string {
    const mean = this.op("ReduceMean", [this.mul(a, a)], { axes: [-1], keepdims: 1 });
    const inv = this.op("Div", [a, this.op("Sqrt", [this.add(mean, this.scalar(eps))])]);
    return this.mul(inv, this.weight([w.length], w));
  }
  /** x · Wᵀ (+ b), W given as PyTorch has it: [out, in]. */
  linear(x: string, w: Float32Array, out: number, inp: number, b?: Float32Array): string {
    const t = new Float32Array(w.length);
    for (let o = 0; o < out; o++) for (let i = 0; i < inp; i++) t[i * out + o] = w[o * inp + i]!;
    const y = this.matmul(x, this.weight([inp, out], t));
    return b ? this.add(y, this.weight([out], b)) : y;
  }
  gelu(x: string): string {
    const e = this.op("Erf", [this.mul(x, this.scalar(Math.SQRT1_2))]);
    return this.mul(this.mul(x, this.scalar(0.5)), this.add(e, this.scalar(1)));
  }
  /** 0 where a query may look, -1e9 where it may not: [queries, keys], the queries being the last of the keys. */
  causalMask(past: string, queries: string): string {
    const total = this.add(past, queries);
    const rows = this.unsqueeze(this.range(past, total), [1]);
    const cols = this.unsqueeze(this.range(this.int(0), total), [0]);
    return this.mul(this.cast(this.op("Greater", [cols, rows]), "float"), this.scalar(-1e9));
  }

  save(path: string): void {
    const graph = Buffer.concat([
      ...this.nodes.map((b) => bytes(1, b)),
      text(2, "g"),
      ...this.inits.map((b) => bytes(5, b)),
      ...this.ins.map((b) => bytes(11, b)),
      ...this.outs.map((b) => bytes(12, b)),
    ]);
    const opset = Buffer.concat([text(1, ""), int(2, 17)]);
    writeFileSync(path, Buffer.concat([int(1, 8), text(2, "tiny-model"), bytes(7, graph), bytes(8, opset)]));
  }
}
