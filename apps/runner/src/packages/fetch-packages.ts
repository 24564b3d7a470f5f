import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { systemClock } from "@berth/std/clock";
import { EngineLog } from "../engine/engine-log.ts";
import { listenForStop } from "../stop-signals.ts";
import { isInstalled, packagesFor } from "./find-packages.ts";
import { installPackages } from "./install-packages.ts";

export interface WantedPackages {
  readonly engine: string;
  /** They end up in a folder below it, named by what they are. */
  readonly intoDir: string;
  /** Node's word for the architecture they will run on. */
  readonly arch: string;
  readonly hasGpu: boolean;
}

const logBytes = 1024 * 1024;
const refusedExitCode = 78;

/**
 * Fetches an engine's packages for Linux machines and prints the folder's name, or nothing when the engine needs none.
 * Resolves to the exit code; what went wrong is on standard error.
 */
export async function fetchPackages(
  { engine, intoDir, arch, hasGpu }: WantedPackages,
  env: Readonly<Record<string, string>>,
): Promise<number> {
  const { stopping } = listenForStop(process);
  const platform = "linux";
  const needed = await packagesFor(engine, { platform, arch, hasNvidiaDriver: hasGpu });
  if (needed === "none") return 0;
  if (needed === undefined) {
    console.error(`there is no ${engine} for ${platform} on ${arch}`);
    return refusedExitCode;
  }
  const dir = join(intoDir, needed.folder);
  if (!isInstalled(dir, needed)) {
    await mkdir(intoDir, { recursive: true });
    const logDir = await mkdtemp(join(intoDir, ".fetch-"));
    const log = await EngineLog.open(logDir, logBytes);
    try {
      const foreign = { platform, arch };
      const means = { env, mark: "fetch", log, clock: systemClock, signal: stopping, foreign };
      const installed = await installPackages({ kind: "missing", dir, needed }, means);
      if (installed.kind === "failed") {
        console.error(installed.reason);
        return installed.exitCode;
      }
    } finally {
      await log.close();
      await rm(logDir, { recursive: true, force: true });
    }
  }
  console.log(needed.folder);
  return 0;
}
