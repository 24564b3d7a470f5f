import type * as nodeLlamaCpp from "node-llama-cpp";

/** node-llama-cpp, as far as types go. It is loaded lazily and from where the caller says: it is large and native. */
export type LlamaModule = typeof nodeLlamaCpp;
export type Llama = nodeLlamaCpp.Llama;
export type LlamaModel = nodeLlamaCpp.LlamaModel;
export type LlamaContext = nodeLlamaCpp.LlamaContext;
export type LlamaSequence = nodeLlamaCpp.LlamaContextSequence;
export type LlamaGrammar = nodeLlamaCpp.LlamaGrammar;
export type EvaluateOptions = nodeLlamaCpp.SequenceEvaluateOptions;
export type Token = nodeLlamaCpp.Token;

/** Beside the runner's bundle, or wherever Node finds it. */
export const bundledLlamaModule = (): Promise<LlamaModule> => import("node-llama-cpp");
