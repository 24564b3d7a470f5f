const quote = 0x22;
const backslash = 0x5c;

/** How deep brackets are nested in JSON, and how many are opened. */
export interface Brackets {
  readonly depth: number;
  readonly count: number;
}

/** Stops counting above either of `enough`. Texts in quotes are leapt over. */
export function bracketsIn(json: Buffer, enough: Brackets): Brackets {
  let depth = 0;
  let deepest = 0;
  let count = 0;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at];
    if (byte === quote) {
      at = closingQuote(json, at);
    } else if (byte === 0x7b || byte === 0x5b) {
      count += 1;
      depth += 1;
      if (depth > deepest) deepest = depth;
      if (deepest > enough.depth || count > enough.count) break;
    } else if (byte === 0x7d || byte === 0x5d) {
      depth -= 1;
    }
  }
  return { depth: deepest, count };
}

function closingQuote(json: Buffer, opening: number): number {
  for (let at = json.indexOf(quote, opening + 1); at !== -1; at = json.indexOf(quote, at + 1)) {
    let escapes = 0;
    while (json[at - 1 - escapes] === backslash) escapes += 1;
    if (escapes % 2 === 0) return at;
  }
  return json.length;
}
