import type { Socket } from "node:net";
import type { ForbidsAddress, PeerAddress } from "./peer-address.ts";
import { openPeerSocket, type PeerHost } from "./peer-socket.ts";
import { type ResponseListener, ResponseParser } from "./response-parser.ts";
import { MalformedResponse, type ResponseHead } from "./response-head.ts";
import { writeRequest, type UpstreamRequest } from "./upstream-request.ts";

/** Told of one request's fate: `onHead`, `onBody`s and `onEnd`, or at any point `onFailure`, and then nothing more. */
export interface AnswerListener {
  onConnected(): void;
  onHead(head: ResponseHead): void;
  onBody(bytes: Buffer): void;
  onEnd(): void;
  onFailure(failure: ConnectionFailure): void;
}

/**
 * Why an answer did not come, or not to its end. `stale`: the peer had closed a connection kept from an earlier request
 * before it could see this one. `lost`: there was no connection, or it ended too early. `malformed`: what came was no
 * HTTP as we know it.
 */
export class ConnectionFailure extends Error {
  override readonly name = "ConnectionFailure";
  readonly kind: "stale" | "lost" | "malformed";

  constructor(kind: "stale" | "lost" | "malformed", message: string, cause?: Error) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
  }
}

/** Whether what listens there may hear the requests: asked when a connection is open, and before anything is sent. */
export type PeerCheck = (host: string, port: number) => Promise<boolean>;

/** Who may be spoken to. */
export interface PeerRules {
  readonly isPeer: PeerCheck;
  readonly forbids: ForbidsAddress;
}

export interface ConnectionOwner {
  /** The answer is complete and the connection can carry another request. `idleMs`: how long the peer keeps it. */
  onIdle(connection: Connection, idleMs: number | undefined): void;
  onClosed(connection: Connection): void;
}

/** One connection to one peer, carrying one request at a time. */
export class Connection {
  readonly #socket: Socket;
  readonly #hostHeader: string;
  readonly #owner: ConnectionOwner;
  #listener: AnswerListener | undefined;
  #parser: ResponseParser | undefined;
  #answered = 0;
  #received = false;
  #sent = false;
  #error: Error | undefined;
  #impatience: NodeJS.Timeout | undefined;
  /** Connected, and to whom it should be. */
  #open = false;
  /** By the parser, of each request's answer. */
  readonly #told: ResponseListener = {
    onHead: (head) => this.#listener?.onHead(head),
    onBody: (bytes) => this.#listener?.onBody(bytes),
    onEnd: () => {
      const done = this.#listener;
      this.#listener = undefined;
      done?.onEnd();
    },
  };
  /** To be sent as soon as it is open. */
  #waiting: UpstreamRequest | undefined;

  constructor(
    address: PeerAddress,
    target: PeerHost,
    owner: ConnectionOwner,
    { isPeer, forbids }: PeerRules,
  ) {
    const { host, port } = target;
    this.#hostHeader = hostHeader(address, target);
    this.#owner = owner;
    const onBytes = (bytes: Buffer): void => this.#onData(bytes);
    const { socket, opens, isPinned } = openPeerSocket(address, target, forbids, onBytes);
    this.#socket = socket;
    // a certificate tells more than who owns the port
    const meet = (): Promise<boolean> =>
      address.kind !== "public" && address.fingerprint === undefined
        ? isPeer(host, port)
        : Promise.resolve(isPinned());
    this.#socket.on(opens, () => void this.#meet(meet()));
    this.#socket.on("end", () => this.#onEnd());
    this.#socket.on("error", (error: Error) => {
      this.#error = error;
    });
    this.#socket.on("close", () => {
      clearTimeout(this.#impatience);
      this.#lose();
      this.#owner.onClosed(this);
    });
  }

  get connected(): boolean {
    return this.#open;
  }

  get closed(): boolean {
    return this.#socket.destroyed || this.#socket.readableEnded;
  }

  /** The connection must be idle. */
  send(request: UpstreamRequest, listener: AnswerListener): void {
    this.#listener = listener;
    this.#received = false;
    this.#sent = false;
    this.#parser = new ResponseParser(request.method, this.#told);
    if (this.#open) this.#write(request);
    else this.#waiting = request;
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Nobody is told any more. What is left of the answer is read over, as long as it comes within so many milliseconds. */
  readOver(withinMs: number): void {
    this.#listener = undefined;
    this.#socket.resume();
    this.#impatience = setTimeout(() => this.destroy(), withinMs).unref();
  }

  /** Closes at once, whatever is under way; nobody is told any more. */
  destroy(): void {
    this.#listener = undefined;
    this.#socket.destroy();
  }

  async #meet(meeting: Promise<boolean>): Promise<void> {
    try {
      if (!(await meeting)) throw new Error("what listens there is not its runner");
    } catch (error) {
      this.#socket.destroy(error as Error);
      return;
    }
    if (this.#socket.destroyed) return;
    this.#open = true;
    const request = this.#waiting;
    this.#waiting = undefined;
    if (request === undefined) return;
    this.#listener?.onConnected();
    this.#write(request);
  }

  #write(request: UpstreamRequest): void {
    writeRequest(this.#socket, this.#hostHeader, request, () => {
      this.#sent = true;
    });
  }

  #onData(bytes: Buffer): void {
    const parser = this.#parser;
    this.#received = true;
    if (parser === undefined) {
      // nothing was asked
      this.destroy();
      return;
    }
    try {
      parser.push(bytes);
    } catch (error) {
      if (!(error instanceof MalformedResponse)) throw error;
      this.#fail(new ConnectionFailure("malformed", error.message, error));
      return;
    }
    if (parser.done) this.#onAnswered(parser);
  }

  #onAnswered(parser: ResponseParser): void {
    this.#parser = undefined;
    this.#answered += 1;
    clearTimeout(this.#impatience);
    if (parser.head?.keepAlive !== true || !this.#sent || this.closed) {
      this.destroy();
      return;
    }
    this.#socket.resume();
    this.#owner.onIdle(this, keptMs(parser.head));
  }

  #onEnd(): void {
    if (this.#received && this.#parser?.finish() === true) return;
    this.#lose();
  }

  #lose(): void {
    const stale = this.#answered > 0 && !this.#received;
    const message = this.#error?.message ?? "the connection was closed too early";
    this.#fail(new ConnectionFailure(stale ? "stale" : "lost", message, this.#error));
  }

  #fail(failure: ConnectionFailure): void {
    const listener = this.#listener;
    this.destroy();
    listener?.onFailure(failure);
  }
}

/** Some servers find themselves by this name: the port is left out where it is the usual one. */
function hostHeader(address: PeerAddress, { host, port }: PeerHost): string {
  const name = host.includes(":") ? `[${host}]` : host;
  const usual = address.kind === "public" ? (address.url.startsWith("https:") ? 443 : 80) : undefined;
  return port === usual ? name : `${name}:${port}`;
}

/** `Keep-Alive: timeout=5` */
function keptMs(head: ResponseHead): number | undefined {
  for (let at = 0; at < head.headers.length; at += 2) {
    if (head.headers[at] !== "keep-alive") continue;
    const seconds = /timeout=(\d{1,6})/.exec(head.headers[at + 1] ?? "")?.[1];
    return seconds === undefined ? undefined : Number(seconds) * 1000;
  }
  return undefined;
}
