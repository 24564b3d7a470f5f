import type { Cluster, Connection, Profile } from "@berth/api";

/** Where a cluster keeps a profile's files. */
export interface SiteDirectories {
  readonly home: string;
  readonly cache: string;
}

/**
 * What profiles ask of the clusters they name. Beside what is said below, each verb that speaks to one throws
 * `login_required`, `host_key_refused` or `host_unreachable` when it cannot be asked.
 */
export interface ProfileSites {
  /** How it is reached at the moment; asks nobody. Null for a profile without a cluster. */
  connectionOf(profile: Profile): Connection | null;
  /**
   * Looks at the directories there and makes the home (0700) where it is absent, never the cache. Resolves with where
   * they are, `~` looked up. Throws `unprocessable`, naming host, home or cache; nothing was made then.
   */
  prepare(profile: Profile, signal: AbortSignal): Promise<SiteDirectories>;
  /** What it has; up to a minute old, unless a fresh look is asked for and the scheduler's budget allows one. */
  cluster(profile: Profile, options: { readonly refresh: boolean }, signal: AbortSignal): Promise<Cluster>;
  /** Lets go of the connections that none of these profiles need. */
  release(profiles: readonly Profile[]): Promise<void>;
}
