// Writes out/vocab.json, out/train.bin, out/valid.bin (uint16 token ids) and out/config.txt.
// A token's top bit says that the model has to learn to write it: true in the assistant's turns and in plain text, not in what people ask.
import { mkdirSync, writeFileSync } from "node:fs";
import { Bpe, train } from "./bpe.ts";
import { IM_END, IM_START, SPECIALS } from "./chat.ts";
import { CONFIG } from "./config.ts";
import { document, Rng } from "./corpus.ts";

mkdirSync("out", { recursive: true });
const r = new Rng(1);
const sample = Array.from({ length: 20_000 }, () => document(r));
const vocab = train(sample, SPECIALS, CONFIG.vocab);
if (vocab.tokens.length !== CONFIG.vocab)
  throw new Error(`the corpus only gives ${vocab.tokens.length} tokens`);
writeFileSync("out/vocab.json", JSON.stringify(vocab));

const bpe = new Bpe(vocab);
const LEARN = 0x8000;
const START = bpe.encode(`${IM_START}assistant\n`);
const [END] = bpe.encode(IM_END);
function encode(doc: string): number[] {
  const ids = bpe.encode(doc);
  let learn = ids[0] !== START[0];
  return ids.map((id, i) => {
    if (START.every((s, k) => ids[i - START.length + k] === s)) learn = true;
    const out = learn ? id | LEARN : id;
    if (id === END && i + 2 < ids.length) learn = false;
    return out;
  });
}
function write(path: string, seed: number, tokens: number): void {
  const rng = new Rng(seed);
  const out = new Uint16Array(tokens);
  let n = 0;
  let docs = 0;
  let chars = 0;
  while (n < tokens) {
    const d = document(rng);
    chars += d.length;
    docs++;
    for (const id of encode(d)) if (n < tokens) out[n++] = id;
  }
  writeFileSync(path, out);
  console.log(
    `${path}: ${tokens} tokens, ${docs} documents, ${(chars / n).toFixed(2)} characters a token, ${Math.round((100 * out.filter((x) => x & LEARN).length) / n)} % to learn`,
  );
}
write("out/train.bin", 2, Number(process.argv[2] ?? 12_000_000));
write("out/valid.bin", 3, 200_000);
writeFileSync("out/config.txt", Object.values(CONFIG).join(" ") + "\n");
