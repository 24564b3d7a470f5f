import type { Model } from "@berth/api";
import type { NamedFile } from "../gguf/files.ts";

/** Endings of the names of ONNX files, best choice first, and how the weights in them are held. */
const endings = [
  ["", "FP32"],
  ["_quantized", "Q8"],
  ["_int8", "INT8"],
  ["_uint8", "UINT8"],
  ["_fp16", "FP16"],
  ["_q4", "Q4"],
  ["_bnb4", "BNB4"],
  ["_q4f16", "Q4F16"],
] as const;

/** The part of a model that stands for all of it: an encoder brings its decoder along. */
const leading = /(?:^|\/)(?:encoder_model|model)(_\w+)?\.onnx$/;

/**
 * The ways in which a folder's ONNX model is there, best first: each by the file that leads it, with the size of all of
 * its files. Empty where there is no ONNX model.
 */
export function onnxVariants(files: readonly NamedFile[]): Model["files"] {
  return endings.flatMap(([ending, quantisation]) => {
    const lead = files.find(({ path }) => {
      const found = leading.exec(path);
      return found !== null && (found[1] ?? "") === ending;
    });
    if (lead === undefined) return [];
    const parts = files.filter(
      ({ path }) => endingOf(path) === ending && !/_with_past/.test(path) && !isOtherDecoder(path),
    );
    return [
      { path: lead.path, sizeBytes: parts.reduce((sum, file) => sum + file.sizeBytes, 0), quantisation },
    ];
  });
}

/** `undefined` for what is no ONNX file. */
function endingOf(path: string): string | undefined {
  const stem = /([^/]+)\.onnx(?:_data\w*)?$/.exec(path)?.[1];
  if (stem === undefined) return undefined;
  return endings.map(([ending]) => ending).findLast((ending) => ending !== "" && stem.endsWith(ending)) ?? "";
}

/** The merged decoder does what these two do. */
function isOtherDecoder(path: string): boolean {
  return /(?:^|\/)decoder_model(?:_with_past_model)?(?!_merged)(?:_\w+)?\.onnx/.test(path);
}
