import type { LlamaModel, Token } from "./llama-module.ts";

/** GPT-2's printable stand-ins, back to the bytes they stand for. */
const byteOfStandIn: ReadonlyMap<string, number> = (() => {
  const printable = (byte: number): boolean =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  const map = new Map<string, number>();
  let extra = 256;
  for (let byte = 0; byte < 256; byte++)
    map.set(String.fromCodePoint(printable(byte) ? byte : extra++), byte);
  return map;
})();

/** The bytes a token stands for, read from the vocabulary: its text alone cannot tell half a character. */
export function tokenBytes(model: LlamaModel, token: Token): readonly number[] | null {
  const written = model.fileInfo.metadata.tokenizer?.ggml?.tokens?.[token];
  if (typeof written !== "string") return null;
  if (model.getTokenAttributes(token).control) return [...Buffer.from(written)];
  const byteToken = /^<0x([0-9A-F]{2})>$/.exec(written);
  if (byteToken?.[1] !== undefined) return [Number.parseInt(byteToken[1], 16)];
  if (model.vocabularyType !== "bpe") return [...Buffer.from(written.replaceAll("\u2581", " "))];
  const bytes: number[] = [];
  for (const character of written) {
    const byte = byteOfStandIn.get(character);
    if (byte === undefined) bytes.push(...Buffer.from(character));
    else bytes.push(byte);
  }
  return bytes;
}
