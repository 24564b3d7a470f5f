import { readFileSync } from "node:fs";
import type { HubDoubleRepo } from "@berth/testing/hub-double";
import { chatModelFile } from "./reader-files.ts";

/**
 * The repositories that the guide names, with the file names they have on the hub. Inside each GGUF file is the demo
 * model: what is downloaded can be run.
 */
export function documentedRepos(): readonly HubDoubleRepo[] {
  const weights = readFileSync(chatModelFile);
  const quantisations = ["q2_k", "q3_k_m", "q4_0", "q4_k_m", "q5_0", "q5_k_m", "q6_k", "q8_0", "fp16"];
  const small = Object.fromEntries(
    quantisations.map((name) => [`qwen2.5-0.5b-instruct-${name}.gguf`, weights]),
  );
  return [
    {
      id: "Qwen/Qwen2.5-0.5B-Instruct-GGUF",
      files: { ...small, "README.md": "# Qwen2.5", LICENSE: "Apache License" },
      task: "text-generation",
      licence: "apache-2.0",
    },
    {
      id: "google/gemma-3-1b-it-qat-q4_0-gguf",
      files: { "gemma-3-1b-it-q4_0.gguf": weights },
      gated: "manual",
      task: "text-generation",
    },
  ];
}
