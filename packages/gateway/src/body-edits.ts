/** A part of a text: where it begins, and where it has ended. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** A top-level value in the text of a JSON object, and its key. */
interface Field extends Span {
  readonly key: Span;
}

/** What is to be different in a body that otherwise goes on as it came. */
export interface BodyEdits {
  /** The upstream's own name for the model; `undefined` leaves what is there. */
  readonly model: string | undefined;
  /** Asks the upstream to count a stream's tokens. */
  readonly askUsage: boolean;
  /** A limit of tokens is called `max_completion_tokens` there, whatever the caller calls it. */
  readonly limitsCompletions?: boolean | undefined;
  /** For fields that are not there. */
  readonly defaults?: Readonly<Record<string, unknown>>;
}

/**
 * The body with its edits, all other bytes as they came. `body` is JSON of an object, checked before. A key that is there
 * twice is changed twice: readers differ in which of them counts.
 */
export function editBody(
  body: Buffer,
  { model, askUsage, limitsCompletions = false, defaults = {} }: BodyEdits,
): Buffer {
  const isEdited = (key: string): boolean =>
    (key === "model" && model !== undefined) || (key === "stream_options" && askUsage);
  const missing = Object.entries(defaults).filter(
    ([key]) => !isEdited(key) && spansOf(body, key).length === 0,
  );
  if (model === undefined && !askUsage && !limitsCompletions && missing.length === 0) return body;
  const models = model === undefined ? [] : spansOf(body, "model");
  const options = askUsage ? spansOf(body, "stream_options") : [];
  const changes: { readonly span: Span; readonly text: string }[] = [];
  const front = missing.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  if (model !== undefined) {
    const text = JSON.stringify(model);
    if (models.length === 0) front.push(`"model":${text}`);
    for (const span of models)
      if (body.toString("utf8", span.start, span.end) !== text) changes.push({ span, text });
  }
  if (askUsage) {
    if (options.length === 0) front.push(`"stream_options":${withUsage(defaults["stream_options"])}`);
    for (const span of options)
      changes.push({ span, text: withUsage(JSON.parse(body.toString("utf8", span.start, span.end))) });
  }
  const limits = limitsCompletions ? spansOf(body, "max_tokens") : [];
  if (limits.length > 0 && spansOf(body, "max_completion_tokens").length === 0)
    for (const { key } of limits) changes.push({ span: key, text: '"max_completion_tokens"' });
  if (changes.length === 0 && front.length === 0) return body;
  const pieces: Buffer[] = [];
  let at = 0;
  if (front.length > 0) {
    const open = body.indexOf(0x7b) + 1;
    const isEmpty = body[skipSpace(body, open)] === 0x7d;
    pieces.push(body.subarray(0, open), Buffer.from(front.join(",") + (isEmpty ? "" : ",")));
    at = open;
  }
  for (const { span, text } of changes.toSorted((a, b) => a.span.start - b.span.start)) {
    pieces.push(body.subarray(at, span.start), Buffer.from(text));
    at = span.end;
  }
  pieces.push(body.subarray(at));
  return Buffer.concat(pieces);
}

function withUsage(options: unknown): string {
  return JSON.stringify({ ...(options as object | null | undefined), include_usage: true });
}

const quote = 0x22;
const backslash = 0x5c;

/** The values of a key of the outermost object. Texts are stepped over by search, so that large ones cost little. */
export function spansOf(body: Buffer, key: string): readonly Field[] {
  const spans: Field[] = [];
  let depth = 0;
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at];
    if (byte === quote) {
      const end = textEnd(body, at);
      if (depth === 1 && isKey(body, at, end, key)) {
        const colon = body.indexOf(0x3a, end);
        const start = skipSpace(body, colon + 1);
        const stop = valueEnd(body, start);
        spans.push({ start, end: stop, key: { start: at, end } });
        at = stop - 1;
      } else {
        at = end - 1;
      }
    } else if (byte === 0x7b || byte === 0x5b) depth += 1;
    else if (byte === 0x7d || byte === 0x5d) depth -= 1;
  }
  return spans;
}

/** Where the text that begins at the quote ends, its closing quote included. */
function textEnd(body: Buffer, start: number): number {
  for (let at = body.indexOf(quote, start + 1); at !== -1; at = body.indexOf(quote, at + 1)) {
    let slashes = 0;
    while (body[at - 1 - slashes] === backslash) slashes += 1;
    if (slashes % 2 === 0) return at + 1;
  }
  return body.length;
}

/** A key is followed by a colon; it may be written with escapes. */
function isKey(body: Buffer, start: number, end: number, key: string): boolean {
  if (body[skipSpace(body, end)] !== 0x3a) return false;
  const text = body.toString("utf8", start, end);
  return text.includes("\\") ? JSON.parse(text) === key : text === `"${key}"`;
}

function skipSpace(body: Buffer, from: number): number {
  let at = from;
  while (body[at] === 0x20 || body[at] === 0x0a || body[at] === 0x0d || body[at] === 0x09) at += 1;
  return at;
}

function valueEnd(body: Buffer, start: number): number {
  const first = body[start];
  if (first === quote) return textEnd(body, start);
  if (first !== 0x7b && first !== 0x5b) {
    let at = start;
    // a number, true, false or null
    while (at < body.length && /[\w.+-]/.test(String.fromCharCode(body[at]!))) at += 1;
    return at;
  }
  let depth = 0;
  for (let at = start; at < body.length; at += 1) {
    const byte = body[at];
    if (byte === quote) at = textEnd(body, at) - 1;
    else if (byte === 0x7b || byte === 0x5b) depth += 1;
    else if (byte === 0x7d || byte === 0x5d) depth -= 1;
    if (depth === 0) return at + 1;
  }
  return body.length;
}
