export { llamaCppConfigSchema, type LlamaCppConfig } from "../config.ts";
export type { GenerationResult, OnText } from "./core/generation.ts";
export type { GenerateRequest, HostFacts, LlamaHost } from "./core/host.ts";
export type { LlamaModule } from "./core/llama-module.ts";
export { openLlama, type OpenOptions } from "./core/open-llama.ts";
export type { Sampling } from "./core/sampling.ts";
export { exitWithParent } from "../../serving/exit-with-parent.ts";
export { serveLlamaCpp, type LlamaServer, type ServeOptions } from "./serve-llama-cpp.ts";
