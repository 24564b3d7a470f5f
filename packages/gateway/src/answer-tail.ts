import { isFinishedStream } from "./finished-stream.ts";
import { LastBytes } from "./last-bytes.ts";
import { LastEvent } from "./last-event.ts";
import type { TokenCounts } from "./ports.ts";
import { readUsage } from "./read-usage.ts";

const keptBytes = 16 * 1024;
/** Of a stream of small events: there are thousands of them at once. */
const keptStreamBytes = 4 * 1024;
const keptHeadBytes = 2 * 1024;
/** Of a packed answer nothing can be read unless all of it is there. */
const keptPackedBytes = 64 * 1024;
/** How a stream may begin whose events have names: with one, a comment, `id`, `retry`, an empty line or a byte order mark. */
const namedStreamStarts = "e:ir\r\n\u00ef";

/** The last bytes of an answer, kept as they pass by; and the first where they may hold what no later ones say. */
export class AnswerTail {
  readonly #isPacked: boolean;
  readonly #last = new LastBytes();
  #lastEvent: LastEvent | undefined;
  #total = 0;
  #head = "";
  #headIsOpen = true;

  /** `isPacked`: by a content coding. */
  constructor(isPacked = false) {
    this.#isPacked = isPacked;
  }

  push(bytes: Buffer): void {
    if (this.#total === 0) this.#begin(bytes);
    if (this.#lastEvent !== undefined) this.#name(bytes, this.#lastEvent);
    this.#last.push(bytes);
    if (this.#headIsOpen) this.#keepHead(bytes);
    this.#total += bytes.length;
  }

  /** Of all that has passed. */
  get totalBytes(): number {
    return this.#total;
  }

  /** Good until the next `push`. */
  bytes(): Buffer {
    return this.#last.bytes();
  }

  text(): string {
    return this.bytes().toString("latin1");
  }

  /** What the answer has used as far as it says so. */
  usage(): TokenCounts | undefined {
    return readUsage(this.text(), this.#head);
  }

  /** Of a stream of server-sent events: whether it ended as it should. */
  isFinishedStream(): boolean {
    const text = this.text();
    // where a line is cut, what is left of it begins none
    const fromLineOn = text.length < this.#total ? `…${text}` : text;
    return isFinishedStream(fromLineOn, this.#lastEvent?.name);
  }

  #begin(bytes: Buffer): void {
    const start = String.fromCharCode(bytes[0] ?? 0);
    const isPlain = start === "d";
    const isStream = isPlain || start === "e" || start === ":";
    this.#last.most = this.#isPacked ? keptPackedBytes : isStream ? keptStreamBytes : keptBytes;
    // the beginning of a stream without names for its events tells nothing
    this.#headIsOpen = !isPlain;
    if (namedStreamStarts.includes(start) && !this.#isPacked) this.#lastEvent = new LastEvent();
  }

  /** An event that is longer than what is kept of others is kept more of: what it used may stand far from its end. */
  #name(bytes: Buffer, lastEvent: LastEvent): void {
    if (lastEvent.bytes + bytes.length > keptStreamBytes) this.#last.most = keptBytes;
    lastEvent.push(bytes);
  }

  /** Copied: a piece would hold on to all the memory that it was read into. */
  #keepHead(bytes: Buffer): void {
    this.#head += bytes.toString("latin1", 0, keptHeadBytes - this.#head.length);
    this.#headIsOpen = this.#head.length < keptHeadBytes;
  }
}
