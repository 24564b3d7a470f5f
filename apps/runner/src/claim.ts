import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { launchFiles, type RunnerClaim } from "@berth/api";
import { identifyProcess, type ProcessIdentity } from "@berth/std/process-identity";
import { createFile } from "@berth/std/whole-file";

/** Takes the launch for this process. False when another runner has it, or had it, or it was given up. */
export async function claimLaunch(dir: string, launchId: string, runner: ProcessIdentity): Promise<boolean> {
  const claim: RunnerClaim = { version: 1, launchId, runner, machineId: await readMachineId() };
  return createFile(join(dir, launchFiles.claim), JSON.stringify(claim));
}

export function ownIdentity(): ProcessIdentity {
  const identity = identifyProcess(process.pid);
  if (identity === undefined) throw new Error("this process cannot see itself");
  return identity;
}

async function readMachineId(): Promise<string | null> {
  try {
    return (await readFile("/etc/machine-id", "utf8")).trim();
  } catch {
    // macOS and small containers have none
    return null;
  }
}
