import type { Cluster, Profile } from "@berth/api";
import type { ProfileSites } from "@berth/control";
import type { RemoteHost, RemoteHosts } from "@berth/launchers";
import { ClusterFacts, prepareSite, SchedulerMeter } from "@berth/launchers/cluster";
import type { Clock } from "@berth/std/clock";

/** All that speaks to a profile's cluster. */
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
  readonly #meters = new WeakMap<RemoteHost, SchedulerMeter>();
  /** The same, by the name of the login node: several profiles may share one. */
  readonly #named = new Map<string, SchedulerMeter>();
  /** By the set-up line, which decides what container runtimes are found. */
  readonly #facts = new WeakMap<RemoteHost, Map<string | undefined, ClusterFacts>>();

  constructor(hosts: RemoteHosts, clock: Clock) {
    this.#hosts = hosts;
    this.#clock = clock;
  }

  connectionOf: ProfileSites["connectionOf"] = (profile) => this.#hosts.connectionOf(profile);

  prepare: ProfileSites["prepare"] = (profile, signal) =>
    prepareSite(this.#hosts.hostOf(profile), profile, signal);

  cluster: ProfileSites["cluster"] = (profile, options, signal) =>
    this.placeOf(profile).facts.read(options, signal);

  /** As it was seen in the last hour, if it was; asks nobody. */
  rememberedCluster(profile: Profile): Cluster | undefined {
    return this.placeOf(profile).facts.remembered;
  }

  release: ProfileSites["release"] = (profiles) => this.#hosts.retain(profiles);

  placeOf(profile: Profile): SitePlace {
    const host = this.#hosts.hostOf(profile);
    const meter = this.meterOf(host);
    this.#named.set(profile.slurm?.host ?? profile.name, meter);
    const setup = profile.slurm?.setup;
    const known = this.#facts.get(host) ?? new Map<string | undefined, ClusterFacts>();
    this.#facts.set(host, known);
    const facts = known.get(setup) ?? new ClusterFacts({ host, meter, clock: this.#clock, setup });
    known.set(setup, facts);
    return { host, meter, facts, clock: this.#clock };
  }

  /** Calls since the start, by login node. */
  schedulerCalls(): ReadonlyMap<string, number> {
    return new Map([...this.#named].map(([host, meter]) => [host, meter.total]));
  }

  /** What the scheduler behind the host was asked. Everybody who asks it counts here. */
  meterOf(host: RemoteHost): SchedulerMeter {
    const meter = this.#meters.get(host) ?? new SchedulerMeter(this.#clock);
    this.#meters.set(host, meter);
    return meter;
  }
}
