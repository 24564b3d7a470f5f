import { BerthError } from "@berth/api";
import type { LaunchRef } from "../launcher.ts";

/** Where a launch lies on the cluster, and what it is called there. */
export interface LaunchPlace {
  /** Name and comment of its Slurm job: no other job of any home bears it. */
  readonly jobName: string;
  /** The profile's home there; `~` stands for the user's. */
  readonly home: string;
  readonly dir: string;
}

/** What `launch` returns, as JSON. Everything in it can be found again without it. */
export interface LaunchHandle {
  /** Null: the launch was stopped before it was submitted. */
  readonly jobId: string | null;
  readonly dir: string;
  /** By the cluster's clock, in seconds. */
  readonly submittedAt: number | null;
}

/** Throws `invalid_request` for names that are no file names, or no job names. The handle's directory wins: a home may have moved. */
export function launchPlaceOf(ref: LaunchRef): LaunchPlace {
  for (const param of ["launchId", "homeId"] as const)
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(ref[param]))
      throw new BerthError("invalid_request", `${JSON.stringify(ref[param])} cannot name a launch`, {
        param,
      });
  const { home } = ref.profile;
  const known = readHandle(ref.handle)?.dir;
  const dir =
    known !== undefined && known.endsWith(`/${ref.launchId}`) ? known : `${home}/launches/${ref.launchId}`;
  return { jobName: `berth:${ref.homeId}:${ref.launchId}`, home, dir };
}

/** `undefined` for what is none. */
export function readHandle(handle: string | undefined): LaunchHandle | undefined {
  if (handle === undefined) return undefined;
  try {
    const parsed = JSON.parse(handle) as Partial<LaunchHandle> | null;
    return typeof parsed?.dir === "string" && parsed.dir.startsWith("/")
      ? (parsed as LaunchHandle)
      : undefined;
  } catch {
    // of another launcher, or of another time: the directory is found without it
    return undefined;
  }
}
