import { open } from "node:fs/promises";
import type { ModelFacts } from "@berth/api";

/** What whisper.cpp writes before the weights: eleven numbers after the mark. Other GGML files bear the mark too. */
const mark = 0x67676d6c;
const headBytes = 48;
const multilingualVocabulary = 51_865;

/** How most tensors of a file are held, by ggml's number for it. */
const quantisations: Readonly<Record<number, string>> = {
  0: "F32",
  1: "F16",
  2: "Q4_0",
  3: "Q4_1",
  7: "Q8_0",
  8: "Q5_0",
  9: "Q5_1",
  10: "Q2_K",
  11: "Q3_K",
  12: "Q4_K",
  13: "Q5_K",
  14: "Q6_K",
};

/** Facts of a Whisper in GGML's form, `null` for a file that is none. Reads its first bytes alone. */
export async function readGgmlWhisper(path: string): Promise<ModelFacts | null> {
  const file = await open(path, "r");
  try {
    const head = Buffer.alloc(headBytes);
    const { bytesRead } = await file.read(head, 0, headBytes, 0);
    return bytesRead < headBytes ? null : whisperFacts(head);
  } finally {
    await file.close();
  }
}

/** Facts of the first 48 bytes. */
export function whisperFacts(head: Buffer): ModelFacts | null {
  if (head.readUInt32LE(0) !== mark) return null;
  const at = (index: number): number => head.readInt32LE(4 * index);
  const [vocabulary, audioContext, audioState, textContext, textState, textHeads, textLayers, mels] = [
    at(1),
    at(2),
    at(3),
    at(6),
    at(7),
    at(8),
    at(9),
    at(10),
  ];
  const isWhisper =
    vocabulary >= multilingualVocabulary - 1 &&
    vocabulary < multilingualVocabulary + 1000 &&
    audioContext === 1500 &&
    audioState > 0 &&
    textContext === 448 &&
    textState > 0 &&
    textHeads > 0 &&
    textState % textHeads === 0 &&
    textLayers > 0 &&
    (mels === 80 || mels === 128);
  if (!isWhisper) return null;
  return {
    format: "ggml",
    task: "automatic-speech-recognition",
    architecture: vocabulary < multilingualVocabulary ? "whisper (English)" : "whisper",
    parameters: null,
    quantisation: quantisations[at(11) % 1000] ?? null,
    contextTokens: textContext,
    embeddingLength: textState,
    layers: textLayers,
    kvHeads: textHeads,
    headSize: textState / textHeads,
    hasChatTemplate: false,
    licence: null,
  };
}
