import { BerthError, type CreateDownload, estimateMemoryMiB, type HubVariant } from "@berth/api";
import { type GgufSet, groupGgufFiles, type NamedFile } from "../gguf/files.ts";
import { matchesGlob } from "./glob.ts";

/**
 * What `all` leaves out of a repository: the same weights in other formats (PyTorch, TensorFlow, Flax, ONNX, OpenVINO,
 * Core ML ...) where safetensors are there, and always what no engine reads.
 */
const neverNeeded = /(?:^|\/)\.gitattributes$|\.(?:png|jpe?g|gif|svg|webp|mp4|pdf)$|^(?:runs|logs)\//i;
const otherWeights =
  /\.(?:bin|pt|pth|ckpt|msgpack|h5|ot|onnx|onnx_data|tflite|mlmodel|mlpackage|nemo|gguf|ggml)$|^(?:onnx|openvino|coreml|original|flax|tf)\//i;
/** Mistral's own layout, beside the same weights in transformers' layout. */
const consolidated = /(?:^|\/)consolidated[^/]*\.safetensors$/;

/**
 * The choices a repository offers: one a GGUF quantisation, and `all` for what is not GGUF. Exactly one is recommended:
 * Q4_K_M or the nearest to it, `all` where there is no GGUF. None when the repository holds no files.
 */
export function variantsOf(files: readonly NamedFile[]): HubVariant[] {
  const sets = groupGgufFiles(files).filter((set) => set.missingShards.length === 0);
  const names = variantNames(sets);
  const variants = sets.map((set, index) => ({
    ...variant(
      names[index] ?? set.path,
      set.shards.map((shard) => shard.path),
      set.sizeBytes,
    ),
    recommended: index === 0,
  }));
  const rest = snapshotFiles(files);
  const weights = rest.filter((file) => isWeights(file.path));
  if (rest.length === 0 || (sets.length > 0 && weights.length === 0)) return variants;
  const all = variant(
    "all",
    rest.map((file) => file.path),
    rest.reduce((sum, file) => sum + file.sizeBytes, 0),
  );
  return [...variants, { ...all, recommended: variants.length === 0 }];
}

const isWeights = (path: string): boolean => path.endsWith(".safetensors") || otherWeights.test(path);

function snapshotFiles(files: readonly NamedFile[]): NamedFile[] {
  const needed = files.filter((file) => !neverNeeded.test(file.path) && !file.path.endsWith(".gguf"));
  const safetensors = needed.filter((file) => file.path.endsWith(".safetensors"));
  if (safetensors.length === 0) return needed;
  const doubled = safetensors.some((file) => !consolidated.test(file.path));
  return needed.filter((file) => !otherWeights.test(file.path) && !(doubled && consolidated.test(file.path)));
}

function variant(name: string, files: string[], sizeBytes: number): Omit<HubVariant, "recommended"> {
  const unknown = { contextTokens: null, layers: null, kvHeads: null, headSize: null };
  return {
    name,
    files,
    sizeBytes,
    estimatedMemoryMiB: estimateMemoryMiB({ ...unknown, weightBytes: sizeBytes }),
  };
}

/** The quantisation; the file's name where that is not told, or told twice. */
function variantNames(sets: readonly GgufSet[]): string[] {
  return sets.map((set) => {
    const stem = set.path.replace(/(?:-\d{5}-of-\d{5})?\.gguf$/i, "");
    const alike = sets.filter((other) => other.quantisation === set.quantisation).length;
    return set.quantisation === null || alike > 1 ? stem : set.quantisation;
  });
}

type Choice = Pick<CreateDownload, "variant" | "include" | "exclude">;

/** The paths a request means. Throws `unprocessable`, with what there is, when it means none. */
export function chooseFiles(repo: string, files: readonly NamedFile[], choice: Choice): string[] {
  if (choice.include !== undefined || choice.exclude !== undefined) {
    if (choice.variant !== undefined) {
      throw new BerthError("unprocessable", "variant: give either variant or include and exclude", {
        param: "variant",
      });
    }
    return matchingFiles(repo, files, choice);
  }
  const variants = variantsOf(files);
  const names = variants.map(({ name }) => name);
  const wanted = choice.variant?.toLowerCase();
  const found = variants.find(({ name, recommended }) =>
    wanted === undefined ? recommended : name.toLowerCase() === wanted,
  );
  if (found !== undefined) return found.files;
  const problem =
    wanted === undefined ? `${repo} holds no files to run` : `${repo} has no "${choice.variant}"`;
  throw new BerthError(
    "unprocessable",
    names.length === 0 ? problem : `${problem}; it has ${names.join(", ")}`,
    { param: "variant", details: { variants: names } },
  );
}

function matchingFiles(repo: string, files: readonly NamedFile[], choice: Choice): string[] {
  const { include = ["*"], exclude = [] } = choice;
  const paths = files.map((file) => file.path);
  const found = paths.filter(
    (path) =>
      include.some((glob) => matchesGlob(path, glob)) && !exclude.some((glob) => matchesGlob(path, glob)),
  );
  if (found.length > 0) return found;
  const param = choice.include === undefined ? "exclude" : "include";
  throw new BerthError(
    "unprocessable",
    `${param}: no file of ${repo} is left by include ${include.join(" ")} and exclude ${exclude.join(" ") || "nothing"}`,
    { param, details: { files: paths.slice(0, 100) } },
  );
}
