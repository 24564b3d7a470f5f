/** A value that a Python literal can stand for; tuples are arrays, and keys of dictionaries are strings. */
export type PythonValue =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | readonly PythonValue[]
  | { readonly [key: string]: PythonValue };

/** What `ast.literal_eval` gives. Throws its `ValueError` or `SyntaxError` for what is none, JSON's `true` included. */
export function parsePythonLiteral(source: string): PythonValue {
  const parser = new Parser(source);
  const value = parser.value();
  parser.end();
  return value;
}

/** What `str(...)` makes of the value in Python 3. */
export function pythonRepr(value: PythonValue): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return quote(value);
  if (value instanceof Uint8Array) return `b${quote(Buffer.from(value).toString("latin1"), /[^ -~]/g)}`;
  if (isList(value)) return `[${value.map(pythonRepr).join(", ")}]`;
  return `{${Object.entries(value)
    .map(([key, each]) => `${quote(key)}: ${pythonRepr(each)}`)
    .join(", ")}}`;
}

const isList = (value: PythonValue): value is readonly PythonValue[] => Array.isArray(value);

const shortEscapes: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function quote(text: string, unprintable = /(?! )[\p{C}\p{Z}]/gu): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const safe = text
    .replaceAll("\\", "\\\\")
    .replaceAll(mark, `\\${mark}`)
    .replace(unprintable, (each) => shortEscapes[each] ?? escapeCode(each.codePointAt(0) ?? 0));
  return mark + safe + mark;
}

function escapeCode(code: number): string {
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, "0")}`;
  if (code < 0x10000) return `\\u${code.toString(16).padStart(4, "0")}`;
  return `\\U${code.toString(16).padStart(8, "0")}`;
}

const names: Readonly<Record<string, PythonValue>> = { None: null, True: true, False: false };
const escapes: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  b: "\b",
  f: "\f",
  v: "\v",
  a: "\x07",
  "\n": "",
  "\\": "\\",
  "'": "'",
  '"': '"',
};

class Parser {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  end(): void {
    this.#skipSpace();
    if (this.#at < this.#source.length) throw invalidSyntax();
  }

  value(): PythonValue {
    this.#skipSpace();
    const string = this.#take(/([bBrRuU]?)('''|"""|'|")/y);
    if (string !== undefined) return this.#strings(string[1] ?? "", string[2] ?? "'");
    const opening = this.#take(/[[({]/y)?.[0];
    if (opening === "[") return this.#items("]");
    if (opening === "(") return this.#tuple();
    if (opening === "{") return this.#dictionary();
    const number = this.#take(/[-+]?(\d[\d_]*\.?\d*|\.\d+)([eE][-+]?\d+)?/y)?.[0];
    if (number !== undefined) return Number(number.replaceAll("_", ""));
    const name = this.#take(/[A-Za-z_]\w*/y)?.[0];
    if (name === undefined) throw invalidSyntax();
    const known = names[name];
    if (known === undefined) throw new Error("malformed node or string on line 1: <ast.Name object>");
    return known;
  }

  #tuple(): PythonValue {
    const before = this.#at;
    const items = this.#items(")");
    // without a comma the parentheses are none of a tuple
    const [only] = items;
    const hasComma = /,\s*\)$/.test(this.#source.slice(before, this.#at));
    return items.length === 1 && !hasComma && only !== undefined ? only : items;
  }

  #items(closing: string): PythonValue[] {
    const items: PythonValue[] = [];
    while (!this.#takes(closing)) {
      items.push(this.value());
      if (this.#takes(closing)) break;
      this.#demand(",");
    }
    return items;
  }

  #dictionary(): PythonValue {
    const entries: [string, PythonValue][] = [];
    while (!this.#takes("}")) {
      const key = this.value();
      this.#demand(":");
      entries.push([typeof key === "string" ? key : pythonRepr(key), this.value()]);
      if (this.#takes("}")) break;
      this.#demand(",");
    }
    return Object.fromEntries(entries);
  }

  /** Strings beside each other are one. */
  #strings(prefix: string, mark: string): PythonValue {
    let text = this.#string(prefix, mark);
    for (;;) {
      this.#skipSpace();
      const next = this.#take(/([bBrRuU]?)('''|"""|'|")/y);
      if (next === undefined) break;
      text += this.#string(next[1] ?? "", next[2] ?? "'");
    }
    return /b/i.test(prefix) ? Buffer.from(text, "latin1") : text;
  }

  #string(prefix: string, mark: string): string {
    let text = "";
    while (!this.#source.startsWith(mark, this.#at)) {
      const next = this.#source[this.#at];
      if (next === undefined || (mark.length === 1 && next === "\n")) throw unterminated();
      if (next === "\\" && !/r/i.test(prefix)) {
        text += this.#escape();
      } else {
        text += next;
        this.#at += 1;
      }
    }
    this.#at += mark.length;
    return text;
  }

  #escape(): string {
    const coded = this.#take(/\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8}))/y);
    if (coded !== undefined) {
      return String.fromCodePoint(Number.parseInt(coded[1] ?? coded[2] ?? coded[3] ?? "0", 16));
    }
    const octal = this.#take(/\\([0-7]{1,3})/y)?.[1];
    if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
    const [whole = "", letter = ""] = this.#take(/\\([^])/y) ?? [];
    if (whole === "") throw unterminated();
    return escapes[letter] ?? whole;
  }

  #demand(mark: string): void {
    if (!this.#takes(mark)) throw invalidSyntax();
  }

  #takes(mark: string): boolean {
    this.#skipSpace();
    if (!this.#source.startsWith(mark, this.#at)) return false;
    this.#at += mark.length;
    return true;
  }

  #skipSpace(): void {
    this.#take(/\s*/y);
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#source);
    if (found === null) return undefined;
    this.#at = pattern.lastIndex;
    return found;
  }
}

const invalidSyntax = (): Error => new Error("invalid syntax (<unknown>, line 1)");
const unterminated = (): Error => new Error("unterminated string literal (<unknown>, line 1)");
