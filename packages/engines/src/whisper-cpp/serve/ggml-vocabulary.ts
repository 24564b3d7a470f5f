import { open } from "node:fs/promises";

/** The vocabulary of the models that know English alone is the smaller one. */
const firstMultilingual = 51_865;
const mark = 0x67676d6c;
/** Numbers after the mark; the second is the length of the audio's context, the same in all models. */
const headNumbers = 12;
const audioContext = 1500;
/** Where the weights begin, in the largest vocabulary; a file cut before that is taken for an empty model. */
const leastBytes = 2 * 2 ** 20;

/**
 * Whether the GGML file is of a model of many languages. Throws when it is no Whisper's: whisper.cpp takes whatever
 * numbers stand there, and dies of them.
 */
export async function isMultilingualFile(path: string): Promise<boolean> {
  const file = await open(path, "r");
  try {
    const head = Buffer.alloc(4 * headNumbers);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    if (bytesRead < head.length || head.readUInt32LE(0) !== mark || head.readInt32LE(8) !== audioContext)
      throw new Error("it is no Whisper in GGML's form");
    if ((await file.stat()).size < leastBytes) throw new Error("it breaks off before the weights");
    return head.readInt32LE(4) >= firstMultilingual;
  } finally {
    await file.close();
  }
}
