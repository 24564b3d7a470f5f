import { open } from "node:fs/promises";

/** The vocabulary of the models that know English alone is the smaller one. */
const firstMultilingual = 51_865;

/** Whether the GGML file is of a model of many languages; throws when it is no such file. */
export async function isMultilingualFile(path: string): Promise<boolean> {
  const file = await open(path, "r");
  try {
    const head = Buffer.alloc(8);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    if (bytesRead < head.length || head.readUInt32LE(0) !== 0x67676d6c)
      throw new Error(`${path} is no GGML file`);
    return head.readInt32LE(4) >= firstMultilingual;
  } finally {
    await file.close();
  }
}
