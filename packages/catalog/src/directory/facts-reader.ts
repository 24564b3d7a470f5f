import { open } from "node:fs/promises";
import { join } from "node:path";
import type { ModelFacts } from "@berth/api";
import { configFacts } from "../config-facts.ts";
import { readGgmlWhisper } from "../ggml/header.ts";
import { ggufFacts, whyTruncated } from "../gguf/facts.ts";
import type { GgufSet } from "../gguf/files.ts";
import { readGgufHeader } from "../gguf/header.ts";
import { parseJson, readSafetensors } from "../safetensors.ts";
import type { FoundFile } from "./folder-files.ts";
import { Memo } from "./memo.ts";
import { weightsOf } from "./weights.ts";

export type FactsReading =
  | { readonly kind: "facts"; readonly facts: ModelFacts }
  | { readonly kind: "corrupt"; readonly reason: string };

/** A Whisper in GGML's form, and the file that it is. */
export interface GgmlWhisper {
  readonly file: FoundFile;
  readonly facts: ModelFacts;
}

/** More than all of Whisper's sizes and quantisations. */
const maxGgmlFiles = 200;
const maxRemembered = 10_000;
const maxConfigBytes = 32 * 2 ** 20;
const readmeBytes = 8192;

/** Reads facts from files, and remembers them for as long as path, size and modification time stay the same. */
export class FactsReader {
  readonly #memo = new Memo<FactsReading>(maxRemembered);
  readonly #whispers = new Memo<ModelFacts | null>(maxRemembered);

  gguf(folder: string, files: readonly FoundFile[], set: GgufSet): Promise<FactsReading> {
    const shards = new Set(set.shards.map((shard) => shard.path));
    const watched = files.filter((file) => shards.has(file.path));
    return this.#memo.get(fingerprint(folder, watched), () => readGguf(folder, set));
  }

  /** The Whispers in GGML's form among the files, in the order of their paths; none beside a `config.json`. */
  async ggml(folder: string, files: readonly FoundFile[]): Promise<readonly GgmlWhisper[]> {
    if (files.some(({ path }) => path === "config.json")) return [];
    const candidates = files.filter(({ path }) => /\.bin$/i.test(path)).slice(0, maxGgmlFiles);
    const found: GgmlWhisper[] = [];
    for (const file of candidates) {
      const facts = await this.#whispers.get(fingerprint(folder, [file]), () =>
        readGgmlWhisper(join(folder, file.path)),
      );
      if (facts !== null) found.push({ file, facts });
    }
    return found;
  }

  config(folder: string, files: readonly FoundFile[]): Promise<FactsReading> {
    return this.#memo.get(fingerprint(folder, files), () => readConfig(folder, files));
  }
}

function fingerprint(folder: string, files: readonly FoundFile[]): string {
  return [folder, ...files.map((file) => `${file.path}:${file.sizeBytes}:${file.modifiedAt}`)].join("\n");
}

async function readGguf(folder: string, set: GgufSet): Promise<FactsReading> {
  const headers = [];
  for (const { path } of set.shards) {
    const reading = await readGgufHeader(join(folder, path));
    if (reading.kind === "corrupt") return reading;
    const reason = whyTruncated(reading.header, reading.fileBytes);
    if (reason !== null) return { kind: "corrupt", reason };
    headers.push(reading);
  }
  return { kind: "facts", facts: ggufFacts(headers, set.quantisation) };
}

async function readConfig(folder: string, files: readonly FoundFile[]): Promise<FactsReading> {
  const has = (path: string): boolean => files.some((file) => file.path === path);
  const json = async (path: string): Promise<unknown> =>
    has(path) ? parseJson(await readText(join(folder, path), maxConfigBytes)) : null;
  const config = await json("config.json");
  if (config === undefined) return { kind: "corrupt", reason: "config.json: not JSON" };
  const { format, files: weights } = weightsOf(files);
  let parameters: number | null = format === "safetensors" ? 0 : null;
  for (const { path } of format === "safetensors" ? weights : []) {
    const reading = await readSafetensors(join(folder, path));
    if (reading.kind === "corrupt") return { kind: "corrupt", reason: `${path}: ${reading.reason}` };
    parameters = (parameters ?? 0) + reading.parameters;
  }
  const card = has("README.md") ? await readText(join(folder, "README.md"), readmeBytes) : "";
  const facts = configFacts({
    config,
    tokenizerConfig: await json("tokenizer_config.json"),
    hasChatTemplateFile: has("chat_template.jinja") || has("chat_template.json"),
    isSentenceTransformer: has("modules.json"),
    licence: licenceOf(card),
    pipelineTag: cardField(card, "pipeline_tag"),
    format,
    parameters,
  });
  return { kind: "facts", facts };
}

/** `license:` in the YAML that opens a model card. */
export function licenceOf(readme: string): string | null {
  return cardField(readme, "license");
}

function cardField(readme: string, name: "license" | "pipeline_tag"): string | null {
  if (!readme.startsWith("---")) return null;
  const frontMatter = readme.slice(3).split(/\n---/, 1)[0] ?? "";
  return new RegExp(`^${name}:[ \\t]*["']?([\\w.-]+)`, "m").exec(frontMatter)?.[1] ?? null;
}

async function readText(path: string, maxBytes: number): Promise<string> {
  const file = await open(path, "r");
  try {
    const buffer = Buffer.alloc(Math.min(maxBytes, (await file.stat()).size));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await file.close();
  }
}
