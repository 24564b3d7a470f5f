import type { Launcher, LaunchRef, Observation } from "@berth/launchers";

interface Batch {
  readonly refs: Map<string, LaunchRef>;
  readonly seen: Promise<ReadonlyMap<string, Observation>>;
}

/**
 * Looks at launches through their launchers, and asks each profile one question at a time: whoever comes in the same
 * moment, or while one is being answered, shares the next.
 */
export class Observer {
  readonly #gathering = new Map<string, Batch>();
  readonly #asking = new Map<string, Promise<unknown>>();

  async observe(launcher: Launcher, ref: LaunchRef, signal: AbortSignal): Promise<Observation> {
    const profile = ref.profile.name;
    let batch = this.#gathering.get(profile);
    if (batch === undefined) {
      batch = this.#open(launcher, profile, signal);
      this.#gathering.set(profile, batch);
    }
    batch.refs.set(ref.launchId, ref);
    const observations = await batch.seen;
    return observations.get(ref.launchId) ?? { kind: "unknown", reason: "the launcher did not say" };
  }

  #open(launcher: Launcher, profile: string, signal: AbortSignal): Batch {
    const refs = new Map<string, LaunchRef>();
    const turn = (this.#asking.get(profile) ?? Promise.resolve()).then(() => {
      this.#gathering.delete(profile);
      return launcher.observe([...refs.values()], signal);
    });
    // a failed question is its askers' to handle; the next one only waits for its end
    this.#asking.set(
      profile,
      turn.catch(() => undefined),
    );
    return { refs, seen: turn };
  }
}
