import { join } from "node:path";
import { launchFiles, type RunnerClaim } from "@berth/api/runner";
import { readMachineId } from "@berth/std/machine-id";
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
