// A byte-level BPE tokenizer: trains on text, encodes, and gives the tables that GGUF and tokenizer.json hold.
// The pre-tokenizer is the one llama.cpp calls "smollm": every digit alone, then GPT-2's pattern.

/** GPT-2's printable stand-in for each byte. */
export const BYTE_CHARS: readonly string[] = (() => {
  const printable: number[] = [];
  for (let b = 0x21; b <= 0x7e; b++) printable.push(b);
  for (let b = 0xa1; b <= 0xac; b++) printable.push(b);
  for (let b = 0xae; b <= 0xff; b++) printable.push(b);
  const out: string[] = [];
  let extra = 0;
  for (let b = 0; b < 256; b++) out[b] = String.fromCodePoint(printable.includes(b) ? b : 256 + extra++);
  return out;
})();
const CHAR_BYTE = new Map(BYTE_CHARS.map((c, b) => [c, b]));

const GPT2 = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;

/** Text with no special token in it, as pieces that BPE may not merge across. */
export function pieces(text: string): string[] {
  const out: string[] = [];
  for (const part of text.split(/(\p{N})/u)) {
    if (part === "") continue;
    if (/^\p{N}$/u.test(part)) out.push(part);
    else for (const m of part.matchAll(GPT2)) out.push(m[0]);
  }
  return out;
}

export interface Vocab {
  /** token text by id: specials first, then the 256 bytes, then the merges' results */
  tokens: string[];
  specials: string[];
  /** "left right", best first */
  merges: string[];
}

export function train(documents: readonly string[], specials: readonly string[], size: number): Vocab {
  const counts = new Map<string, number>();
  const split = specialSplitter(specials);
  for (const doc of documents)
    for (const part of split(doc))
      if (!specials.includes(part)) for (const p of pieces(part)) counts.set(p, (counts.get(p) ?? 0) + 1);

  const words = [...counts].map(([w, n]) => ({
    n,
    s: [...Buffer.from(w, "utf8")].map((b) => BYTE_CHARS[b]!),
  }));
  const tokens = [...specials, ...BYTE_CHARS];
  const merges: string[] = [];
  while (tokens.length < size) {
    const pairs = new Map<string, number>();
    for (const { s, n } of words)
      for (let i = 0; i + 1 < s.length; i++) {
        const k = `${s[i]} ${s[i + 1]}`;
        pairs.set(k, (pairs.get(k) ?? 0) + n);
      }
    let best = "";
    let bestN = 1;
    for (const [k, n] of pairs) if (n > bestN || (n === bestN && k < best)) [best, bestN] = [k, n];
    if (best === "") break;
    const [a, b] = best.split(" ") as [string, string];
    merges.push(best);
    tokens.push(a + b);
    for (const w of words) {
      for (let i = 0; i + 1 < w.s.length; i++) if (w.s[i] === a && w.s[i + 1] === b) w.s.splice(i, 2, a + b);
    }
  }
  return { tokens, specials: [...specials], merges };
}

function specialSplitter(specials: readonly string[]): (s: string) => string[] {
  const esc = specials.map((s) => s.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const re = new RegExp(`(${esc.join("|")})`);
  return (s) => s.split(re).filter((p) => p !== "");
}

export class Bpe {
  readonly vocab: Vocab;
  private ids: Map<string, number>;
  private ranks: Map<string, number>;
  private split: (s: string) => string[];
  private cache = new Map<string, number[]>();

  constructor(vocab: Vocab) {
    this.vocab = vocab;
    this.ids = new Map(vocab.tokens.map((t, i) => [t, i]));
    this.ranks = new Map(vocab.merges.map((m, i) => [m, i]));
    this.split = specialSplitter(vocab.specials);
  }

  encode(text: string): number[] {
    const out: number[] = [];
    for (const part of this.split(text)) {
      if (this.vocab.specials.includes(part)) out.push(this.ids.get(part)!);
      else for (const p of pieces(part)) out.push(...this.word(p));
    }
    return out;
  }

  decode(ids: readonly number[]): string {
    const bytes: number[] = [];
    for (const id of ids) {
      const t = this.vocab.tokens[id]!;
      if (this.vocab.specials.includes(t)) bytes.push(...Buffer.from(t));
      else for (const c of t) bytes.push(CHAR_BYTE.get(c)!);
    }
    return Buffer.from(bytes).toString("utf8");
  }

  private word(p: string): number[] {
    const hit = this.cache.get(p);
    if (hit) return hit;
    const s = [...Buffer.from(p, "utf8")].map((b) => BYTE_CHARS[b]!);
    for (;;) {
      let best = Infinity;
      let at = -1;
      for (let i = 0; i + 1 < s.length; i++) {
        const r = this.ranks.get(`${s[i]} ${s[i + 1]}`);
        if (r !== undefined && r < best) [best, at] = [r, i];
      }
      if (at < 0) break;
      s.splice(at, 2, s[at]! + s[at + 1]!);
    }
    const out = s.map((t) => this.ids.get(t)!);
    this.cache.set(p, out);
    return out;
  }
}
