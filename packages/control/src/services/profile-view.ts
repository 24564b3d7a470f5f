import type { Profile } from "@berth/api";
import { cacheProblem, homeProblem } from "./profile-directories.ts";
import type { ProfileSites } from "./profile-sites.ts";
import type { DeclaredProfile } from "./profile-text.ts";

/** As others see it. This machine's directories are looked at; of a cluster nobody is asked anything. */
export async function viewProfile(
  { mistake, said: _said, ...declared }: DeclaredProfile,
  sites: Pick<ProfileSites, "connectionOf">,
): Promise<Profile> {
  const reason = mistake ?? (declared.schema === "slurm" ? null : await localProblem(declared));
  const profile: Profile = {
    id: declared.name,
    ...declared,
    connection: null,
    status: reason === null ? "ready" : "invalid",
    statusReason: reason,
  };
  return { ...profile, connection: sites.connectionOf(profile) };
}

async function localProblem({
  home,
  cache,
}: Pick<DeclaredProfile, "home" | "cache">): Promise<string | null> {
  return (await homeProblem(home)) ?? (cache === home ? undefined : await cacheProblem(cache)) ?? null;
}
