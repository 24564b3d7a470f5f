import { estimateMemoryMiB, type Model, type ModelFacts, taskImage } from "@berth/api";
import { type GgufSet, groupGgufFiles } from "../gguf/files.ts";
import type { FactsReader, FactsReading, GgmlWhisper } from "./facts-reader.ts";
import type { FolderFiles, FoundFile } from "./folder-files.ts";
import { onnxVariants } from "./onnx-variants.ts";
import { weightsOf, whyWeightsMissing } from "./weights.ts";

/** What a folder's files tell of the model in it; the rest of a `Model` is where it lies and what it is called. */
export type FolderModel = Pick<
  Model,
  "files" | "sizeBytes" | "status" | "statusReason" | "image" | "facts" | "estimatedMemoryMiB" | "modifiedAt"
>;

/**
 * Reads headers and config files, never weights. With `only`, the model is that one GGUF or GGML file of the folder. Rejects
 * when a file cannot be read.
 */
export async function readFolder(
  folder: string,
  found: FolderFiles,
  reader: FactsReader,
  only?: string,
): Promise<FolderModel> {
  const sets = groupGgufFiles(found.files);
  const wanted =
    only === undefined ? sets : sets.filter((set) => set.shards.some(({ path }) => path === only));
  if (wanted.length > 0) return readGgufSets(folder, found, wanted, reader);
  const whispers = await reader.ggml(folder, only === undefined ? found.files : namedFile(found, only));
  if (whispers.length > 0) return readWhispers(found, whispers);
  if (only !== undefined)
    return broken(found.files, "corrupt", `${only} is not a GGUF model, nor a Whisper in GGML's form`);
  const missing = whyWeightsMissing(found);
  if (missing !== null) return broken(found.files, "incomplete", missing);
  const reading = await reader.config(folder, found.files);
  if (reading.kind === "corrupt") return broken(found.files, "corrupt", reading.reason);
  const weights = weightsOf(found.files);
  return ready(found.files, onnxVariants(found.files), reading.facts, weights.sizeBytes, null);
}

function namedFile({ files }: FolderFiles, name: string): readonly FoundFile[] {
  return files.filter(({ path }) => path === name);
}

/** Whispers in GGML's form are one file each, and all that a folder of theirs is for. */
function readWhispers(found: FolderFiles, whispers: readonly GgmlWhisper[]): FolderModel {
  const [first] = whispers;
  if (first === undefined) return broken(found.files, "corrupt", "no Whisper is there");
  const choices = whispers.map(({ file, facts }) => ({
    path: file.path,
    sizeBytes: file.sizeBytes,
    quantisation: facts.quantisation,
  }));
  const files = whispers.length === 1 ? [first.file] : found.files;
  return ready(files, choices, first.facts, first.file.sizeBytes, null);
}

async function readGgufSets(
  folder: string,
  found: FolderFiles,
  sets: readonly GgufSet[],
  reader: FactsReader,
): Promise<FolderModel> {
  const files = found.files.filter((file) =>
    sets.length === 1 ? sets[0]?.shards.some((shard) => shard.path === file.path) : true,
  );
  const readings = await Promise.all(
    sets.map(async (set) => ({ set, reading: await readSet(folder, found.files, set, reader) })),
  );
  const good = readings.flatMap(({ set, reading }) =>
    reading.kind === "facts" ? [{ set, facts: reading.facts }] : [],
  );
  const bad = readings.flatMap(({ set, reading }) =>
    reading.kind === "facts" ? [] : [{ kind: reading.kind, reason: `${set.path}: ${reading.reason}` }],
  );
  const first = good[0];
  if (first === undefined) {
    const kind = bad.some((reading) => reading.kind === "corrupt") ? "corrupt" : "incomplete";
    return broken(files, kind, bad.map(({ reason }) => reason).join("; "));
  }
  const choices = good.map(({ set, facts }) => ({
    path: set.path,
    sizeBytes: set.sizeBytes,
    quantisation: facts.quantisation,
  }));
  const remark = bad.length === 0 ? null : `left out ${bad.map(({ reason }) => reason).join("; ")}`;
  return ready(files, choices, first.facts, first.set.sizeBytes, remark);
}

async function readSet(
  folder: string,
  files: readonly FoundFile[],
  set: GgufSet,
  reader: FactsReader,
): Promise<FactsReading | { readonly kind: "incomplete"; readonly reason: string }> {
  if (set.missingShards.length === 0) return reader.gguf(folder, files, set);
  const shown = set.missingShards.slice(0, 5).join(", ");
  const more = set.missingShards.length > 5 ? ` and ${set.missingShards.length - 5} more` : "";
  return { kind: "incomplete", reason: `its parts ${shown}${more} are not there` };
}

function ready(
  files: readonly FoundFile[],
  choices: Model["files"],
  facts: ModelFacts,
  weightBytes: number,
  remark: string | null,
): FolderModel {
  return {
    files: choices,
    sizeBytes: totalBytes(files),
    status: "ready",
    statusReason: remark,
    image: taskImage(facts.task),
    facts,
    estimatedMemoryMiB: estimateMemoryMiB({ ...facts, weightBytes }),
    modifiedAt: newest(files),
  };
}

export function broken(
  files: readonly FoundFile[],
  status: "incomplete" | "corrupt",
  statusReason: string,
): FolderModel {
  return {
    files: [],
    sizeBytes: totalBytes(files),
    status,
    statusReason,
    image: "other",
    facts: null,
    estimatedMemoryMiB: null,
    modifiedAt: newest(files),
  };
}

const totalBytes = (files: readonly FoundFile[]): number =>
  files.reduce((sum, file) => sum + file.sizeBytes, 0);

const newest = (files: readonly FoundFile[]): number =>
  files.reduce((latest, file) => Math.max(latest, file.modifiedAt), 0);
