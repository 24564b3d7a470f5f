import { readFile, rename, writeFile } from "node:fs/promises";
import type { ProcessIdentity } from "@berth/std/process-identity";

/** Which process the master at a control path is, so that one which does not answer any more can be ended, and no other. */
export async function writeMasterIdentity(controlPath: string, identity: ProcessIdentity): Promise<void> {
  const fresh = `${controlPath}.pid.new`;
  await writeFile(fresh, JSON.stringify(identity), { mode: 0o600 });
  await rename(fresh, `${controlPath}.pid`);
}

/** `undefined` when none was written, or not to its end. */
export async function readMasterIdentity(controlPath: string): Promise<ProcessIdentity | undefined> {
  try {
    return JSON.parse(await readFile(`${controlPath}.pid`, "utf8")) as ProcessIdentity;
  } catch {
    return undefined;
  }
}
