import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import {
  launchFiles,
  runnerClaimSchema,
  runnerStateSchema,
  z,
  type ProcessIdentity,
  type RunnerState,
} from "@berth/api";
import { readMachineId } from "@berth/std/machine-id";
import { identifyProcess, isAlive } from "@berth/std/process-identity";

/** What the launch's directory, and the process it names, say. */
export type LaunchRecord =
  | { readonly kind: "missing" }
  /** A directory, and nobody who runs it. */
  | { readonly kind: "unclaimed" }
  /** Stopped before a runner took it. */
  | { readonly kind: "given_up" }
  | { readonly kind: "alive"; readonly runner: ProcessIdentity; readonly state: RunnerState | undefined }
  /** `state` is the runner's last. */
  | { readonly kind: "dead"; readonly runner: ProcessIdentity; readonly state: RunnerState | undefined }
  | { readonly kind: "unreadable"; readonly reason: string };

export async function readRecord(dir: string): Promise<LaunchRecord> {
  try {
    const claim = await readJson(join(dir, launchFiles.claim), runnerClaimSchema);
    if (claim === undefined) return (await exists(dir)) ? { kind: "unclaimed" } : { kind: "missing" };
    const { runner } = claim;
    if (runner === null) return { kind: "given_up" };
    const elsewhere = await isElsewhere(runner, claim.machineId);
    if (elsewhere)
      return { kind: "unreadable", reason: "another machine that shares this disk has launched it" };
    // in this order: what a runner that is dead by now has written, it has written
    const kind = isAlive(runner) ? "alive" : "dead";
    return { kind, runner, state: await readJson(join(dir, launchFiles.state), runnerStateSchema) };
  } catch (error) {
    return { kind: "unreadable", reason: (error as Error).message };
  }
}

/** Whether the process was started in this boot of this machine, the only one whose processes can be seen. */
export function isOfThisBoot(identity: ProcessIdentity): boolean {
  return identifyProcess(process.pid)?.bootId === identity.bootId;
}

/** After another boot it is gone, unless it is that of another machine. */
async function isElsewhere(runner: ProcessIdentity, machineId: string | null): Promise<boolean> {
  if (isOfThisBoot(runner) || machineId === null) return false;
  const here = await readMachineId();
  return here !== null && here !== machineId;
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

/** `undefined` when there is no such file; rejects when it cannot be read or holds something else. */
async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const parsed = schema.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error(`${path} is not what it should be: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
