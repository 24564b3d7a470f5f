/** An event longer than this is not waited for. */
const maxEventBytes = 256 * 1024;

/** What to do with bytes of a stream. */
export type Passed =
  /** Send on; there may be nothing to send yet. */
  | { readonly kind: "pass"; readonly bytes: Buffer | undefined }
  /** The very first event tells of an error: nothing has been said yet. */
  | { readonly kind: "error"; readonly event: Buffer };

/**
 * Looks at the server-sent events of a chat as they pass by. Holds the first one that says something, and what leads to it,
 * back until it is known to be no error; takes out the one that tells nothing but the usage, where the client has not asked
 * for it. All other bytes pass as they are, comments at once.
 */
export class EventGate {
  readonly #stripUsage: boolean;
  #begun = false;
  #blind = false;
  /** Events that are held back, and behind them the one that is not complete. */
  readonly #held = new Pieces();
  readonly #open = new Pieces();

  constructor(stripUsage: boolean) {
    this.#stripUsage = stripUsage;
  }

  /** Whether the first event has passed. */
  get begun(): boolean {
    return this.#begun;
  }

  push(piece: Buffer): Passed {
    if (this.#begun && (!this.#stripUsage || this.#blind)) return { kind: "pass", bytes: piece };
    // the usual piece: whole events
    if (this.#begun && this.#open.bytes === 0 && endsWithBlank(piece))
      return { kind: "pass", bytes: withoutUsage(piece) };
    const isComplete = this.#open.endsEventWith(piece);
    this.#open.add(piece);
    if (!isComplete && this.#held.bytes + this.#open.bytes <= maxEventBytes)
      return { kind: "pass", bytes: undefined };
    return this.#begun ? { kind: "pass", bytes: this.#strip() } : this.#begin();
  }

  /** What is left when the stream is over. */
  end(): Buffer | undefined {
    const left = Buffer.concat([this.#held.take(), this.#open.take()]);
    return left.length === 0 ? undefined : left;
  }

  #begin(): Passed {
    const bytes = this.#open.take();
    let at = 0;
    let holdsFrom = this.#held.bytes > 0 ? 0 : undefined;
    for (const end of eventEnds(bytes)) {
      const event = bytes.toString("latin1", at, end);
      if (isEvent(event)) {
        if (tellsError(event)) return { kind: "error", event: bytes.subarray(at, end) };
        if (!saysNothingYet(event)) return this.#pass(bytes);
        holdsFrom ??= at;
      }
      at = end;
    }
    const passes = holdsFrom ?? at;
    if (this.#held.bytes + bytes.length - passes > maxEventBytes) return this.#pass(bytes);
    this.#held.add(bytes.subarray(passes, at));
    this.#open.add(bytes.subarray(at));
    return { kind: "pass", bytes: passes === 0 ? undefined : bytes.subarray(0, passes) };
  }

  /** From here on nothing is held back for what it says. */
  #pass(bytes: Buffer): Passed {
    this.#begun = true;
    this.#open.add(this.#held.take());
    this.#open.add(bytes);
    return { kind: "pass", bytes: this.#stripUsage ? this.#strip() : this.#open.take() };
  }

  #strip(): Buffer | undefined {
    const bytes = this.#open.take();
    const end = lastEventEnd(bytes);
    if (bytes.length - end > maxEventBytes) {
      this.#blind = true;
      return bytes;
    }
    this.#open.add(bytes.subarray(end));
    if (end === 0) return undefined;
    return withoutUsage(bytes.subarray(0, end));
  }
}

const nothing = Buffer.alloc(0);

/** Pieces of bytes that are joined once, when all of them are there: however small they are, each is touched twice. */
class Pieces {
  #pieces: Buffer[] = [];
  #bytes = 0;
  /** The last bytes: an event's end may be cut. */
  #tail: Buffer = nothing;

  get bytes(): number {
    return this.#bytes;
  }

  /** Whether an event that these bytes do not end is ended by the next piece. */
  endsEventWith(piece: Buffer): boolean {
    return endsEvent(piece) || endsEvent(Buffer.concat([this.#tail, piece.subarray(0, longestBlank - 1)]));
  }

  add(piece: Buffer): void {
    if (piece.length === 0) return;
    this.#pieces.push(piece);
    this.#bytes += piece.length;
    const tail = piece.length < longestBlank ? Buffer.concat([this.#tail, piece]) : piece;
    this.#tail = tail.subarray(1 - longestBlank);
  }

  take(): Buffer {
    const [only] = this.#pieces;
    const whole = this.#pieces.length === 1 && only !== undefined ? only : Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#bytes = 0;
    this.#tail = nothing;
    return whole;
  }
}

/** Whole events, less those that tell nothing but the usage. */
function withoutUsage(bytes: Buffer): Buffer | undefined {
  const mayHold = bytes.includes('"choices":[]') || bytes.includes('"choices": []');
  if (!mayHold) return bytes;
  const kept: Buffer[] = [];
  let at = 0;
  for (const end of eventEnds(bytes)) {
    const event = bytes.subarray(at, end);
    if (!tellsOnlyUsage(event.toString("utf8"))) kept.push(event);
    at = end;
  }
  if (kept.length === 0) return undefined;
  return Buffer.concat(kept);
}

const blanks = ["\n\n", "\r\n\r\n", "\r\r"];
const longestBlank = 4;
const newline = 0x0a;

function endsWithBlank(bytes: Buffer): boolean {
  const end = bytes.length;
  return (
    bytes[end - 1] === newline &&
    (bytes[end - 2] === newline || bytes.toString("latin1", end - 4) === "\r\n\r\n")
  );
}

function endsEvent(bytes: Buffer): boolean {
  return blanks.some((blank) => bytes.includes(blank, 0, "latin1"));
}

/** Where each event ends, the last that is complete included. */
function* eventEnds(bytes: Buffer): Generator<number> {
  // where each way to end one is found next: what is not there is looked for once
  const next = blanks.map((blank) => bytes.indexOf(blank, 0, "latin1"));
  for (let from = 0; ;) {
    let nearest = Infinity;
    for (const [index, blank] of blanks.entries()) {
      let at = next[index] ?? -1;
      if (at !== -1 && at < from) next[index] = at = bytes.indexOf(blank, from, "latin1");
      if (at !== -1) nearest = Math.min(nearest, at + blank.length);
    }
    if (nearest === Infinity) return;
    yield nearest;
    from = nearest;
  }
}

function lastEventEnd(bytes: Buffer): number {
  let last = 0;
  for (const blank of blanks) {
    const at = bytes.lastIndexOf(blank, undefined, "latin1");
    if (at !== -1) last = Math.max(last, at + blank.length);
  }
  return last;
}

function isEvent(text: string): boolean {
  return /^(?:data|event):/m.test(text);
}

/** OpenAI's way: an object `error` and nothing else; Anthropic's: an event of that name. */
function tellsError(event: string): boolean {
  return /^data: ?\{\s*"error"\s*:\s*[{"]/m.test(event) || /^event: ?error\s*$/m.test(event);
}

/** What comes before the first word of a message of Anthropic's: after it, another server can still be asked. */
function saysNothingYet(event: string): boolean {
  return /^event: ?(?:message_start|content_block_start|ping)\s*$/m.test(event);
}

function tellsOnlyUsage(event: string): boolean {
  const data = event
    .split(/\r\n|\n|\r/)
    .filter((line) => line.startsWith("data:"))
    .map((line) => line.slice(5))
    .join("\n");
  try {
    const { choices, usage } = JSON.parse(data) as { choices?: unknown; usage?: unknown };
    return Array.isArray(choices) && choices.length === 0 && typeof usage === "object" && usage !== null;
  } catch {
    // no JSON: not ours to take out
    return false;
  }
}
