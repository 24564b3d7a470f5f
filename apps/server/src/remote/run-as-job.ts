import type { Profile } from "@berth/api";
import type { RunAsJob } from "@berth/catalog/remote";
import { endErrand, runErrand } from "@berth/launchers/errand";
import type { Clock } from "@berth/std/clock";
import type { PlaceRunners } from "./run-there.ts";

export interface JobRunners extends PlaceRunners {
  readonly homeId: string;
  readonly clock: Clock;
}

/** A download and an image's conversion hold little in memory; what they write counts too on many clusters. */
const memoryMiB = 1024;

/** Runs the runner as a Slurm job of the profile's site. */
export function runAsJob({ hostOf, program, homeId, clock }: JobRunners): RunAsJob {
  return {
    run: (id, onState) => async (profile, words, signal) => {
      const argv = [...(await program(profile, signal)), ...words];
      const errand = {
        id,
        homeId,
        home: profile.home,
        argv,
        env: { NODE_USE_ENV_PROXY: "1" },
        memoryMiB,
        site: siteOf(profile),
      };
      return runErrand(errand, { host: hostOf(profile), clock, onState }, signal);
    },
    end: (id, profile, signal) => endErrand({ id, homeId, home: profile.home }, hostOf(profile), signal),
  };
}

function siteOf({ slurm, name }: Profile): NonNullable<Profile["slurm"]> {
  if (slurm === null) throw new RangeError(`profile ${name} has no cluster`);
  return slurm;
}
