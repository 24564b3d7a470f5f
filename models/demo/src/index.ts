import { fileURLToPath } from "node:url";

/** The demo model's files and name. The sources that make it lie beside this; nothing here runs or loads it. */

const file = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));

/** The name it goes by. It is a toy, and says so when asked. */
export const demoModelRepo = "berth/pilot";

/** The folder that holds the model and nothing else to serve. */
export const demoModelDirectory = file("");

/** The trained chat model: llama architecture, 3.7 M parameters, Q8_0, 512 tokens of context. */
export const demoModelFile = file("pilot-q8_0.gguf");

/** Models of random weights, so that embedding, reranking and LoRA run for real. */
export const fixtureFiles = {
  /** BERT encoder, 64 numbers a text, 256 tokens of context. */
  embed: file("fixtures/tiny-random-embed.gguf"),
  /** BERT cross-encoder with a classification head. */
  rerank: file("fixtures/tiny-random-rerank.gguf"),
  /** An adapter for the demo model. */
  lora: file("fixtures/tiny-random-lora.gguf"),
} as const;

/** Whisper as a folder of ONNX files, of random weights: two languages, times; what it hears is noise. */
export const whisperFolder = file("fixtures/onnx/tiny-random-whisper");

/** A classifier of ONNX that tells whether somebody likes something; trained, and right. */
export const sentimentFolder = file("fixtures/onnx/tiny-sentiment");
