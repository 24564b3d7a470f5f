import { BerthError } from "@berth/api/error";
import type { Atom, DocumentFile, ReadingLimits } from "./document.ts";
import { readDocument } from "./read-document.ts";
import { splitText, type CountTokens } from "../text/split-text.ts";

/** Small enough to pack calls evenly, large enough to be counted apart. */
const atomTokens = 128;

/** All files' text in order, in atoms. Throws BerthError of what cannot be read, or is too much together. */
export async function readAtoms(
  files: readonly DocumentFile[],
  limits: ReadingLimits,
  count: CountTokens,
): Promise<readonly Atom[]> {
  const atoms: Atom[] = [];
  let tokens = 0;
  for (const file of files) {
    for (const { place, text } of await readDocument(file, limits)) {
      for (const stretch of splitText(text, atomTokens, count)) {
        atoms.push({ ...stretch, file: file.name, place });
        tokens += stretch.tokens;
      }
      if (tokens > limits.maxTokens)
        throw new BerthError(
          "payload_too_large",
          `the documents hold more than ${limits.maxTokens} tokens together; give fewer at once`,
          { param: "file", details: { maxTokens: limits.maxTokens } },
        );
    }
  }
  return atoms;
}
