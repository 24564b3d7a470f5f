import type { Check, Profile, RepairStep } from "@berth/api";
import type { ProfileCare } from "@berth/control";
import { checkSite, repairSite } from "@berth/launchers/cluster";
import { makeDirectory } from "@berth/std/make-directory";
import { profileCheck } from "./checks.ts";
import type { Sites } from "./sites.ts";

export interface ProfileCareOptions {
  readonly sites: Sites;
  readonly hubEndpoint: string;
  /** Services whose launches are still wanted on the profile. */
  readonly serviceIds: (profile: Profile) => Promise<readonly string[]>;
  /** Installs on the cluster what is not there of the runner. */
  readonly reinstall?: (profile: Profile, signal: AbortSignal) => Promise<unknown>;
}

/** What doctor and repair do at each kind of profile. */
export function profileCare({ sites, hubEndpoint, serviceIds, reinstall }: ProfileCareOptions): ProfileCare {
  return {
    async check(profile, { deep }, signal): Promise<readonly Check[]> {
      const summary = profileCheck(profile);
      if (profile.slurm === null || profile.status === "invalid") return [summary];
      const place = sites.placeOf(profile);
      return checkSite({ ...place, profile, hubUrl: hubEndpoint, deep }, signal);
    },
    async repair(profile, signal): Promise<readonly RepairStep[]> {
      if (profile.slurm === null) return [await repairHome(profile.home)];
      const { host, meter } = sites.placeOf(profile);
      const again =
        reinstall === undefined
          ? {}
          : { reinstall: async (on: AbortSignal) => void (await reinstall(profile, on)) };
      return repairSite({ profile, host, meter, serviceIds: await serviceIds(profile), ...again }, signal);
    },
  };
}

async function repairHome(home: string): Promise<RepairStep> {
  try {
    const first = await makeDirectory(home);
    return first === undefined
      ? { id: "home", status: "ok", message: `${home} is there` }
      : { id: "home", status: "repaired", message: `${home} was made` };
  } catch (error) {
    return { id: "home", status: "failed", message: (error as Error).message };
  }
}
