import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { EnginePackages } from "@berth/engines";

/** Removes from `dir` what came along and is for other machines. What is not there is already removed. */
export async function removeUnneeded(dir: string, { unneeded = [] }: EnginePackages): Promise<void> {
  for (const path of unneeded) await rm(join(dir, "node_modules", path), { recursive: true, force: true });
}
