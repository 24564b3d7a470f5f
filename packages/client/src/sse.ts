/** One server-sent event. */
export interface SseEvent {
  /** `message` when the server named none. */
  readonly event: string;
  readonly data: string;
  readonly id: string | undefined;
}

/** Hears the text of a comment: heartbeats, and why a held request waits. */
export type OnComment = (text: string) => void;

/** Hears each event's id before the event is told: behind it a broken stream can be resumed. */
export type OnEventId = (id: string) => void;

/**
 * Reads server-sent events out of text that arrives in any pieces: lines may end in LF, CR or CRLF, an event may have
 * several data lines, and any piece may end anywhere. An event that the stream's end cut off is dropped, as the
 * standard says.
 */
export class SseParser {
  #rest = "";
  #event = "";
  #data: string[] = [];
  #id: string | undefined;
  #started = false;
  readonly #onComment: OnComment | undefined;

  constructor(onComment?: OnComment) {
    this.#onComment = onComment;
  }

  /** The events that are complete with this piece. */
  push(piece: string): SseEvent[] {
    let text = this.#rest + piece;
    if (!this.#started && text !== "") {
      this.#started = true;
      if (text.startsWith("\uFEFF")) text = text.slice(1);
    }
    const events: SseEvent[] = [];
    let start = 0;
    for (;;) {
      const end = lineEnd(text, start);
      if (end === undefined) break;
      const complete = this.#line(text.slice(start, end.at));
      if (complete !== undefined) events.push(complete);
      start = end.next;
    }
    this.#rest = text.slice(start);
    return events;
  }

  /** The events that only the stream's end completes: those whose last CR might have been half of a CRLF. */
  end(): SseEvent[] {
    return this.#rest.endsWith("\r") ? this.push(":") : [];
  }

  #line(line: string): SseEvent | undefined {
    if (line === "") return this.#dispatch();
    const colon = line.indexOf(":");
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    if (name === "") this.#onComment?.(value);
    else if (name === "data") this.#data.push(value);
    else if (name === "event") this.#event = value;
    else if (name === "id" && !value.includes("\0")) this.#id = value;
    return undefined;
  }

  #dispatch(): SseEvent | undefined {
    const event = this.#event === "" ? "message" : this.#event;
    const lines = this.#data;
    this.#event = "";
    this.#data = [];
    return lines.length === 0 ? undefined : { event, data: lines.join("\n"), id: this.#id };
  }
}

/** Where the line that starts at `start` ends; `undefined` while that cannot be told. */
function lineEnd(text: string, start: number): { at: number; next: number } | undefined {
  for (let index = start; index < text.length; index += 1) {
    const character = text[index];
    if (character === "\n") return { at: index, next: index + 1 };
    if (character !== "\r") continue;
    // A CR at the end of a piece may be the first half of CRLF.
    if (index + 1 === text.length) return undefined;
    return { at: index, next: text[index + 1] === "\n" ? index + 2 : index + 1 };
  }
  return undefined;
}

export async function* readEvents(
  text: AsyncIterable<string>,
  onComment?: OnComment,
): AsyncGenerator<SseEvent, void, undefined> {
  const parser = new SseParser(onComment);
  for await (const piece of text) yield* parser.push(piece);
  yield* parser.end();
}
