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
  #carry: Buffer | undefined;

  constructor(stripUsage: boolean) {
    this.#stripUsage = stripUsage;
  }

  /** Whether the first event has passed. */
  get begun(): boolean {
    return this.#begun;
  }

  push(piece: Buffer): Passed {
    if (this.#begun && !this.#stripUsage) return { kind: "pass", bytes: piece };
    const bytes = this.#carry === undefined ? piece : Buffer.concat([this.#carry, piece]);
    this.#carry = undefined;
    return this.#begun ? { kind: "pass", bytes: this.#strip(bytes) } : this.#begin(bytes);
  }

  /** What is left when the stream is over. */
  end(): Buffer | undefined {
    const left = this.#carry;
    this.#carry = undefined;
    return left;
  }

  #begin(bytes: Buffer): Passed {
    let at = 0;
    let held: number | undefined;
    for (let end = eventEnd(bytes, at); end !== -1; end = eventEnd(bytes, at)) {
      const event = bytes.toString("latin1", at, end);
      if (isEvent(event)) {
        if (tellsError(event)) return { kind: "error", event: bytes.subarray(at, end) };
        if (!saysNothingYet(event)) {
          this.#begun = true;
          return { kind: "pass", bytes: this.#stripUsage ? this.#strip(bytes) : bytes };
        }
        held ??= at;
      }
      at = end;
    }
    if (bytes.length - at > maxEventBytes) {
      this.#begun = true;
      return { kind: "pass", bytes };
    }
    const kept = held ?? at;
    if (kept < bytes.length) this.#carry = bytes.subarray(kept);
    return { kind: "pass", bytes: kept === 0 ? undefined : bytes.subarray(0, kept) };
  }

  #strip(bytes: Buffer): Buffer | undefined {
    if (this.#blind) return bytes;
    const end = lastEventEnd(bytes);
    if (end < bytes.length) {
      if (bytes.length - end > maxEventBytes) {
        this.#blind = true;
        return bytes;
      }
      this.#carry = bytes.subarray(end);
    }
    if (end === 0) return undefined;
    const whole = bytes.subarray(0, end);
    const mayHold = whole.includes('"choices":[]') || whole.includes('"choices": []');
    return mayHold ? withoutUsage(whole) : whole;
  }
}

function withoutUsage(bytes: Buffer): Buffer | undefined {
  const kept: Buffer[] = [];
  let at = 0;
  for (let end = eventEnd(bytes, at); end !== -1; end = eventEnd(bytes, at)) {
    const event = bytes.subarray(at, end);
    if (!tellsOnlyUsage(event.toString("utf8"))) kept.push(event);
    at = end;
  }
  if (kept.length === 0) return undefined;
  return Buffer.concat(kept);
}

/** Where the event that begins at `from` ends; -1 when it is not complete. */
function eventEnd(bytes: Buffer, from: number): number {
  let nearest = -1;
  for (const blank of ["\n\n", "\r\n\r\n", "\r\r"]) {
    const at = bytes.indexOf(blank, from, "latin1");
    if (at !== -1 && (nearest === -1 || at + blank.length < nearest)) nearest = at + blank.length;
  }
  return nearest;
}

function lastEventEnd(bytes: Buffer): number {
  let last = 0;
  for (const blank of ["\n\n", "\r\n\r\n", "\r\r"]) {
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
