import { Changes, type Profiles } from "@berth/control";
import type { Config } from "../config.ts";
import { openState } from "../open-state.ts";
import { openProfiles } from "../profiles.ts";

/** Runs work on the home's profiles without a server. Throws `conflict` while one runs: it keeps them then. */
export async function withProfiles<T>(config: Config, work: (profiles: Profiles) => Promise<T>): Promise<T> {
  const state = await openState(config);
  try {
    return await work(openProfiles(config, state.store, new Changes()));
  } finally {
    await state.close();
  }
}
