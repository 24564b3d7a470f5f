import type { Cluster, Profile } from "@berth/api";
import type { ProfileSites } from "@berth/control";
import type { RemoteHost } from "@berth/launchers";
import { ClusterFacts, prepareSite, SchedulerMeter } from "@berth/launchers/cluster";
import { factsKey, sshFactsOf } from "@berth/launchers/remote";
import type { Clock } from "@berth/std/clock";
import type { RemoteHosts } from "./remote-hosts.ts";

export interface SitePlace {
  readonly host: RemoteHost;
  readonly meter: SchedulerMeter;
  readonly facts: ClusterFacts;
  readonly clock: Clock;
}

/** Clusters as profiles need them: connections, facts, and the scheduler's budget, one for each login node. */
export class Sites implements ProfileSites {
  readonly #hosts: RemoteHosts;
  readonly #clock: Clock;
  readonly #meters = new Map<string, SchedulerMeter>();
  readonly #facts = new Map<string, ClusterFacts>();

  constructor(hosts: RemoteHosts, clock: Clock) {
    this.#hosts = hosts;
    this.#clock = clock;
  }

  connectionOf: ProfileSites["connectionOf"] = (profile) => this.#hosts.connectionOf(profile);

  prepare: ProfileSites["prepare"] = (profile, signal) =>
    prepareSite(this.#hosts.of(profile), profile, signal);

  cluster: ProfileSites["cluster"] = (profile, options, signal): Promise<Cluster> =>
    this.placeOf(profile).facts.read(options, signal);

  /** All that speaks to the profile's cluster. */
  placeOf(profile: Profile): SitePlace {
    const key = factsKeyOf(profile);
    const host = this.#hosts.of(profile);
    const meter = this.meterOf(profile);
    const facts =
      this.#facts.get(key) ??
      new ClusterFacts({ host, meter, clock: this.#clock, setup: profile.slurm?.setup });
    this.#facts.set(key, facts);
    return { host, meter, facts, clock: this.#clock };
  }

  /** What the profile's scheduler was asked. Everybody who asks it counts here. */
  meterOf(profile: Profile): SchedulerMeter {
    const key = clusterKey(profile);
    const meter = this.#meters.get(key) ?? new SchedulerMeter(this.#clock);
    this.#meters.set(key, meter);
    return meter;
  }

  async release(profiles: readonly Profile[]): Promise<void> {
    const needed = new Set(profiles.map(factsKeyOf));
    for (const key of this.#facts.keys()) if (!needed.has(key)) this.#facts.delete(key);
    await this.#hosts.release(profiles);
  }
}

function clusterKey(profile: Profile): string {
  const facts = sshFactsOf(profile);
  return facts === undefined ? "localhost" : factsKey(facts);
}

/** The set-up line decides which container runtimes are found. */
function factsKeyOf(profile: Profile): string {
  return `${clusterKey(profile)} ${profile.slurm?.setup ?? ""}`;
}
