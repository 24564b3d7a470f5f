import type { Socket } from "node:net";
import { FastRequest } from "./fast-request.ts";
import { FastResponse } from "./fast-response.ts";
import { readPlainHead, type PlainHead, type RequestHead } from "./request-head.ts";

/** Who answers, and how long connections last. */
export interface FastPathOptions {
  /** Whether a request with that head is answered here. */
  readonly takes: (head: RequestHead) => boolean;
  readonly handle: (request: FastRequest, response: FastResponse) => void;
  /** As clients are told. */
  readonly keepAliveSeconds: number;
  /** How long a client may take nothing of an answer that is there for it; as long as of a stream when absent. */
  readonly stallSeconds?: number;
}

export interface FastConnectionOptions extends FastPathOptions {
  readonly socket: Socket;
  /** From now on it is node:http's, bytes that have come included. */
  readonly onOther: (socket: Socket, bytes: Buffer) => void;
  readonly onClose: (connection: FastConnection) => void;
}

/** A larger body is not waited for here; and of what is sent ahead, more waits in the kernel. */
const maxBodyBytes = 64 * 1024;

/** One client's connection, as long as it sends only requests that are answered here; with the first other one it is given away. */
export class FastConnection {
  readonly #options: FastConnectionOptions;
  readonly #socket: Socket;
  /** What has come and is not answered yet. */
  #pieces: Buffer[] = [];
  #bytes = 0;
  #head: PlainHead | undefined;
  #isAnswering = false;
  #hasAsked = false;
  /** Looks of `sweep` since something happened. */
  #sweeps = 0;

  constructor(options: FastConnectionOptions) {
    this.#options = options;
    this.#socket = options.socket;
    this.#socket.on("data", this.#onData);
    this.#socket.on("end", this.#onEnd);
    this.#socket.on("error", this.#onFailure);
    this.#socket.on("close", this.#onClose);
  }

  /** No request is under way, nor a part of one. */
  get isIdle(): boolean {
    return !this.#isAnswering && this.#bytes === 0;
  }

  close(): void {
    this.#socket.destroy();
  }

  /** Looks after the connection now and then; `idleSweeps`: after so many looks an idle one is closed. */
  sweep(idleSweeps: number): void {
    if (this.#isAnswering) return;
    this.#sweeps += 1;
    if (this.isIdle) {
      if (this.#hasAsked && this.#sweeps > idleSweeps) this.close();
      if (this.#hasAsked) return;
    }
    // whoever is so slow is node:http's, which knows when to give up
    if (this.#sweeps > 1) this.#giveAway();
  }

  readonly #onData = (piece: Buffer): void => {
    // of a request that comes by drops, each is not another beginning
    if (this.#bytes === 0) this.#sweeps = 0;
    this.#pieces.push(piece);
    this.#bytes += piece.length;
    if (!this.#isAnswering) this.#next();
    else if (this.#bytes > maxBodyBytes) this.#socket.pause();
  };

  /** A client that will say no more does not wait for its answer either: so it is with node:http. */
  readonly #onEnd = (): void => {
    this.close();
  };

  readonly #onFailure = (): void => {
    this.close();
  };

  readonly #onClose = (): void => {
    this.#options.onClose(this);
  };

  #next(): void {
    if (this.#head === undefined && !this.#readHead()) return;
    const read = this.#head;
    if (read === undefined) return;
    const { head, endAt } = read;
    const end = endAt + head.bodyBytes;
    if (this.#bytes < end) return;
    const all = this.#all();
    this.#head = undefined;
    this.#keep(all.subarray(end));
    this.#isAnswering = true;
    this.#hasAsked = true;
    const { keepAliveSeconds, handle } = this.#options;
    const response = new FastResponse({
      socket: this.#socket,
      keepAliveSeconds: head.keepAlive ? keepAliveSeconds : undefined,
      onEnd: this.#onAnswered,
    });
    handle(new FastRequest(head, this.#socket, all.subarray(endAt, end)), response);
  }

  /** Returns whether it is one that is answered here; any other is given away. */
  #readHead(): boolean {
    const read = readPlainHead(this.#all());
    if (read === undefined || read.head.bodyBytes > maxBodyBytes || !this.#options.takes(read.head)) {
      this.#giveAway();
      return false;
    }
    this.#head = read;
    return true;
  }

  readonly #onAnswered = (): void => {
    const socket = this.#socket;
    if (socket.destroyed) return;
    if (socket.writableLength > 0) {
      this.#waitForClient();
      return;
    }
    // it was the last; what has come behind it is nobody's
    if (socket.writableEnded) return;
    this.#isAnswering = false;
    this.#sweeps = 0;
    if (socket.isPaused()) socket.resume();
    if (this.#bytes > 0) this.#next();
  };

  /** Nothing else is begun until the client has taken its answer: what waits for it is never more than one. */
  #waitForClient(): void {
    const socket = this.#socket;
    const { stallSeconds = 300 } = this.#options;
    socket.setTimeout(stallSeconds * 1000, this.#onFailure);
    if (!socket.writableEnded) socket.write("", this.#onTaken);
  }

  readonly #onTaken = (): void => {
    this.#socket.setTimeout(0, this.#onFailure);
    this.#onAnswered();
  };

  #giveAway(): void {
    const socket = this.#socket;
    const bytes = this.#all();
    socket.pause();
    socket.off("data", this.#onData);
    socket.off("end", this.#onEnd);
    socket.off("error", this.#onFailure);
    socket.off("close", this.#onClose);
    this.#options.onClose(this);
    this.#options.onOther(socket, bytes);
  }

  #all(): Buffer {
    const [first] = this.#pieces;
    if (first !== undefined && this.#pieces.length === 1) return first;
    const all = Buffer.concat(this.#pieces, this.#bytes);
    this.#pieces = [all];
    return all;
  }

  #keep(rest: Buffer): void {
    this.#pieces = rest.length === 0 ? [] : [rest];
    this.#bytes = rest.length;
  }
}
