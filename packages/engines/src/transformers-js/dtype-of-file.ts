import type { Dtype } from "./config.ts";

/** How the weights of an ONNX file are held, which its name's ending tells: `encoder_model_q4.onnx`. */
export function dtypeOfFile(path: string): Dtype {
  const ending = /_(fp16|quantized|int8|uint8|q4f16|q4|bnb4)\.onnx$/.exec(path)?.[1];
  switch (ending) {
    case undefined:
      return "fp32";
    case "quantized":
      return "q8";
    default:
      return ending as Dtype;
  }
}
