import { Duplex } from "node:stream";
import type { Frame } from "./frames.ts";

/** What one side may send ahead of the other's reading: the memory that a reader who does not read costs. */
export const windowBytes = 256 * 1024;
const mostPieces = 1024;

/** What a channel needs of the pipes it shares. */
export interface ChannelLinks {
  send(frame: Frame): void;
  /** It has something to send, and may: `sendNext` is called when it is its turn. */
  wantsTurn(channel: Channel): void;
  gone(channel: Channel): void;
}

/** One connection of those that share a pair of pipes: each direction ends on its own, and waits for its own reader only. */
export class Channel extends Duplex {
  readonly id: number;
  readonly #links: ChannelLinks;
  /** What has arrived and is not read yet; never more than the window. */
  #arrived: Buffer[] = [];
  #arrivedBytes = 0;
  #isRead = false;
  #unreported = 0;
  #sentEnd = false;
  /** How the other side has stopped sending. */
  #farEnd: "end" | "break" | undefined;
  /** The other side does not read any more. */
  #isUnheard = false;
  #credit = windowBytes;
  #pending: { bytes: Buffer; readonly done: () => void } | undefined;

  constructor(id: number, links: ChannelLinks) {
    super({ allowHalfOpen: true });
    this.id = id;
    this.#links = links;
  }

  /** Sends the next piece, if it may; whether it could send more. */
  sendNext(maxBytes: number): boolean {
    const pending = this.#pending;
    if (pending === undefined || this.#credit === 0) return false;
    const bytes = pending.bytes.subarray(0, Math.min(maxBytes, this.#credit));
    pending.bytes = pending.bytes.subarray(bytes.length);
    this.#credit -= bytes.length;
    this.#links.send({ kind: "data", id: this.id, bytes });
    if (pending.bytes.length > 0) return this.#credit > 0;
    this.#pending = undefined;
    pending.done();
    return false;
  }

  /** Hears of a frame with its id. Throws when the other side sends more than it may. */
  hear(frame: Exclude<Frame, { kind: "open" | "ping" }>): void {
    switch (frame.kind) {
      case "data":
        // it would take memory, and nothing of the window
        if (frame.bytes.length === 0) return;
        this.#arrivedBytes += frame.bytes.length;
        if (this.#arrivedBytes > windowBytes) throw new Error("the other side sends more than it may");
        this.#arrived.push(frame.bytes);
        // nor may many small ones take more than they hold
        if (this.#arrived.length > mostPieces) this.#arrived = [Buffer.concat(this.#arrived)];
        break;
      case "credit":
        this.#credit += frame.byteCount;
        if (this.#pending !== undefined) this.#links.wantsTurn(this);
        return;
      case "end":
        this.#farEnd ??= "end";
        break;
      case "close":
        this.#farEnd ??= "break";
        this.#isUnheard = true;
        this.#letGo();
        break;
    }
    this.#deliver();
  }

  override _read(): void {
    this.#isRead = true;
    this.#deliver();
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: () => void): void {
    // as a port does that nobody reads any more: its last words may still be on their way to us
    if (this.#isUnheard || bytes.length === 0) return done();
    this.#pending = { bytes, done };
    if (this.#credit > 0) this.#links.wantsTurn(this);
  }

  override _final(done: () => void): void {
    this.#sentEnd = true;
    if (!this.#isUnheard) this.#links.send({ kind: "end", id: this.id });
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const isOver = this.#isUnheard || (this.#sentEnd && this.#farEnd === "end");
    if (!isOver) this.#links.send({ kind: "close", id: this.id });
    this.#arrived.length = 0;
    this.#pending = undefined;
    this.#links.gone(this);
    done(error);
  }

  #deliver(): void {
    while (this.#isRead) {
      const bytes = this.#arrived.shift();
      if (bytes === undefined) break;
      this.#arrivedBytes -= bytes.length;
      this.#isRead = this.push(bytes);
      this.#report(bytes.length);
    }
    if (this.#arrived.length > 0 || this.destroyed) return;
    if (this.#farEnd === "end" && !this.readableEnded) this.push(null);
    if (this.#farEnd === "break") this.destroy(new Error("the other side has closed the connection"));
  }

  /** Seldom, in large pieces. */
  #report(byteCount: number): void {
    this.#unreported += byteCount;
    if (this.#unreported < windowBytes / 4 || this.#farEnd !== undefined || this.destroyed) return;
    const all = this.#unreported;
    // what is sent may be answered before `send` returns
    this.#unreported = 0;
    this.#links.send({ kind: "credit", id: this.id, byteCount: all });
  }

  #letGo(): void {
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.done();
  }
}
