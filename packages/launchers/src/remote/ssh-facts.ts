import { createHash } from "node:crypto";
import type { Profile } from "@berth/api";

/** What decides which connection is meant. Profiles that agree in all of it share one. */
export interface SshFacts {
  /** A host name, or a name of the user's ssh config. */
  readonly host: string;
  readonly user: string | undefined;
  /** For `ssh -F`: absolute. */
  readonly sshConfig: string | undefined;
}

/** `undefined` for a profile that is on this machine: without a cluster, or of one whose login node this is. */
export function sshFactsOf({ slurm }: Profile, userHome: string): SshFacts | undefined {
  if (slurm === null || slurm.host === "localhost") return undefined;
  const sshConfig = slurm.sshConfig?.replace(/^~(?=\/|$)/, userHome);
  return { host: slurm.host, user: slurm.user, sshConfig };
}

/** Short, for file names; the same as long as the facts are. */
export function factsKey({ host, user, sshConfig }: SshFacts): string {
  const text = JSON.stringify([host, user ?? null, sshConfig ?? null]);
  return createHash("sha256").update(text).digest("hex").slice(0, 10);
}
