import type { Profile } from "@berth/api";
import type { RunAsJob } from "@berth/catalog/remote";
import type { RemoteHost } from "@berth/launchers";
import type { SchedulerMeter } from "@berth/launchers/cluster";
import { Errands, untilAnswered } from "@berth/launchers/errand";
import type { Clock } from "@berth/std/clock";
import type { PlaceRunners } from "./run-there.ts";

export interface JobRunners extends PlaceRunners {
  /** The budget of the profile's cluster. */
  readonly meterOf: (profile: Profile) => SchedulerMeter;
  readonly homeId: string;
  readonly clock: Clock;
}

/** A download and an image's conversion hold little in memory; what they write counts too on many clusters. */
const memoryMiB = 1024;

/** Runs the runner as a Slurm job of the profile's site. One for a server: the cluster's queue is asked for all its errands at once. */
export function runAsJob({ hostOf, program, meterOf, homeId, clock }: JobRunners): RunAsJob {
  const known = new WeakMap<RemoteHost, Errands>();
  const errandsOf = (profile: Profile): Errands => {
    const host = hostOf(profile);
    const errands = known.get(host) ?? new Errands({ host, meter: meterOf(profile), clock, homeId });
    known.set(host, errands);
    return errands;
  };
  return {
    run: (id, onState) => async (profile, words, signal) => {
      const errand = {
        id,
        home: profile.home,
        argv: async (asking: AbortSignal) => [
          ...(await untilAnswered(() => program(profile, asking))),
          ...words,
        ],
        env: { NODE_USE_ENV_PROXY: "1" },
        memoryMiB,
        site: siteOf(profile),
      };
      return errandsOf(profile).run(errand, onState, signal);
    },
    end: (id, profile, signal) => errandsOf(profile).end({ id, home: profile.home }, signal),
  };
}

function siteOf({ slurm, name }: Profile): NonNullable<Profile["slurm"]> {
  if (slurm === null) throw new RangeError(`profile ${name} has no cluster`);
  return slurm;
}
