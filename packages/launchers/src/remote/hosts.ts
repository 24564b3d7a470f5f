import type { Profile } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import { openAskpass } from "./askpass.ts";
import type { RemoteHost } from "./remote-host.ts";
import type { Answerer, RemoteHosts } from "./remote-hosts.ts";
import { factsKey, sshFactsOf } from "./ssh-facts.ts";
import { createSshHost, type SshHost } from "./ssh-host.ts";
import { createThisHost } from "./this-host.ts";

export interface HostsOptions {
  /** `<home>/ssh`, in the server's own home. */
  readonly controlDir: string;
  /** What `~` stands for in `ssh_config`. */
  readonly userHome: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** The Node that carries ssh's questions to us. */
  readonly nodePath: string;
  readonly sshPath?: string | undefined;
  /** Hears when the connection of some profile has changed. */
  readonly changed: () => void;
}

/** A person may need to find the phone first. */
const loginTimeoutMs = 600_000;

/** Disposing lets go of the connections, which live on. */
export function createHosts(options: HostsOptions): RemoteHosts & AsyncDisposable {
  const { clock, env, userHome } = options;
  const here = createThisHost({ clock, env });
  const hosts = new Map<string, SshHost>();

  const sshHostOf = (profile: Profile): SshHost | undefined => {
    const facts = sshFactsOf(profile, userHome);
    if (facts === undefined) return undefined;
    const key = factsKey(facts);
    const known = hosts.get(key);
    if (known !== undefined) return known;
    const host = createSshHost({ ...options, facts });
    hosts.set(key, host);
    return host;
  };

  return {
    hostOf: (profile): RemoteHost => sshHostOf(profile) ?? here,

    connectionOf(profile) {
      if (profile.slurm === null) return null;
      const facts = sshFactsOf(profile, userHome);
      if (facts === undefined) return here.connection;
      const host = hosts.get(factsKey(facts));
      return host?.connection ?? { state: "idle", reason: null, since: null, transport: null };
    },

    async login(profile, answer: Answerer, signal) {
      const host = sshHostOf(profile);
      if (host === undefined) return;
      const dir = `${host.master.controlPath}.a`;
      await using askpass = await openAskpass({ dir, nodePath: options.nodePath, answer });
      const program = { ...host.program, env: { ...host.program.env, ...askpass.env } };
      await host.master.login({ interactive: true, program, timeoutMs: loginTimeoutMs }, signal);
    },

    async retain(profiles) {
      const needed = new Set(
        profiles.flatMap((profile) => {
          const facts = sshFactsOf(profile, userHome);
          return facts === undefined ? [] : [factsKey(facts)];
        }),
      );
      const unneeded = [...hosts].filter(([key]) => !needed.has(key));
      for (const [key] of unneeded) hosts.delete(key);
      await Promise.all(unneeded.map(([, host]) => host.end()));
    },

    async [Symbol.asyncDispose]() {
      await Promise.all([...hosts.values()].map((host) => host[Symbol.asyncDispose]()));
    },
  };
}
