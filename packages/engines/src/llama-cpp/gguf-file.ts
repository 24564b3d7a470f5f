import { join } from "node:path";
import { BerthError, type Model } from "@berth/api";

type ModelFile = Model["files"][number];

export interface GgufFile {
  /** Absolute: what the engine opens. */
  readonly path: string;
  /** Of all its parts. */
  readonly sizeBytes: number;
  /** Says which one was taken when the user did not choose among several; `null` when there was nothing to choose. */
  readonly choice: string | null;
}

const partPattern = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/i;

/** Taken in this order when the user names none: the best answer a byte first. */
const preferred = ["Q4_K_M", "Q5_K_M", "Q8_0", "Q6_K", "Q4_K_S", "Q5_K_S", "Q4_0", "BF16", "F16", "F32"];

/** The weights among a model's files: no projector, no later part of a split file. */
export function ggufFiles(model: Model): readonly ModelFile[] {
  return model.files.filter(({ path }) => {
    if (!/\.gguf$/i.test(path) || /mmproj/i.test(path)) return false;
    const part = partPattern.exec(path);
    return part === null || Number(part[2]) === 1;
  });
}

/**
 * The GGUF file of the model that `wanted` names: a quantisation (`q8_0`) or a relative path. Without it, the only one,
 * or the most sensible quantisation of several. Throws BerthError `invalid_request` that lists what there is.
 */
export function chooseGgufFile(model: Model, wanted: string | undefined): GgufFile {
  const files = ggufFiles(model);
  const first = files[0];
  if (first === undefined)
    throw new BerthError("invalid_request", `${model.repo} holds no GGUF file`, { param: "model" });
  if (wanted !== undefined) return located(model, named(model, files, wanted), null);
  if (files.length === 1) return located(model, first, null);
  const rank = (file: ModelFile): number => {
    const index = preferred.indexOf(quantisationOf(file));
    return index === -1 ? preferred.length : index;
  };
  const best = files.toSorted((a, b) => rank(a) - rank(b) || a.path.localeCompare(b.path))[0] ?? first;
  return located(
    model,
    best,
    `${best.path} taken of ${files.length} files; the option file takes another one`,
  );
}

function named(model: Model, files: readonly ModelFile[], wanted: string): ModelFile {
  const byPath = files.find(({ path }) => path === wanted || path.split("/").at(-1) === wanted);
  const byQuantisation = files.filter((file) => quantisationOf(file) === wanted.toUpperCase());
  const found = byPath ?? (byQuantisation.length === 1 ? byQuantisation[0] : undefined);
  if (found !== undefined) return found;
  const problem =
    byQuantisation.length > 1 ? `names several files of ${model.repo}` : `is not in ${model.repo}`;
  const choices = (byQuantisation.length > 1 ? byQuantisation : files).map(({ path }) => path);
  throw new BerthError("invalid_request", `file "${wanted}" ${problem}; there is ${choices.join(", ")}`, {
    param: "options.file",
    details: { files: choices },
  });
}

function quantisationOf(file: ModelFile): string {
  return (file.quantisation ?? "").toUpperCase();
}

function located(model: Model, file: ModelFile, choice: string | null): GgufFile {
  const part = partPattern.exec(file.path);
  const parts =
    part === null
      ? [file]
      : model.files.filter(({ path }) => {
          const other = partPattern.exec(path);
          return other?.[1] === part[1] && other?.[3] === part[3];
        });
  const isItsOwnFile = model.path.toLowerCase().endsWith(".gguf") && model.files.length === 1;
  return {
    path: isItsOwnFile ? model.path : join(model.path, file.path),
    sizeBytes: parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    choice,
  };
}
