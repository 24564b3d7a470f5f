import { join } from "node:path";
import type { Connection, Profile } from "@berth/api";
import type { Changes } from "@berth/control";
import type { RemoteHost } from "@berth/launchers";
import { createSshHost, createThisHost, factsKey, type SshHost, sshFactsOf } from "@berth/launchers/remote";
import { type Clock, systemClock } from "@berth/std/clock";
import type { Config } from "./config.ts";

export interface RemoteHostsOptions {
  /** Where control sockets lie. */
  readonly controlDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Hears of each change of a connection. */
  readonly changed: () => void;
}

const idle: Connection = { state: "idle", reason: null, since: null, transport: null };

/** One connection for each login node, whichever profiles lie behind it. Opens none by itself. */
export class RemoteHosts implements AsyncDisposable {
  readonly #options: RemoteHostsOptions;
  readonly #thisHost: RemoteHost;
  readonly #hosts = new Map<string, SshHost>();

  constructor(options: RemoteHostsOptions) {
    this.#options = options;
    this.#thisHost = createThisHost({ clock: options.clock, env: options.env });
  }

  /** The machine that the profile's cluster is spoken to through; this one for `localhost`. */
  of(profile: Profile): RemoteHost {
    return this.sshHostOf(profile) ?? this.#thisHost;
  }

  /** `undefined` where no ssh is needed. */
  sshHostOf(profile: Profile): SshHost | undefined {
    const facts = sshFactsOf(profile);
    if (facts === undefined) return undefined;
    const key = factsKey(facts);
    const known = this.#hosts.get(key);
    if (known !== undefined) return known;
    const { controlDir, env, clock, changed } = this.#options;
    const made = createSshHost({ facts, controlDir, env, clock, changed });
    this.#hosts.set(key, made);
    return made;
  }

  /** Asks nobody, and makes nothing. */
  connectionOf(profile: Profile): Connection {
    const facts = sshFactsOf(profile);
    if (facts === undefined) return this.#thisHost.connection;
    return this.#hosts.get(factsKey(facts))?.connection ?? idle;
  }

  /** Ends the connections that none of these profiles need. */
  async release(profiles: readonly Profile[]): Promise<void> {
    const needed = new Set(
      profiles.flatMap((profile) => {
        const facts = sshFactsOf(profile);
        return facts === undefined ? [] : [factsKey(facts)];
      }),
    );
    const over = [...this.#hosts].filter(([key]) => !needed.has(key));
    for (const [key] of over) this.#hosts.delete(key);
    await Promise.all(over.map(([, host]) => host.end()));
  }

  /** Lets go of all; the connections stay open for whoever comes next. */
  async [Symbol.asyncDispose](): Promise<void> {
    const hosts = [...this.#hosts.values()];
    this.#hosts.clear();
    await Promise.all(hosts.map((host) => host[Symbol.asyncDispose]()));
  }
}

/** The home's connections; their sockets lie in its state directory. */
export function openHosts(config: Config, changes: Changes): RemoteHosts {
  return new RemoteHosts({
    controlDir: join(config.stateDir, "ssh"),
    env: process.env,
    clock: systemClock,
    changed: () => changes.publish({ type: "profiles" }),
  });
}
