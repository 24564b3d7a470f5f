import type { SshFacts } from "./ssh-facts.ts";

/** How the master of a host is started. Options on the command line win over the user's ssh config. */
export interface MasterWords {
  readonly facts: SshFacts;
  readonly controlPath: string;
  /** Where the master tells what befalls it, after it went into the background too. */
  readonly logPath: string;
  /** Whether somebody is there to be asked. */
  readonly interactive: boolean;
  readonly serverAliveIntervalSeconds: number;
  readonly connectTimeoutSeconds: number;
}

/** `ssh` in argv: a master that goes into the background once it is logged in, and outlives this process. */
export function masterWords(words: MasterWords): readonly string[] {
  const { facts, interactive } = words;
  return [
    ...(facts.sshConfig === undefined ? [] : ["-F", facts.sshConfig]),
    ...(facts.user === undefined ? [] : ["-l", facts.user]),
    "-fNM",
    "-E",
    words.logPath,
    "-S",
    words.controlPath,
    ...options({
      BatchMode: interactive ? "no" : "yes",
      StrictHostKeyChecking: interactive ? "ask" : "yes",
      NumberOfPasswordPrompts: "3",
      ControlPersist: "yes",
      ConnectTimeout: String(words.connectTimeoutSeconds),
      ServerAliveInterval: String(words.serverAliveIntervalSeconds),
      ServerAliveCountMax: "3",
      TCPKeepAlive: "yes",
      StreamLocalBindUnlink: "yes",
      StreamLocalBindMask: "0177",
      // what the user's config may ask for in sessions of a person's
      ClearAllForwardings: "yes",
      ForwardAgent: "no",
      ForwardX11: "no",
      PermitLocalCommand: "no",
      RemoteCommand: "none",
      RequestTTY: "no",
      Tunnel: "no",
      LogLevel: "INFO",
    }),
    "--",
    facts.host,
  ];
}

/**
 * `ssh` in argv, as a client of the master alone: it reads no config, and where the master is gone or takes no more
 * sessions it ends instead of opening a connection of its own, which would ask for a login.
 */
export function muxWords(controlPath: string, words: readonly string[]): readonly string[] {
  return [
    "-F",
    "none",
    "-S",
    controlPath,
    ...options({ ControlMaster: "no", ProxyCommand: "false", BatchMode: "yes", LogLevel: "INFO" }),
    ...words,
  ];
}

/** The name is never looked up: the master knows where it leads. */
export const masterHost = "master";

/** `-L` of a Unix socket here to a port as seen from there. */
export function forwardWords(
  socketPath: string,
  { host, port }: { readonly host: string; readonly port: number },
) {
  return ["-L", `${socketPath}:${host.includes(":") ? `[${host}]` : host}:${port}`];
}

function options(values: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(values).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
}
