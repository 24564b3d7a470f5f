import type { LoraAdapter } from "./lora-form.ts";

/** Whether Berth can give the engine adapters for a model that writes text. */
export function takesLora(engine: string): boolean {
  return engine === "llama-cpp";
}

/** `adapter.gguf`, `adapter.gguf × 0.5`: short, for lists. */
export function loraWords(adapters: readonly LoraAdapter[]): string {
  return adapters
    .map(({ path, scale }) => `${path.split("/").at(-1) ?? path}${scale === 1 ? "" : ` × ${scale}`}`)
    .join(", ");
}
