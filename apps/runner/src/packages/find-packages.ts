import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { EngineProgram } from "@berth/api/runner";
import type { BuildMachine, EnginePackages } from "@berth/engines";
import { findProgram } from "../engine/find-program.ts";

/** Where the packages are that an engine needs beside the runner's own bundle. */
export type PackagePlace =
  /** It needs none, or Node finds them from the runner itself. */
  | { readonly kind: "beside" }
  | { readonly kind: "there"; readonly dir: string }
  | { readonly kind: "missing"; readonly dir: string; readonly needed: EnginePackages }
  /** There are none for this machine. */
  | { readonly kind: "refused"; readonly reason: string };

type PackagesOf = (machine: BuildMachine) => EnginePackages | undefined;

/** What each engine of ours needs; read only when it is launched. */
const packagesOfEngines: Readonly<Record<string, () => Promise<PackagesOf>>> = {
  "llama-cpp": async () => (await import("@berth/engines/llama-cpp/packages")).llamaCppPackages,
  "transformers-js": async () =>
    (await import("@berth/engines/transformers-js/packages")).transformersJsPackages,
  "whisper-cpp": async () => (await import("@berth/engines/whisper-cpp/packages")).whisperCppPackages,
};

/** What the engine needs on the machine: `none` beside the runner's own bundle, or there is none for such a machine. */
export async function packagesFor(
  engine: string,
  machine: BuildMachine,
): Promise<EnginePackages | "none" | undefined> {
  const packagesOf = Object.hasOwn(packagesOfEngines, engine) ? packagesOfEngines[engine] : undefined;
  return packagesOf === undefined ? "none" : (await packagesOf())(machine);
}

const nvidiaAnswerMs = 5_000;

/** Looks for what the program needs in `BERTH_ENGINES_DIR`; without one, all lies beside the runner. Changes nothing. */
export async function findPackages(
  program: EngineProgram,
  env: Readonly<Record<string, string>>,
): Promise<PackagePlace> {
  const enginesDir = env.BERTH_ENGINES_DIR;
  if (enginesDir === undefined || program.kind !== "embedded") return { kind: "beside" };
  const { platform, arch } = process;
  const needed = await packagesFor(program.engine, {
    platform,
    arch,
    hasNvidiaDriver: wantsGpu(program.config) && (await hasNvidiaDriver(env.PATH ?? "")),
  });
  if (needed === "none") return { kind: "beside" };
  if (needed === undefined)
    return { kind: "refused", reason: `there is no ${program.engine} for ${platform} on ${arch}` };
  const dir = join(enginesDir, needed.folder);
  return isInstalled(dir, needed) ? { kind: "there", dir } : { kind: "missing", dir, needed };
}

export function isInstalled(dir: string, needed: EnginePackages): boolean {
  return existsSync(join(dir, "node_modules", needed.entry, "package.json"));
}

/** The processor serves unless somebody asked for more: nobody fetches what will not be used. */
function wantsGpu({ gpuLayers }: Readonly<Record<string, unknown>>): boolean {
  return gpuLayers === "auto" || (typeof gpuLayers === "number" && gpuLayers > 0);
}

async function hasNvidiaDriver(path: string): Promise<boolean> {
  const program = await findProgram("nvidia-smi", "/", path);
  if (program.kind === "missing") return false;
  return new Promise((resolve) => {
    execFile(program.path, ["-L"], { timeout: nvidiaAnswerMs }, (error) => resolve(error === null));
  });
}
