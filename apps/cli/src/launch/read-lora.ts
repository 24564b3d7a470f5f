import type { EngineOptions } from "@berth/api";
import type { Cli } from "../cli.ts";

/** A LoRA adapter as options name it: `adapter.gguf`, or `adapter.gguf=0.5` with its scale. */
export function readLora(cli: Cli, text: string): NonNullable<EngineOptions["lora"]>[number] {
  const [, path = text, scale = "1"] = /^(.*)=(-?\d+(?:\.\d+)?)$/.exec(text) ?? [];
  return { path: cli.path(path), scale: Number(scale) };
}
