import { stat } from "node:fs/promises";
import { basename, dirname, isAbsolute, join } from "node:path";
import {
  BerthError,
  launchFiles,
  launchMarkName,
  launchMarkOf,
  type Profile,
  type ProcessIdentity,
  type RunnerClaim,
} from "@berth/api";
import { makeDirectory } from "@berth/std/make-directory";
import type { FamilyMark } from "@berth/std/process-family";
import { createFile, replaceFile } from "@berth/std/whole-file";
import type { LaunchRef, LaunchRequest } from "../launcher.ts";

/** Where launches of a profile lie. */
export type LaunchesDir = (profile: Profile) => string;

/**
 * The launch's directory. The handle, where it is known, wins: a profile's home may have changed since. Throws
 * `invalid_request` for names that are no file names.
 */
export function launchDir(ref: LaunchRef, launchesDir: LaunchesDir): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(ref.launchId))
    throw new BerthError("invalid_request", `${JSON.stringify(ref.launchId)} cannot name a launch`, {
      param: "launchId",
    });
  if (ref.handle !== undefined && isAbsolute(ref.handle) && basename(ref.handle) === ref.launchId)
    return ref.handle;
  return join(launchesDir(ref.profile), ref.launchId);
}

/** By what every process of the launch is known. */
export function familyOf(ref: LaunchRef, leader?: ProcessIdentity | null): FamilyMark {
  const environment = { name: launchMarkName, value: launchMarkOf(ref) };
  return { environment, leader: leader ?? undefined };
}

/**
 * Makes the directory with what the runner reads; again, as long as no runner has read it. Throws `unprocessable` when
 * somebody else could put other files in its place.
 */
export async function writeLaunch(dir: string, { spec, secret }: LaunchRequest): Promise<void> {
  await makeDirectory(dirname(dir));
  await assertOwn(dirname(dir));
  await makeDirectory(dir);
  await replaceFile(join(dir, launchFiles.secret), secret);
  await replaceFile(join(dir, launchFiles.spec), JSON.stringify(spec));
}

/** A home may lie in a folder that others write to as well: whoever owns `launches` says what the runner runs. */
async function assertOwn(launchesDir: string): Promise<void> {
  const ownUid = process.getuid?.();
  if (ownUid === undefined) return;
  const { uid, mode } = await stat(launchesDir);
  if (uid === ownUid && (mode & 0o022) === 0) return;
  const whose = uid === ownUid ? "may be written by other users" : "belongs to another user";
  throw new BerthError(
    "unprocessable",
    `${launchesDir} ${whose}, who could run programs as you; give the profile a home of your own`,
    { param: "profile" },
  );
}

/** Takes an unclaimed launch so that no runner ever can. False when one was faster, or the directory is gone. */
export async function giveUp(dir: string, launchId: string): Promise<boolean> {
  const claim: RunnerClaim = { version: 1, launchId, runner: null, machineId: null };
  try {
    return await createFile(join(dir, launchFiles.claim), JSON.stringify(claim));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}
