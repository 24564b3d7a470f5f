import type { Socket } from "node:net";
import { statusCodes } from "@berth/std/node-http";
import { atTurnEnd } from "../http1/turn-end.ts";
import { httpDate } from "./http-date.ts";

/** Larger pieces are not copied to go out with others. */
const smallBytes = 16 * 1024;

export interface FastResponseOptions {
  readonly socket: Socket;
  /** The client sends more on the connection, and waits so many seconds for it at most. */
  readonly keepAliveSeconds: number | undefined;
  readonly onEnd: () => void;
}

/** How the client knows where the body ends. */
type Framing = "chunks" | "length" | "none";

/** An answer written to its socket, as `ServerResponse` does it. What is small and written in one turn goes out in one piece. */
export class FastResponse {
  readonly #socket: Socket;
  readonly #options: FastResponseOptions;
  /** Bytes as latin1 that go out when the turn ends. */
  #pending = "";
  #framing: Framing | undefined;
  #closes: boolean;
  #ended = false;
  #isWaiting = false;

  constructor(options: FastResponseOptions) {
    this.#options = options;
    this.#socket = options.socket;
    this.#closes = options.keepAliveSeconds === undefined;
  }

  get headersSent(): boolean {
    return this.#framing !== undefined;
  }

  get writableEnded(): boolean {
    return this.#ended;
  }

  get destroyed(): boolean {
    return this.#socket.destroyed;
  }

  /** `headers`: name, value, name, value ..., lower-case names. */
  writeHead(status: number, headers: readonly string[]): void {
    if (this.#framing !== undefined) throw new Error("the head is written already");
    let text = `HTTP/1.1 ${status} ${statusCodes[status] ?? "Unknown"}\r\n`;
    let framing: Framing = status === 204 || status === 304 ? "none" : "chunks";
    let isDated = false;
    for (let at = 0; at < headers.length; at += 2) {
      const name = headers[at]!;
      const value = headers[at + 1]!;
      requirePlain(value);
      if (name === "content-length" && framing === "chunks") framing = "length";
      if (name === "date") isDated = true;
      if (name === "connection") {
        this.#closes ||= value === "close";
        continue;
      }
      text += `${name}: ${value}\r\n`;
    }
    this.#framing = framing;
    if (framing === "chunks") text += "transfer-encoding: chunked\r\n";
    if (!isDated) text += `date: ${httpDate()}\r\n`;
    const { keepAliveSeconds } = this.#options;
    const kept = this.#closes
      ? "connection: close\r\n"
      : `connection: keep-alive\r\nkeep-alive: timeout=${keepAliveSeconds}\r\n`;
    this.#add(`${text}${kept}\r\n`);
  }

  /** What is to go out goes out at once. */
  flushHeaders(): void {
    this.#send();
  }

  /** Returns whether more can be taken at once; `drain` tells when that is so again. `done`: when it has gone out. */
  write(data: Buffer | string, done?: () => void): boolean {
    const bytes = typeof data === "string" ? Buffer.from(data) : data;
    if (bytes.length > 0) this.#body(bytes);
    if (done !== undefined) {
      const text = this.#take();
      this.#socket.write(text, "latin1", done);
    }
    return !this.#socket.writableNeedDrain;
  }

  /** `encoding` latin1: each character of the text is a byte. */
  end(data?: Buffer | string, encoding: BufferEncoding = "utf8"): void {
    if (this.#ended) return;
    if (typeof data === "string" && encoding === "latin1" && this.#framing === "length") this.#add(data);
    else if (data !== undefined && data.length > 0)
      this.#body(typeof data === "string" ? Buffer.from(data, encoding) : data);
    if (this.#framing === "chunks") this.#add("0\r\n\r\n");
    this.#ended = true;
    // when nothing is left to go out, nothing would tell that it is over
    if (this.#pending === "") this.#add("");
  }

  once(event: "drain", listener: () => void): void {
    this.#socket.once(event, listener);
  }

  off(event: "drain", listener: () => void): void {
    this.#socket.off(event, listener);
  }

  /** The turn is over. */
  flush(): void {
    this.#isWaiting = false;
    this.#send();
    if (!this.#ended || this.#socket.destroyed) return;
    if (this.#closes) this.#socket.destroySoon();
    this.#options.onEnd();
  }

  #send(): void {
    const text = this.#take();
    if (text !== "" && !this.#socket.destroyed) this.#socket.write(text, "latin1");
  }

  #body(bytes: Buffer): void {
    if (this.#ended) return;
    switch (this.#framing) {
      case undefined:
        throw new Error("the head is not written yet");
      case "none":
        return;
      case "length":
        return this.#addBytes(bytes);
      case "chunks":
        this.#add(`${bytes.length.toString(16)}\r\n`);
        this.#addBytes(bytes);
        this.#add("\r\n");
    }
  }

  #addBytes(bytes: Buffer): void {
    if (bytes.length <= smallBytes) {
      this.#add(bytes.toString("latin1"));
      return;
    }
    const before = this.#take();
    if (this.#socket.destroyed) return;
    this.#socket.cork();
    this.#socket.write(before, "latin1");
    this.#socket.write(bytes);
    this.#socket.uncork();
  }

  #add(text: string): void {
    this.#pending += text;
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    atTurnEnd(this);
  }

  #take(): string {
    const text = this.#pending;
    this.#pending = "";
    return text;
  }
}

/** Throws where a value would end its line. */
function requirePlain(value: string): void {
  if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) throw new TypeError("a header's value has a control character");
}
