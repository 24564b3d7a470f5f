import type { Profile } from "@berth/api";
import { Gathering } from "@berth/std/gathering";
import type { Launcher } from "@berth/launchers";

/** The profiles as they stand now. */
export interface ProfileLookup {
  list(): Promise<readonly Profile[]>;
}

/** A profile with the launcher for its kind. */
export interface Place {
  readonly profile: Profile;
  readonly launcher: Launcher;
}

export class Places {
  readonly #profiles: ProfileLookup;
  /** Many services are looked at in the same moment. */
  readonly #lists: Gathering<never, readonly Profile[]>;
  readonly #launcherOf: (profile: Profile) => Launcher;

  constructor(profiles: ProfileLookup, launcherOf: (profile: Profile) => Launcher) {
    this.#profiles = profiles;
    this.#lists = new Gathering(() => profiles.list());
    this.#launcherOf = launcherOf;
  }

  profiles(): Promise<readonly Profile[]> {
    return this.#profiles.list();
  }

  /** `undefined` when there is no such profile (any more). */
  async find(profileName: string): Promise<Place | undefined> {
    const profile = (await this.#lists.join([])).find(({ name }) => name === profileName);
    return profile === undefined ? undefined : { profile, launcher: this.#launcherOf(profile) };
  }
}
