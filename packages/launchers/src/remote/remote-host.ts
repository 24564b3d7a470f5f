import type { Connection, RunnerAddress, Transport } from "@berth/api";
import type { Readable, Writable } from "node:stream";
import type { Lane } from "./lanes.ts";

/** A POSIX shell script to be run on a host by `/bin/sh`, whatever the user's login shell is. Values go through `shellQuote`. */
export interface RemoteCommand {
  readonly script: string;
  /** Handed to its standard input, which is empty otherwise. Secrets travel here and nowhere else. */
  readonly stdin?: string | Buffer | Readable;
  /** Of `run`: it is given up, and ended, after this long. Of `stream`: if it has not begun by then. 60 s when absent. */
  readonly timeoutMs?: number;
  /** Where it lasts: what it may keep waiting, and what not. `short` for `run` and `follow` for `stream` when absent. */
  readonly lane?: Extract<Lane, "launch" | "stop" | "upload">;
}

export interface RemoteAnswer {
  /** What the script itself ended with; `signal` deaths are 128 + the signal's number. */
  readonly exitCode: number;
  /** Only the script's own: what login files print (banners, "module loaded") is cut off. */
  readonly stdout: string;
  readonly stderr: string;
}

/** A script that runs for a while: its output as it comes. */
export interface RemoteStream {
  readonly stdout: Readable;
  readonly stdin: Writable;
  /** Resolves when it is over. Rejects as `run` does when the connection is lost. */
  readonly ended: Promise<{ readonly exitCode: number; readonly stderr: string }>;
}

/** The words that run our runner on a host, after it has been put there where it was not. */
export type RelayProgram = (signal: AbortSignal) => Promise<readonly string[]>;

/** A port as seen from the host. */
export interface TunnelTarget {
  readonly host: string;
  readonly port: number;
  /**
   * Used where forwarding is off: it carries the connections to all ports of the host. Without one, a command of the
   * host's own must do for each connection (python3, bash or nc), and only a few are carried at once.
   */
  readonly relayProgram?: RelayProgram | undefined;
}

/** A way to a port that is open, and stays so until it is closed. */
export interface Tunnel {
  readonly transport: Transport;
  /** Where to connect on this machine: a Unix socket in a 0700 directory; `undefined` where host and port are reached directly. */
  readonly socketPath: string | undefined;
  /** Why nothing comes through at the moment, where that is known. */
  readonly trouble?: string | undefined;
}

/**
 * The machine a cluster is spoken to through: its login node over SSH, or this machine. One for each profile, shared by
 * all that speak to the cluster. It keeps one connection alive, and never more than a few commands on it at once.
 *
 * Every method throws BerthError `login_required`, `host_key_refused` or `host_unreachable` (with what ssh said) when the
 * host cannot be asked; a script that fails is an answer, not an error. A script that is too long for a command line (some
 * 60 kB) is a RangeError: what is long travels by `stdin`.
 */
export interface RemoteHost {
  /**
   * Runs the script to its end. A connection that is lost meanwhile is an error: whether the script went on is unknown.
   * `upstream_timeout` when the host answers but the script did not end in time.
   */
  run(command: RemoteCommand, signal: AbortSignal): Promise<RemoteAnswer>;
  /** Starts the script. When the signal aborts, the channel is closed; the script sees its pipes break. */
  stream(command: RemoteCommand, signal: AbortSignal): Promise<RemoteStream>;
  /** Opens (or finds open) a way to the port, as seen from the host. Idempotent; reopened by itself after a lost connection. */
  tunnel(target: TunnelTarget, signal: AbortSignal): Promise<Tunnel>;
  /** Closes the way; what was never open is already closed. */
  closeTunnel(target: TunnelTarget): Promise<void>;
  /** How it is reached at the moment; asks nobody. */
  readonly connection: Connection;
}

/** Where a runner at a host's port is reached through the tunnel. */
export function tunnelledAddress(
  target: { readonly host: string; readonly port: number },
  tunnel: Tunnel,
  fingerprint: string | null | undefined,
): RunnerAddress {
  const secure = fingerprint !== null && fingerprint !== undefined;
  const host = target.host.includes(":") ? `[${target.host}]` : target.host;
  return {
    url: `${secure ? "https" : "http"}://${host}:${target.port}`,
    ...(tunnel.socketPath === undefined ? {} : { socketPath: tunnel.socketPath }),
    ...(secure ? { fingerprint } : {}),
  };
}
