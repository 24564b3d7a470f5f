import { join } from "node:path";
import type { Profile } from "@berth/api";
import type { Launcher, PreviewingLauncher, RemoteHost } from "@berth/launchers";
import type { SchedulerMeter } from "@berth/launchers/cluster";
import { createSlurmLauncher, Packer } from "@berth/launchers/slurm";
import { systemClock } from "@berth/std/clock";
import type { Config } from "./config.ts";
import { makeEnginePacks } from "./engine-packs.ts";
import type { Installation } from "./installation.ts";

/** How clusters are reached, and how much their schedulers are asked. */
export interface ClusterWays {
  readonly hostOf: (profile: Profile) => RemoteHost;
  readonly meterOf: (profile: Profile) => SchedulerMeter;
}

/** Launches on clusters; what they get of this machine is kept below the server's home. */
export function makeSlurmLauncher(
  config: Config,
  installation: Installation,
  { hostOf, meterOf }: ClusterWays,
): Launcher & PreviewingLauncher {
  const cacheDir = join(config.homeDir, "clusters");
  const packer = new Packer(join(cacheDir, "packs"));
  const nodePath = process.execPath;
  const { builtRunnerEntry: runnerEntry } = installation;
  return createSlurmLauncher({
    hostOf,
    meterOf,
    nodePath,
    runnerEntry,
    packer,
    cacheDir,
    enginePacks: makeEnginePacks({ nodePath, runnerEntry, cacheDir, packer }),
    clock: systemClock,
  });
}
