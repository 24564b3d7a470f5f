import { Connection, type ConnectionOwner, type PeerCheck } from "./connection.ts";

/** Leaves the peer's own deadline this much room, so that no request meets a closing connection. */
const marginMs = 1000;

interface Idle {
  readonly connection: Connection;
  readonly untilMs: number;
}

/** One peer and the connections to it that wait for work; the last used is used first. */
class Peer implements ConnectionOwner {
  readonly host: string;
  readonly port: number;
  readonly basePath: string;
  readonly #nowMs: () => number;
  readonly #maxIdle: number;
  readonly #isPeer: PeerCheck;
  #idle: Idle[] = [];
  #retired = false;

  constructor(url: string, nowMs: () => number, maxIdle: number, isPeer: PeerCheck) {
    const { protocol, hostname, port, pathname } = new URL(url);
    if (protocol !== "http:") throw new TypeError(`cannot speak ${protocol} to ${url}`);
    this.host = hostname.replace(/^\[|\]$/g, "");
    this.port = port === "" ? 80 : Number(port);
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
    return new Connection(this.host, this.port, this, this.#isPeer);
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

  /** A connection to `url` that carries nothing, and the path its requests begin with. */
  take(url: string): { readonly connection: Connection; readonly basePath: string } {
    let peer = this.#peers.get(url);
    if (peer === undefined) {
      peer = new Peer(url, this.#nowMs, this.#maxIdle, this.#isPeer);
      this.#peers.set(url, peer);
    }
    return { connection: peer.take(), basePath: peer.basePath };
  }

  /** Forgets every upstream that is not among `urls`. */
  retain(urls: ReadonlySet<string>): void {
    for (const [url, peer] of this.#peers) {
      if (urls.has(url)) continue;
      this.#peers.delete(url);
      peer.retire();
    }
  }
}
