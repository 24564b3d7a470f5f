import type { NamedFile } from "../gguf/files.ts";
import type { FolderFiles } from "./folder-files.ts";

export interface Weights {
  readonly format: "safetensors" | "onnx" | "other";
  readonly files: readonly NamedFile[];
  readonly sizeBytes: number;
}

const formats = [
  ["safetensors", /\.safetensors$/],
  ["onnx", /\.onnx(?:_data)?$/],
  ["other", /\.(?:bin|pt|pth|ckpt|msgpack|h5|nemo)$/],
] as const;
/** Written beside the weights by training; no model. */
const notWeights = /(?:^|\/)(?:optimizer|scheduler|rng_state\w*|training_args|adapter_model)\.\w+$/;

/** The weights an engine would load: the first of safetensors, ONNX and PyTorch that is there. */
export function weightsOf(files: readonly NamedFile[]): Weights {
  for (const [format, pattern] of formats) {
    const weights = files.filter((file) => pattern.test(file.path) && !notWeights.test(file.path));
    if (weights.length === 0) continue;
    return { format, files: weights, sizeBytes: weights.reduce((sum, file) => sum + file.sizeBytes, 0) };
  }
  return { format: "other", files: [], sizeBytes: 0 };
}

/** Why the folder's weights are not all there, or `null` when they are. */
export function whyWeightsMissing({ files, dangling }: FolderFiles): string | null {
  const [lost] = dangling;
  if (lost !== undefined) return `${lost} is not downloaded${others(dangling.length - 1)}`;
  const { files: weights } = weightsOf(files);
  if (weights.length === 0) return "no weights are there";
  const present = new Set(files.map((file) => file.path));
  const missing = weights.flatMap(({ path }) => siblingShards(path)).filter((path) => !present.has(path));
  return missing[0] === undefined ? null : `${missing[0]} is not there${others(new Set(missing).size - 1)}`;
}

const others = (count: number): string => (count > 0 ? ` (nor are ${count} others)` : "");

/** The names of all parts, told by the name of one: `model-00001-of-00003.safetensors`. */
function siblingShards(path: string): string[] {
  const match = /^(.*-)(\d{5})-of-(\d{5})(\.\w+)$/.exec(path);
  const total = Number(match?.[3] ?? 0);
  if (match === null || total > 10_000) return [];
  return Array.from(
    { length: total },
    (_, index) => `${match[1]}${String(index + 1).padStart(5, "0")}-of-${match[3]}${match[4]}`,
  );
}
