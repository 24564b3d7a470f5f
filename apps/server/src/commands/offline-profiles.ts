import { Changes, type ProfileCare, type Profiles } from "@berth/control";
import { systemClock } from "@berth/std/clock";
import { makeHosts } from "../adapters.ts";
import type { Config } from "../config.ts";
import { openState } from "../open-state.ts";
import { profileCare } from "../profile-care.ts";
import { openProfiles } from "../profiles.ts";
import { Sites } from "../sites.ts";

/** A home's profiles and the clusters behind them, without a server. */
export interface OfflineProfiles {
  readonly profiles: Profiles;
  readonly sites: Sites;
  readonly care: ProfileCare;
}

/** Runs work on the home's profiles without a server. Throws `conflict` while one runs: it keeps them then. */
export async function withProfiles<T>(
  config: Config,
  work: (offline: OfflineProfiles) => Promise<T>,
): Promise<T> {
  const state = await openState(config, () => {});
  const changes = new Changes();
  const hosts = makeHosts(config, () => undefined);
  const sites = new Sites(hosts, systemClock);
  try {
    const care = profileCare({
      sites,
      hubEndpoint: config.settings.HF_ENDPOINT,
      serviceIds: async ({ name }) =>
        (await state.store.services.listServices())
          .filter(({ service }) => service.profile === name)
          .map(({ service }) => service.id),
    });
    return await work({ profiles: openProfiles(config, state.store, changes, sites), sites, care });
  } finally {
    await hosts[Symbol.asyncDispose]();
    await state.close();
  }
}
