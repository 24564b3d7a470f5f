import { BerthError, type Check, type Profile, type RepairStep } from "@berth/api";
import { importProfiles } from "../services/import-profiles.ts";
import type { ProfileSites } from "../services/profile-sites.ts";
import type { Profiles } from "../services/profiles.ts";
import type { Handlers } from "./handler.ts";

type ProfileRoute =
  | "listProfiles"
  | "createProfile"
  | "getProfile"
  | "updateProfile"
  | "renameProfile"
  | "setDefaultProfile"
  | "deleteProfile"
  | "importProfiles"
  | "getCluster"
  | "checkProfile"
  | "repairProfile";

/** Looking after a profile's place. */
export interface ProfileCare {
  /** Never throws for what is wrong there: that is what it finds. */
  check(
    profile: Profile,
    options: { readonly deep: boolean },
    signal: AbortSignal,
  ): Promise<readonly Check[]>;
  repair(profile: Profile, signal: AbortSignal): Promise<readonly RepairStep[]>;
}

export function profileHandlers(
  profiles: Profiles,
  sites: Pick<ProfileSites, "cluster">,
  care: ProfileCare,
): Pick<Handlers, ProfileRoute> {
  return {
    listProfiles: async () => ({ data: await profiles.list() }),
    createProfile: ({ body }, { signal }) => profiles.create(body, signal),
    getProfile: ({ params }) => profiles.get(params.name),
    updateProfile: ({ params, body }, { signal }) => profiles.update(params.name, body, signal),
    renameProfile: ({ params, body }) => profiles.rename(params.name, body.to),
    setDefaultProfile: ({ params }) => profiles.setDefault(params.name),
    deleteProfile: ({ params }) => profiles.delete(params.name),
    importProfiles: async ({ body }) => ({
      data: await importProfiles(profiles, body.text, { dryRun: body.dryRun === true }),
    }),
    getCluster: async ({ params, query }, { signal }) => {
      const profile = requireUsable(await profiles.settle(params.name, signal));
      if (profile.slurm === null)
        throw new BerthError("unprocessable", `profile ${profile.name} is this machine: it has no cluster`, {
          param: "name",
        });
      return sites.cluster(profile, { refresh: query.refresh === "true" }, signal);
    },
    checkProfile: async ({ params, body }, { signal }) => ({
      data: [...(await care.check(await profiles.get(params.name), { deep: body.deep === true }, signal))],
    }),
    repairProfile: async ({ params }, { signal }) => ({
      data: [...(await care.repair(requireUsable(await profiles.settle(params.name, signal)), signal))],
    }),
  };
}

function requireUsable(profile: Profile): Profile {
  if (profile.status === "ready" || profile.schema !== "slurm") return profile;
  throw new BerthError("unprocessable", `profile ${profile.name} cannot be used: ${profile.statusReason}`, {
    param: "name",
  });
}
