/** What was expected in a Python literal, and where: lines and columns count from 1. */
export class PythonSyntaxError extends Error {
  readonly line: number;
  readonly column: number;
  readonly expected: string;

  constructor(line: number, column: number, expected: string) {
    super(`line ${line}, column ${column}: expected ${expected}`);
    this.name = "PythonSyntaxError";
    this.line = line;
    this.column = column;
    this.expected = expected;
  }
}

const stringStart = /(?:[bB][rR]?|[rR][bB]?|[uU])?(?:'''|"""|'|")/y;

/** A place in a Python text that moves on as signs and strings are taken from it. */
export class PythonText {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get here(): number {
    return this.#at;
  }

  get atEnd(): boolean {
    this.skipBlanks();
    return this.#at === this.#text.length;
  }

  get atString(): boolean {
    stringStart.lastIndex = this.#at;
    return stringStart.test(this.#text);
  }

  expected(what: string, at = this.#at): PythonSyntaxError {
    const before = this.#text.slice(0, at).split(/\r\n|\r|\n/);
    return new PythonSyntaxError(before.length, (before.at(-1)?.length ?? 0) + 1, what);
  }

  /** Past spaces, line breaks, comments, and a backslash that ends a line. */
  skipBlanks(): void {
    while (this.match(/[ \t\f\r\n]+|#[^\r\n]*|\\\r?\n/y) !== undefined);
  }

  /** Takes the sign, if it is the next thing but blanks. */
  take(sign: string): boolean {
    this.skipBlanks();
    if (!this.#text.startsWith(sign, this.#at)) return false;
    this.#at += sign.length;
    return true;
  }

  /** Takes what a sticky pattern finds right here. */
  match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  /** One string, or several side by side, which are one. */
  readStrings(): string | Uint8Array {
    const texts: string[] = [];
    const bytes: Uint8Array[] = [];
    do {
      const start = this.#at;
      const next = this.#readString();
      if (typeof next === "string") texts.push(next);
      else bytes.push(next);
      if (texts.length > 0 && bytes.length > 0)
        throw this.expected("strings or bytes beside each other, not both", start);
      this.skipBlanks();
    } while (this.atString);
    return bytes.length === 0 ? texts.join("") : new Uint8Array(Buffer.concat(bytes));
  }

  #readString(): string | Uint8Array {
    const start = this.match(stringStart) ?? "";
    const quote = /['"]+$/.exec(start)?.[0] ?? "";
    const prefix = start.slice(0, -quote.length).toLowerCase();
    const form = { raw: prefix.includes("r"), bytes: prefix.includes("b") };
    let text = "";
    while (!this.#text.startsWith(quote, this.#at)) {
      const sign = this.#text[this.#at];
      if (sign === undefined || (quote.length === 1 && /[\r\n]/.test(sign)))
        throw this.expected(`${quote} at the string's end`);
      text += sign === "\\" ? this.#readEscape(form) : this.#readSign(sign, form.bytes);
    }
    this.#at += quote.length;
    return form.bytes ? Uint8Array.from(text, (sign) => sign.charCodeAt(0)) : text;
  }

  #readSign(sign: string, bytes: boolean): string {
    if (bytes && sign > "\x7F") throw this.expected("ASCII in bytes");
    this.#at += 1;
    // In Python, all line ends are one.
    if (sign !== "\r") return sign;
    this.match(/\n/y);
    return "\n";
  }

  #readEscape({ raw, bytes }: { readonly raw: boolean; readonly bytes: boolean }): string {
    const start = this.#at;
    this.#at += 1;
    const sign = this.#text[this.#at];
    if (sign === undefined) throw this.expected("something behind the backslash");
    if (raw) return `\\${this.#readSign(sign, bytes)}`;
    if (this.match(/\r\n|\r|\n/y) !== undefined) return "";
    const simple = escapes[sign];
    if (simple !== undefined) {
      this.#at += 1;
      return simple;
    }
    const octal = this.match(/[0-7]{1,3}/y);
    if (octal !== undefined) return String.fromCodePoint(parseInt(octal, 8) & (bytes ? 0xff : 0x1ff));
    const digits = sign === "x" ? 2 : bytes ? 0 : (wideEscapes[sign] ?? 0);
    if (digits > 0) return this.#readHex(digits, start);
    if (sign === "N" && !bytes)
      throw this.expected("a sign itself or its \\u number: names are not known", start);
    // Python leaves the backslash before a letter that means nothing.
    return `\\${this.#readSign(sign, bytes)}`;
  }

  #readHex(digits: number, start: number): string {
    this.#at += 1;
    const hex = this.match(new RegExp(`[\\da-fA-F]{${digits}}`, "y"));
    const code = hex === undefined ? Infinity : parseInt(hex, 16);
    if (code > 0x10ffff)
      throw this.expected(`${digits} hexadecimal digits of a sign, at most 10ffff, in the escape`, start);
    return String.fromCodePoint(code);
  }
}

const escapes: Readonly<Record<string, string>> = {
  "\\": "\\",
  "'": "'",
  '"': '"',
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};
const wideEscapes: Readonly<Record<string, number>> = { u: 4, U: 8 };
