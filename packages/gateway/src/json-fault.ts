/** Where a text stops being JSON, and what was expected there. */
export interface JsonFault {
  /** In UTF-16 units from the start. */
  readonly offset: number;
  readonly expected: string;
}

const whitespace = /[ \t\n\r]*/y;
const scalar = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** Finds the first fault; `undefined` when there is none. Slower than JSON.parse: for texts that are known to be broken. */
export function findJsonFault(text: string): JsonFault | undefined {
  const open: ("object" | "array")[] = [];
  let at = skip(whitespace, text, 0);
  let expect: "value" | "value_or_end" | "name" | "name_or_end" | "comma_or_end" = "value";
  for (;;) {
    at = skip(whitespace, text, at);
    const char = text[at];
    const inside = open.at(-1);
    if (expect === "comma_or_end" && inside === undefined) {
      return char === undefined ? undefined : { offset: at, expected: "nothing after the value" };
    }
    const closes: string = inside === "object" ? "}" : "]";
    const mayClose = expect === "value_or_end" || expect === "name_or_end" || expect === "comma_or_end";
    if (mayClose && char === closes) {
      open.pop();
      at += 1;
      expect = "comma_or_end";
    } else if (expect === "comma_or_end") {
      if (char !== ",") return { offset: at, expected: `"," or "${closes}"` };
      at += 1;
      expect = inside === "object" ? "name" : "value";
    } else if (expect === "name" || expect === "name_or_end") {
      const end = stringEnd(text, at);
      if (typeof end !== "number") return end ?? { offset: at, expected: "a name in double quotes" };
      at = skip(whitespace, text, end);
      if (text[at] !== ":") return { offset: at, expected: '":"' };
      at += 1;
      expect = "value";
    } else if (char === "{" || char === "[") {
      open.push(char === "{" ? "object" : "array");
      at += 1;
      expect = char === "{" ? "name_or_end" : "value_or_end";
    } else {
      const end = char === '"' ? stringEnd(text, at) : scalarEnd(text, at);
      if (typeof end !== "number") return end ?? { offset: at, expected: "a value" };
      at = end;
      expect = "comma_or_end";
    }
  }
}

/** The offset after the string that begins at `at`; a fault inside it; `undefined` when none begins there. */
function stringEnd(text: string, at: number): number | JsonFault | undefined {
  if (text[at] !== '"') return undefined;
  for (let offset = at + 1; offset < text.length;) {
    const code = text.charCodeAt(offset);
    if (code === 0x22) return offset + 1;
    if (code < 0x20) return { offset, expected: "an escape for this control character" };
    const next = code === 0x5c ? skip(escape, text, offset) : offset + 1;
    if (next === offset) return { offset, expected: "a known escape" };
    offset = next;
  }
  return { offset: text.length, expected: "the end of the text in double quotes" };
}

function scalarEnd(text: string, at: number): number | undefined {
  const end = skip(scalar, text, at);
  return end === at ? undefined : end;
}

function skip(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : from;
}
