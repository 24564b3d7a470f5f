import { stat } from "node:fs/promises";
import type { Profile } from "@berth/api";
import type { Profiles } from "./profiles.ts";

export interface DefaultProfileOptions {
  readonly home: string;
  /** Absolute; the first that is a directory becomes the cache, the home itself when none is. */
  readonly cacheCandidates: readonly string[];
}

/** At the first start, when there is no profiles.cfg yet, makes the profile `default` of this machine. */
export async function ensureDefaultProfile(
  profiles: Profiles,
  { home, cacheCandidates }: DefaultProfileOptions,
): Promise<Profile | undefined> {
  if (await profiles.exists()) return undefined;
  let cache = home;
  for (const candidate of cacheCandidates) {
    if (!(await isDirectory(candidate))) continue;
    cache = candidate;
    break;
  }
  return profiles.create({ name: "default", default: true, spec: { schema: "local", home, cache } });
}

/** What cannot be seen is no directory to us. */
async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
