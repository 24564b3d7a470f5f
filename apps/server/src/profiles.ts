import { homedir } from "node:os";
import { join } from "node:path";
import { hasDownloadEnded, hasEnded, type Profile } from "@berth/api";
import { ensureDefaultProfile, Profiles, type Changes, type ProfileSites } from "@berth/control";
import type { Store } from "@berth/store";
import { absolute, type Config, type Environment } from "./config.ts";

/** The home's profiles, as they stand in `profiles.cfg`. `afterRename` runs when the rows bear the new name. */
export function openProfiles(
  config: Config,
  store: Store,
  changes: Changes,
  sites: ProfileSites,
  afterRename: (from: string, to: string) => Promise<void> = async () => {},
): Profiles {
  return new Profiles({
    path: join(config.homeDir, "profiles.cfg"),
    userHome: homedir(),
    changes,
    sites,
    usedBy: async (name) => {
      const rows = await store.services.listServices();
      return rows
        .filter(({ service }) => service.profile === name && !hasEnded(service.status))
        .map(({ service }) => service.name);
    },
    workOn: async (name) => {
      const [downloads, pulls] = await Promise.all([
        store.downloads.listDownloads(),
        store.imagePulls.listImagePulls(),
      ]);
      return [
        ...downloads
          .filter(({ profile, status }) => profile === name && !hasDownloadEnded(status))
          .map(({ id }) => `download ${id}`),
        ...pulls
          .filter(({ pull }) => pull.profile === name && pull.status === "RUNNING")
          .map(({ pull }) => `image pull ${pull.id}`),
      ];
    },
    renamed: async (from, to) => {
      await store.profileReferences.renameProfile(from, to);
      await afterRename(from, to);
    },
  });
}

/** At the first start: a profile of this machine, with the hub's own cache as its cache where there is one. */
export function ensureFirstProfile(
  profiles: Profiles,
  config: Config,
  environment: Environment,
): Promise<Profile | undefined> {
  const { HF_HUB_CACHE, HF_HOME } = environment;
  const cacheCandidates = [
    HF_HUB_CACHE,
    HF_HOME === undefined ? undefined : join(HF_HOME, "hub"),
    "~/.cache/huggingface/hub",
  ];
  return ensureDefaultProfile(profiles, {
    home: config.homeDir,
    cacheCandidates: cacheCandidates
      .filter((path) => path !== undefined && path !== "")
      .map((path) => absolute(path as string)),
  });
}
