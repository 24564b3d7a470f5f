import { StringDecoder } from "node:string_decoder";

/** A server-sent event with its data; fields that were not there are undefined. */
export interface ServerSentEvent {
  readonly event: string | undefined;
  readonly id: string | undefined;
  readonly data: string;
}

/**
 * Reads server-sent events from bytes, however they are cut: lines end in LF, CR or CRLF, a space after the colon may be
 * missing, comments and unknown fields are passed over. Throws RangeError for an event longer than `maxChars`.
 */
export async function* readSse(
  body: AsyncIterable<Uint8Array>,
  maxChars = 32 * 1024 * 1024,
): AsyncGenerator<ServerSentEvent> {
  const reader = new SseReader(maxChars);
  for await (const bytes of body) yield* reader.push(bytes);
  yield* reader.end();
}

/** The same, for bytes that are pushed. */
export class SseReader {
  readonly #decoder = new StringDecoder("utf8");
  readonly #maxChars: number;
  #line = "";
  #skipLineFeed = false;
  #event: string | undefined;
  #id: string | undefined;
  #data: string[] = [];
  #chars = 0;

  constructor(maxChars = 32 * 1024 * 1024) {
    this.#maxChars = maxChars;
  }

  *push(bytes: Uint8Array): Generator<ServerSentEvent> {
    let text = this.#decoder.write(bytes);
    if (this.#skipLineFeed && text.length > 0) {
      this.#skipLineFeed = false;
      if (text.startsWith("\n")) text = text.slice(1);
    }
    let at = 0;
    for (const end of lineEnds(text)) {
      if (end < at) continue;
      const line = this.#line + text.slice(at, end);
      this.#line = "";
      at = end + 1;
      if (text[end] === "\r") {
        if (text[at] === "\n") at += 1;
        else if (at === text.length) this.#skipLineFeed = true;
      }
      const event = this.#take(line);
      if (event !== undefined) yield event;
    }
    this.#line += text.slice(at);
    if (this.#chars + this.#line.length > this.#maxChars)
      throw new RangeError(`an event is longer than ${this.#maxChars} characters`);
  }

  /** The last event may lack the empty line that ends it. */
  *end(): Generator<ServerSentEvent> {
    const last = this.#take(this.#line + this.#decoder.end());
    if (last !== undefined) yield last;
    const rest = this.#take("");
    if (rest !== undefined) yield rest;
  }

  #take(line: string): ServerSentEvent | undefined {
    if (line === "") return this.#finish();
    const colon = line.indexOf(":");
    if (colon === 0) return undefined;
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    if (field === "data") {
      this.#data.push(value);
      // the line itself counts, too: there could be any number of empty ones
      this.#chars += value.length + 1;
    } else if (field === "event") this.#event = value;
    else if (field === "id") this.#id = value;
    return undefined;
  }

  #finish(): ServerSentEvent | undefined {
    const event =
      this.#data.length === 0 ? undefined : { event: this.#event, id: this.#id, data: this.#data.join("\n") };
    this.#event = undefined;
    this.#id = undefined;
    this.#data = [];
    this.#chars = 0;
    return event;
  }
}

/** Where each LF and CR is. What is not there is looked for once. */
function* lineEnds(text: string): Generator<number> {
  let feed = text.indexOf("\n");
  let carriage = text.indexOf("\r");
  while (feed !== -1 || carriage !== -1) {
    if (carriage === -1 || (feed !== -1 && feed < carriage)) {
      yield feed;
      feed = text.indexOf("\n", feed + 1);
    } else {
      yield carriage;
      carriage = text.indexOf("\r", carriage + 1);
    }
  }
}
