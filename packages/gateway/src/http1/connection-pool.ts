import type { RunnerAddress } from "@berth/api";
import { Connection, type ConnectionOwner, type PeerCheck } from "./connection.ts";

/** Leaves the peer's own deadline this much room, so that no request meets a closing connection. */
const marginMs = 1000;

interface Idle {
  readonly connection: Connection;
  readonly untilMs: number;
}

/** One peer and the connections to it that wait for work; the last used is used first. */
class Peer implements ConnectionOwner {
  readonly address: RunnerAddress;
  readonly #target: { readonly host: string; readonly port: number };
  readonly basePath: string;
  readonly #nowMs: () => number;
  readonly #maxIdle: number;
  readonly #isPeer: PeerCheck;
  #idle: Idle[] = [];
  #retired = false;

  constructor(address: RunnerAddress, nowMs: () => number, maxIdle: number, isPeer: PeerCheck) {
    const { url, fingerprint } = address;
    const { protocol, hostname, port, pathname } = new URL(url);
    if (protocol !== (fingerprint === undefined ? "http:" : "https:"))
      throw new TypeError(`cannot speak ${protocol} to ${url}`);
    this.address = address;
    const defaultPort = fingerprint === undefined ? 80 : 443;
    this.#target = {
      host: hostname.replace(/^\[|\]$/g, ""),
      port: port === "" ? defaultPort : Number(port),
    };
    this.basePath = pathname.replace(/\/$/, "");
    this.#nowMs = nowMs;
    this.#maxIdle = maxIdle;
    this.#isPeer = isPeer;
  }

  take(): Connection {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (!idle.connection.closed && idle.untilMs > this.#nowMs()) return idle.connection;
      idle.connection.destroy();
    }
    return new Connection(this.address, this.#target, this, this.#isPeer);
  }

  onIdle(connection: Connection, idleMs: number | undefined): void {
    if (this.#retired || this.#idle.length >= this.#maxIdle) {
      connection.destroy();
      return;
    }
    const untilMs = idleMs === undefined ? Number.POSITIVE_INFINITY : this.#nowMs() + idleMs - marginMs;
    this.#idle.push({ connection, untilMs });
  }

  onClosed(connection: Connection): void {
    const at = this.#idle.findIndex((idle) => idle.connection === connection);
    if (at !== -1) this.#idle.splice(at, 1);
  }

  /** Closes what is idle now, and the rest when its answer is complete. */
  retire(): void {
    this.#retired = true;
    for (const { connection } of this.#idle.splice(0)) connection.destroy();
  }
}

/** Connections to upstreams, kept for the next request. */
export class ConnectionPool {
  readonly #peers = new Map<string, Peer>();
  readonly #nowMs: () => number;
  readonly #maxIdle: number;
  readonly #isPeer: PeerCheck;

  /** `maxIdle` connections are kept for each upstream. */
  constructor(nowMs: () => number, maxIdle: number, isPeer: PeerCheck) {
    this.#nowMs = nowMs;
    this.#maxIdle = maxIdle;
    this.#isPeer = isPeer;
  }

  /** A connection to the address that carries nothing, and the path its requests begin with. */
  take(address: RunnerAddress): { readonly connection: Connection; readonly basePath: string } {
    const key = keyOf(address);
    let peer = this.#peers.get(key);
    // another runner has taken the port
    if (peer !== undefined && peer.address.fingerprint !== address.fingerprint) {
      peer.retire();
      peer = undefined;
    }
    if (peer === undefined) {
      peer = new Peer(address, this.#nowMs, this.#maxIdle, this.#isPeer);
      this.#peers.set(key, peer);
    }
    return { connection: peer.take(), basePath: peer.basePath };
  }

  /** Forgets every upstream that is not among the addresses. */
  retain(addresses: readonly RunnerAddress[]): void {
    const keys = new Set(addresses.map(keyOf));
    for (const [key, peer] of this.#peers) {
      if (keys.has(key)) continue;
      this.#peers.delete(key);
      peer.retire();
    }
  }
}

/** Sockets are one for each far end; without one, the URL is. */
function keyOf({ url, socketPath }: RunnerAddress): string {
  return socketPath ?? url;
}
