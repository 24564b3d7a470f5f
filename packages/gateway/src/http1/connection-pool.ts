import { Connection, type ConnectionOwner, type PeerRules } from "./connection.ts";
import type { ForbidsAddress, PeerAddress } from "./peer-address.ts";

/** Leaves the peer's own deadline this much room, so that no request meets a closing connection. */
const marginMs = 1000;
const publicIdleMs = 60_000;

interface Idle {
  readonly connection: Connection;
  readonly untilMs: number;
}

/** One peer and the connections to it that wait for work; the last used is used first. */
class Peer implements ConnectionOwner {
  readonly address: PeerAddress;
  readonly #target: { readonly host: string; readonly port: number };
  readonly basePath: string;
  readonly #nowMs: () => number;
  readonly #maxIdle: number;
  readonly #rules: PeerRules;
  #idle: Idle[] = [];
  #retired = false;

  constructor(address: PeerAddress, nowMs: () => number, maxIdle: number, rules: PeerRules) {
    const { protocol, hostname, port, pathname } = new URL(address.url);
    if (!speaks(address, protocol)) throw new TypeError(`cannot speak ${protocol} to ${address.url}`);
    this.address = address;
    const defaultPort = protocol === "http:" ? 80 : 443;
    this.#target = {
      host: hostname.replace(/^\[|\]$/g, ""),
      port: port === "" ? defaultPort : Number(port),
    };
    this.basePath = pathname.replace(/\/$/, "");
    this.#nowMs = nowMs;
    this.#maxIdle = maxIdle;
    this.#rules = rules;
  }

  take(isFresh: boolean): Connection {
    if (isFresh) return new Connection(this.address, this.#target, this, this.#rules);
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (!idle.connection.closed && idle.untilMs > this.#nowMs()) return idle.connection;
      idle.connection.destroy();
    }
    return new Connection(this.address, this.#target, this, this.#rules);
  }

  onIdle(connection: Connection, idleMs: number | undefined): void {
    if (this.#retired || this.#idle.length >= this.#maxIdle) {
      connection.destroy();
      return;
    }
    // what stands between may forget a silent connection without a word
    const longestMs = this.address.kind === "public" ? publicIdleMs : Number.POSITIVE_INFINITY;
    const untilMs = this.#nowMs() + Math.min(longestMs, idleMs === undefined ? longestMs : idleMs - marginMs);
    this.#idle.push({ connection, untilMs });
  }

  onClosed(connection: Connection): void {
    const at = this.#idle.findIndex((idle) => idle.connection === connection);
    if (at !== -1) this.#idle.splice(at, 1);
  }

  /** Closes what is idle. */
  clear(): void {
    for (const { connection } of this.#idle.splice(0)) connection.destroy();
  }

  /** Closes what is idle now, and the rest when its answer is complete. */
  retire(): void {
    this.#retired = true;
    this.clear();
  }
}

/** Connections to upstreams, kept for the next request. */
export class ConnectionPool {
  readonly #peers = new Map<string, Peer>();
  readonly #nowMs: () => number;
  readonly #maxIdle: number;
  readonly #rules: PeerRules;

  /** `maxIdle` connections are kept for each upstream. */
  constructor(nowMs: () => number, maxIdle: number, rules: PeerRules) {
    this.#nowMs = nowMs;
    this.#maxIdle = maxIdle;
    this.#rules = rules;
  }

  get forbids(): ForbidsAddress {
    return this.#rules.forbids;
  }

  /**
   * A connection to the address that carries nothing, and the path its requests begin with. `isFresh`: a new one, for what
   * can be sent only once.
   */
  take(
    address: PeerAddress,
    isFresh = false,
  ): { readonly connection: Connection; readonly basePath: string } {
    const key = keyOf(address);
    let peer = this.#peers.get(key);
    // another runner has taken the port
    if (peer !== undefined && fingerprintOf(peer.address) !== fingerprintOf(address)) {
      peer.retire();
      peer = undefined;
    }
    if (peer === undefined) {
      peer = new Peer(address, this.#nowMs, this.#maxIdle, this.#rules);
      this.#peers.set(key, peer);
    }
    return { connection: peer.take(isFresh), basePath: peer.basePath };
  }

  /** The connections to it that wait for work are not good any more. */
  clear(address: PeerAddress): void {
    this.#peers.get(keyOf(address))?.clear();
  }

  /** Forgets every upstream that is not among the addresses. */
  retain(addresses: readonly PeerAddress[]): void {
    const keys = new Set(addresses.map(keyOf));
    for (const [key, peer] of this.#peers) {
      if (keys.has(key)) continue;
      this.#peers.delete(key);
      peer.retire();
    }
  }
}

/** Sockets are one for each far end; without one, the URL is. */
function keyOf(address: PeerAddress): string {
  return address.kind === "public" ? `public ${address.url}` : (address.socketPath ?? address.url);
}

function fingerprintOf(address: PeerAddress): string | undefined {
  return address.kind === "public" ? undefined : address.fingerprint;
}

/** Runners speak TLS exactly when they have a fingerprint. */
function speaks(address: PeerAddress, protocol: string): boolean {
  if (address.kind === "public") return protocol === "http:" || protocol === "https:";
  return protocol === (address.fingerprint === undefined ? "http:" : "https:");
}
