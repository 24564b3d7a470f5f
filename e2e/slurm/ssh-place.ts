import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSshHost, type SshHost } from "@berth/launchers/remote";
import { type Clock, systemClock } from "@berth/std/clock";
import type { Lab } from "./lab.ts";

/** Connections to the lab's login node, in a directory of their own; all of them ended with it. */
export interface SshPlace extends AsyncDisposable {
  readonly dir: string;
  /** The control sockets' directory. */
  readonly controlDir: string;
  open(options?: { readonly sshConfig?: string; readonly user?: string; readonly clock?: Clock }): SshHost;
  /** An ssh config: these lines, then the lab's own. */
  config(lines: readonly string[]): string;
  /** Writes sshd's settings on the login node; later connections see them. */
  sshd(settings: string): void;
}

export function openSshPlace(lab: Lab): SshPlace {
  const dir = mkdtempSync(join(tmpdir(), "berth-ssh-"));
  const controlDir = join(dir, "ssh");
  const hosts: SshHost[] = [];
  const sshd = (settings: string): void => {
    writeFileSync(join(lab.dir, "etc/ssh-login/extra.conf"), `${settings}\n`);
    lab.fault("sshd-reload", "login");
  };
  return {
    dir,
    controlDir,
    sshd,
    open: ({ sshConfig = lab.sshConfig, user = lab.user, clock = systemClock } = {}) => {
      const facts = { host: lab.host, user, sshConfig };
      const host = createSshHost({
        facts,
        controlDir,
        clock,
        env: process.env,
        serverAliveIntervalSeconds: 2,
      });
      hosts.push(host);
      return host;
    },
    config: (lines) => {
      const path = join(dir, `ssh_config-${hosts.length}`);
      writeFileSync(path, [...lines, "Match all", `Include ${lab.sshConfig}`, ""].join("\n"));
      return path;
    },
    async [Symbol.asyncDispose]() {
      lab.fault("wan", "reset");
      sshd("");
      await Promise.all(hosts.map((host) => host.end()));
      rmSync(dir, { recursive: true });
    },
  };
}
