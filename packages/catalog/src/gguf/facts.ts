import type { ModelFacts, Task } from "@berth/api";
import type { GgufHeader, GgufReading, GgufTensor } from "./header.ts";
import { fileTypeName, tensorBytes, tensorTypeName } from "./tensor-types.ts";

/** Architectures that read a text at once and write none. */
const encoders = new Set([
  "bert",
  "eurobert",
  "gemma-embedding",
  "jina-bert-v2",
  "jina-bert-v3",
  "modern-bert",
  "neo-bert",
  "nomic-bert",
  "nomic-bert-moe",
  "roberta",
  "t5encoder",
]);
/** Parts of other models: a vision tower, an adapter, a vocoder. Nothing can be served from them alone. */
const partArchitectures = new Set(["clip", "wavtokenizer-dec"]);
const rankPooling = 4;

/** Why the file cannot hold what its header describes, or `null` when it can. */
export function whyTruncated(header: GgufHeader, fileBytes: number): string | null {
  let needed = header.dataOffset;
  for (const { type, elements, offset } of header.tensors) {
    needed = Math.max(needed, header.dataOffset + offset + (tensorBytes(type, elements) ?? 0));
  }
  if (header.tensors.length === 0 || fileBytes >= needed) return null;
  return `the file has ${fileBytes} bytes, but its tensors need ${needed}: it was cut short`;
}

/** Facts of one model from the headers of its file, or of its shards in order. */
export function ggufFacts(
  readings: readonly Extract<GgufReading, { kind: "header" }>[],
  quantisationOfName: string | null,
): ModelFacts {
  const facts = new Lookup(readings[0]?.header);
  const tensors = readings.flatMap((reading) => reading.header.tensors);
  const heads = facts.modelNumber("attention.head_count");
  const embeddingLength = facts.modelNumber("embedding_length");
  const elements = tensors.reduce((sum, tensor) => sum + tensor.elements, 0);
  return {
    format: "gguf",
    task: ggufTask(facts, tensors),
    architecture: facts.architecture,
    parameters: tensors.length === 0 ? null : elements,
    quantisation: quantisationOfName ?? fileQuantisation(facts, tensors),
    contextTokens: facts.modelNumber("context_length"),
    embeddingLength,
    layers: facts.modelNumber("block_count"),
    kvHeads: facts.modelNumber("attention.head_count_kv") ?? heads,
    headSize:
      facts.modelNumber("attention.key_length") ??
      (embeddingLength === null || heads === null || heads === 0
        ? null
        : Math.floor(embeddingLength / heads)),
    hasChatTemplate: facts.text("tokenizer.chat_template") !== null,
    licence: facts.text("general.license"),
  };
}

function ggufTask(facts: Lookup, tensors: readonly GgufTensor[]): Task {
  const { architecture } = facts;
  const type = facts.text("general.type") ?? "model";
  if (architecture === null || type !== "model" || partArchitectures.has(architecture)) return "unknown";
  if (architecture === "whisper") return "automatic-speech-recognition";
  const pooling = facts.modelNumber("pooling_type");
  if (pooling === rankPooling || tensors.some((tensor) => tensor.name.startsWith("cls.")))
    return "text-ranking";
  return encoders.has(architecture) || (pooling ?? 0) > 0 ? "feature-extraction" : "text-generation";
}

/** What the file says of itself, or the type that most of its weights have. */
function fileQuantisation(facts: Lookup, tensors: readonly GgufTensor[]): string | null {
  const fileType = facts.number("general.file_type");
  const told = fileType === null ? null : fileTypeName(fileType);
  if (told !== null) return told;
  const weights = new Map<number, number>();
  for (const { type, elements } of tensors) weights.set(type, (weights.get(type) ?? 0) + elements);
  const most = [...weights].toSorted(([, a], [, b]) => b - a)[0];
  return most === undefined ? null : tensorTypeName(most[0]);
}

class Lookup {
  readonly #header: GgufHeader | undefined;

  constructor(header: GgufHeader | undefined) {
    this.#header = header;
  }

  get architecture(): string | null {
    return this.text("general.architecture");
  }

  text(key: string): string | null {
    const value = this.#header?.metadata.get(key);
    return typeof value === "string" && value !== "" ? value : null;
  }

  /** A whole number; of a list (one per layer), the largest. */
  number(key: string): number | null {
    const value = this.#header?.metadata.get(key);
    if (typeof value === "object" && value.numbers.length > 0) return whole(Math.max(...value.numbers));
    return typeof value === "number" ? whole(value) : null;
  }

  modelNumber(key: string): number | null {
    return this.number(`${this.architecture}.${key}`);
  }
}

const whole = (value: number): number | null => (Number.isSafeInteger(value) && value >= 0 ? value : null);
