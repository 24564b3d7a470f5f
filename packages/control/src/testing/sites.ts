import type { BerthError, Connection, Profile } from "@berth/api";
import type { ProfileSites } from "../services/profile-sites.ts";
import { sampleCluster } from "./cluster.ts";

export interface FakeSites extends ProfileSites {
  /** Verbs that spoke to a cluster, with the profile's host: `prepare login`. */
  readonly asked: readonly string[];
  /** Names of the profiles whose connections were to be kept, each time others were let go. */
  readonly kept: readonly (readonly string[])[];
  /** What every verb that speaks to a cluster throws from now on. */
  failWith(error: BerthError | undefined, connection?: Connection["state"]): void;
}

/** Clusters on which every user's home is `/home/me`. */
export function fakeSites(): FakeSites {
  const asked: string[] = [];
  const kept: string[][] = [];
  let failure: BerthError | undefined;
  let state: Connection["state"] = "idle";
  const ask = (verb: string, { slurm }: Profile): void => {
    asked.push(`${verb} ${slurm?.host}`);
    if (failure !== undefined) throw failure;
    state = "connected";
  };
  const expanded = (path: string): string => path.replace(/^~/, "/home/me");
  return {
    asked,
    kept,
    failWith: (error, connection = "unreachable") => {
      failure = error;
      state = error === undefined ? "idle" : connection;
    },
    connectionOf: ({ slurm }) =>
      slurm === null ? null : { state, reason: null, since: null, transport: null },
    prepare: async (profile) => {
      ask("prepare", profile);
      return { home: expanded(profile.home), cache: expanded(profile.cache) };
    },
    cluster: async (profile) => {
      ask("cluster", profile);
      return sampleCluster();
    },
    release: async (profiles) => {
      kept.push(profiles.map(({ name }) => name));
    },
  };
}
