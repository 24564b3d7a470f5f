import type { Duplex, Readable, Writable } from "node:stream";
import { Channel } from "./channel.ts";
import { encodeFrame, type Frame, FrameReader, maxDataBytes } from "./frames.ts";

export interface MultiplexerOptions {
  readonly input: Readable;
  readonly output: Writable;
  /** Takes what the other side opens, by the name it gave. Without it nothing may be opened from there. */
  readonly accept?: (name: string, channel: Duplex) => void;
  /** Hears whenever something has arrived. */
  readonly heard?: () => void;
}

/** With their windows: what readers that do not read may cost in memory. */
export const maxChannels = 512;

/**
 * Many connections over one pair of pipes. One side opens them. A reader that is slow holds up its own connection alone,
 * and those that send take turns.
 */
export class Multiplexer {
  /** Resolves when the pipes are gone, and every connection with them: to what is wrong with what arrived, if that was it. */
  readonly ended: Promise<Error | undefined>;
  readonly #options: MultiplexerOptions;
  readonly #reader = new FrameReader();
  readonly #channels = new Map<number, Channel>();
  readonly #waiting = new Set<Channel>();
  #isOver = false;
  #isFull = false;
  #isPumping = false;
  #nextId = 1;
  readonly #end: (wrong: Error | undefined) => void;

  constructor(options: MultiplexerOptions) {
    this.#options = options;
    const { input, output } = options;
    const { promise, resolve } = Promise.withResolvers<Error | undefined>();
    this.ended = promise;
    this.#end = resolve;
    input.on("data", (chunk: Buffer) => this.#hear(chunk));
    for (const event of ["end", "close", "error"] as const) input.on(event, () => this.close());
    for (const event of ["close", "error"] as const) output.on(event, () => this.close());
    output.on("drain", () => {
      this.#isFull = false;
      this.#pump();
    });
  }

  /** A connection to what the name stands for over there; it is destroyed when that cannot be had. Throws when there are too many. */
  open(name: string): Duplex {
    if (this.#isOver) throw new Error("the pipes are gone");
    if (this.#channels.size >= maxChannels) throw new Error(`there are ${maxChannels} connections already`);
    const channel = this.#add(this.#nextId++);
    this.#send({ kind: "open", id: channel.id, name });
    return channel;
  }

  /** Tells the other side that somebody is there. */
  ping(): void {
    this.#send({ kind: "ping", id: 0 });
  }

  /** Breaks every connection, and ends the output. */
  close(wrong?: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const channel of this.#channels.values()) channel.destroy(new Error("the pipes are gone"));
    this.#options.output.end();
    this.#end(wrong);
  }

  #add(id: number): Channel {
    const channel = new Channel(id, {
      send: (frame) => this.#send(frame),
      wantsTurn: (wanting) => {
        this.#waiting.add(wanting);
        this.#pump();
      },
      gone: (gone) => {
        this.#channels.delete(gone.id);
        this.#waiting.delete(gone);
      },
    });
    // whoever uses it hears of it as well, or has gone
    channel.on("error", () => undefined);
    this.#channels.set(id, channel);
    return channel;
  }

  #hear(chunk: Buffer): void {
    if (this.#isOver) return;
    this.#options.heard?.();
    try {
      for (const frame of this.#reader.read(chunk)) this.#take(frame);
    } catch (error) {
      // who speaks another language is not listened to any more
      this.close(error as Error);
    }
  }

  #take(frame: Frame): void {
    switch (frame.kind) {
      case "ping":
        return;
      case "open": {
        const { accept } = this.#options;
        if (accept === undefined || this.#channels.has(frame.id)) throw new Error("nothing may be opened");
        if (this.#channels.size >= maxChannels) return this.#send({ kind: "close", id: frame.id });
        accept(frame.name, this.#add(frame.id));
        return;
      }
      case "data":
      case "credit":
      case "end":
      case "close":
        // one that we have closed meanwhile is not there
        this.#channels.get(frame.id)?.hear(frame);
    }
  }

  #send(frame: Frame): void {
    if (!this.#isOver) this.#isFull = !this.#options.output.write(encodeFrame(frame));
  }

  /** A piece of each, in turn, for as long as the output takes them. */
  #pump(): void {
    // what is sent may be answered before `write` returns
    if (this.#isPumping) return;
    this.#isPumping = true;
    for (const channel of this.#waiting) {
      if (this.#isFull || this.#isOver) break;
      this.#waiting.delete(channel);
      // to the end of the line
      if (channel.sendNext(maxDataBytes)) this.#waiting.add(channel);
    }
    this.#isPumping = false;
  }
}
