import { createHash } from "node:crypto";
import { lstat, rm } from "node:fs/promises";
import { BerthError } from "@berth/api";
import type { HostRelay } from "./host-relay.ts";
import { type Carrier, listenForRelay, type RelayListener } from "./relay-listener.ts";
import type { RemoteStream, Tunnel, TunnelTarget } from "./remote-host.ts";
import { relayScript } from "./relay-script.ts";
import type { SshMaster } from "./ssh-master.ts";
import { forwardWords } from "./ssh-words.ts";

interface OpenTunnel {
  readonly socketPath: string;
  /** The latest wish: it may name a program that was not installed before. */
  target: TunnelTarget;
  /** Of which master, and how. */
  opened: { readonly incarnation: number; readonly transport: "forward" | "relay" } | undefined;
  relay: RelayListener | undefined;
  /** What is being done to it: one thing after the other. */
  work: Promise<unknown>;
}

/** What carries connections where ssh may not forward. */
interface Relays {
  /** Of all that say where our runner is. */
  readonly runner: HostRelay;
  /** Runs a script for one connection. */
  readonly script: (script: string, signal: AbortSignal) => Promise<RemoteStream>;
}

/** The ways to ports behind a master. Each keeps its socket path for as long as it is wanted, whatever becomes of the master. */
export class Tunnels {
  readonly #master: SshMaster;
  readonly #relays: Relays;
  readonly #open = new Map<string, OpenTunnel>();

  constructor(master: SshMaster, relays: Relays) {
    this.#master = master;
    this.#relays = relays;
    master.onUp(() => {
      for (const tunnel of this.#open.values()) {
        // a master that is lost again comes up again; whoever asks for the tunnel hears of other failures
        this.#inTurn(tunnel, () => this.#ensure(tunnel)).catch(() => undefined);
      }
    });
  }

  /** The connection must be there. */
  async open(target: TunnelTarget): Promise<Tunnel> {
    const key = `${target.host}:${target.port}`;
    let tunnel = this.#open.get(key);
    if (tunnel === undefined) {
      tunnel = {
        socketPath: this.#pathOf(key),
        target,
        opened: undefined,
        relay: undefined,
        work: Promise.resolve(),
      };
      this.#open.set(key, tunnel);
    }
    const wanted = tunnel;
    wanted.target = target;
    const transport = await this.#inTurn(wanted, () => this.#ensure(wanted));
    const trouble = transport === "relay" ? this.#relays.runner.trouble : undefined;
    return { transport, socketPath: wanted.socketPath, trouble };
  }

  async close(target: TunnelTarget, isConnected: boolean): Promise<void> {
    const key = `${target.host}:${target.port}`;
    const tunnel = this.#open.get(key);
    this.#open.delete(key);
    const socketPath = this.#pathOf(key);
    const end = async (): Promise<void> => {
      await tunnel?.relay?.close();
      this.#endUnusedRelay();
      // an earlier server may have opened it; the answer to one that is not there is a complaint
      if (isConnected && tunnel?.opened?.transport !== "relay")
        await this.#master.control(["-O", "cancel", ...forwardWords(socketPath, target)]);
      await rm(socketPath, { force: true });
    };
    await (tunnel === undefined ? end() : this.#inTurn(tunnel, end));
  }

  /** Ends what is carried by this process; forwardings live on with the master. */
  async dispose(): Promise<void> {
    this.#relays.runner.end();
    await Promise.all([...this.#open.values()].map(async ({ relay }) => relay?.close()));
  }

  #pathOf(key: string): string {
    return `${this.#master.controlPath}.${createHash("sha256").update(key).digest("hex").slice(0, 10)}`;
  }

  #inTurn<T>(tunnel: OpenTunnel, work: () => Promise<T>): Promise<T> {
    const done = tunnel.work.then(work);
    tunnel.work = done.catch(() => undefined);
    return done;
  }

  async #ensure(tunnel: OpenTunnel): Promise<"forward" | "relay"> {
    const { incarnation } = this.#master;
    const transport = await this.#master.transport();
    const { opened } = tunnel;
    const isOpen =
      opened?.transport === transport && (transport === "relay" || opened.incarnation === incarnation);
    if (isOpen && (await isThere(tunnel.socketPath))) return transport;
    await tunnel.relay?.close();
    tunnel.relay = undefined;
    switch (transport) {
      case "forward":
        this.#endUnusedRelay();
        await this.#forward(tunnel);
        break;
      case "relay":
        if (opened?.transport === "forward") await this.#cancel(tunnel);
        tunnel.relay = await listenForRelay(tunnel.socketPath, (signal) =>
          this.#carrier(tunnel.target, signal),
        );
        break;
    }
    tunnel.opened = { incarnation, transport };
    return transport;
  }

  async #carrier(target: TunnelTarget, signal: AbortSignal): Promise<Carrier> {
    const { relayProgram } = target;
    if (relayProgram === undefined) {
      const { stdin, stdout, ended } = await this.#relays.script(relayScript(target), signal);
      // its caller sees its output end
      ended.catch(() => undefined);
      return { readable: stdout, writable: stdin, ended };
    }
    const connection = await this.#relays.runner.connect(target, relayProgram, signal);
    const drop = (): void => void connection.destroy();
    if (signal.aborted) drop();
    signal.addEventListener("abort", drop, { once: true });
    return { readable: connection, writable: connection };
  }

  /** Nothing of ours runs on a host where nobody needs it. */
  #endUnusedRelay(): void {
    const isUsed = [...this.#open.values()].some(({ relay }) => relay !== undefined);
    if (!isUsed) this.#relays.runner.end();
  }

  async #forward(tunnel: OpenTunnel): Promise<void> {
    const words = ["-O", "forward", ...forwardWords(tunnel.socketPath, tunnel.target)];
    let result = await this.#master.control(words);
    // the master knows the forwarding, but somebody has removed its socket
    if (result.kind === "ended" && result.code === 0 && !(await isThere(tunnel.socketPath))) {
      await this.#cancel(tunnel);
      result = await this.#master.control(words);
    }
    if (result.kind === "ended" && result.code === 0) return;
    const said = result.kind === "hung" ? "the connection does not answer" : result.words.trim();
    if (result.kind === "hung") await this.#master.verify();
    const { host, port } = tunnel.target;
    throw new BerthError("host_unreachable", `no way to ${host}:${port} could be opened: ${said}`);
  }

  async #cancel(tunnel: OpenTunnel): Promise<void> {
    await this.#master.control(["-O", "cancel", ...forwardWords(tunnel.socketPath, tunnel.target)]);
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isSocket();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}
