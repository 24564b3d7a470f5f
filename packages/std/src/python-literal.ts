import { PythonText } from "./python-text.ts";

/**
 * What Python's `repr` writes: None is `null`, an int beyond the safe integers a bigint, bytes a Uint8Array; tuples,
 * lists and sets are arrays; a dict is an object, its keys that are no strings written as JSON would (`1`, `true`).
 */
export type PythonValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly PythonValue[]
  | { readonly [key: string]: PythonValue };

export interface PythonLimits {
  /** How many brackets may lie within each other; 100 unless told. */
  readonly maxDepth?: number;
}

export { PythonSyntaxError } from "./python-text.ts";

/**
 * Reads one Python literal, as `ast.literal_eval` does, and `nan` and `inf` besides, which `repr` writes. It runs
 * nothing. Throws PythonSyntaxError, which says where and what was expected instead. `\N{name}` is not known.
 */
export function parsePythonLiteral(text: string, { maxDepth = 100 }: PythonLimits = {}): PythonValue {
  const from = new PythonText(text);
  const first = readValue(from, maxDepth);
  // A tuple needs no brackets at the top.
  const value = from.take(",") ? [first, ...readItems(from, "", maxDepth)] : first;
  if (!from.atEnd) throw from.expected("the end");
  return value;
}

function readValue(from: PythonText, depth: number): PythonValue {
  from.skipBlanks();
  const sign = from.match(/[{[(]/y);
  if (sign === undefined) return readAtom(from);
  if (depth === 0) throw from.expected("fewer brackets within each other");
  switch (sign) {
    case "{":
      return readBraces(from, depth - 1);
    case "[":
      return readItems(from, "]", depth - 1);
    default:
      return readRound(from, depth - 1);
  }
}

/** Values with commas between, up to `end`, which is taken; a comma may stand behind the last. */
function readItems(from: PythonText, end: string, depth: number): PythonValue[] {
  const items: PythonValue[] = [];
  const ended = () => (end === "" ? from.atEnd : from.take(end));
  while (!ended()) {
    items.push(readValue(from, depth));
    if (from.take(",")) continue;
    if (ended()) break;
    throw from.expected(end === "" ? "`,` or the end" : `\`,\` or \`${end}\``);
  }
  return items;
}

/** `()` and `(a,)` are tuples, `(a)` is a. */
function readRound(from: PythonText, depth: number): PythonValue {
  if (from.take(")")) return [];
  const first = readValue(from, depth);
  if (from.take(")")) return first;
  if (!from.take(",")) throw from.expected("`,` or `)`");
  return [first, ...readItems(from, ")", depth)];
}

function readBraces(from: PythonText, depth: number): PythonValue {
  if (from.take("}")) return {};
  const keyAt = from.here;
  const first = readValue(from, depth);
  if (!from.take(":")) {
    if (from.take("}")) return [first];
    if (!from.take(",")) throw from.expected("`:`, `,` or `}`");
    return [first, ...readItems(from, "}", depth)];
  }
  const entries: [string, PythonValue][] = [[keyOf(first, from, keyAt), readValue(from, depth)]];
  while (!from.take("}")) {
    if (!from.take(",")) throw from.expected("`,` or `}`");
    if (from.take("}")) break;
    const at = from.here;
    const key = keyOf(readValue(from, depth), from, at);
    if (!from.take(":")) throw from.expected("`:`");
    entries.push([key, readValue(from, depth)]);
  }
  return Object.fromEntries(entries);
}

function keyOf(value: PythonValue, from: PythonText, at: number): string {
  if (typeof value === "object" && value !== null)
    throw from.expected("a key that is a string, a number, True, False or None", at);
  return String(value);
}

// Python reads no more digits than these either.
const more = (digit: string) => `(?:_?${digit}){0,4299}`;
const decimal = `\\d${more("\\d")}`;
const integer = [
  `0[xX]_?[\\da-fA-F]${more("[\\da-fA-F]")}`,
  `0[oO]_?[0-7]${more("[0-7]")}`,
  `0[bB]_?[01]${more("[01]")}`,
  `0${more("0")}`,
  `[1-9]${more("\\d")}`,
].join("|");
const float = `(?:${decimal}\\.(?:${decimal})?|\\.${decimal})(?:[eE][+-]?${decimal})?|${decimal}[eE][+-]?${decimal}`;
const numberSign = new RegExp(`(?:${float}|${integer})(?![\\w.])`, "y");
const wholeInteger = new RegExp(`^(?:${integer})$`);

const words = new Map<string, PythonValue>([
  ["None", null],
  ["True", true],
  ["False", false],
]);

function readAtom(from: PythonText): PythonValue {
  if (from.atString) return from.readStrings();
  const start = from.here;
  const minus = from.match(/[+-]/y);
  if (minus !== undefined) from.skipBlanks();
  const number = from.match(/(?:nan|inf)\b/y) ?? from.match(numberSign);
  if (number !== undefined) return signed(numberOf(number), minus === "-");
  if (minus !== undefined) throw from.expected("a number");
  if (from.match(/set\(\s*\)/y) !== undefined) return [];
  const value = words.get(from.match(/[A-Za-z_]\w*/y) ?? "");
  if (value === undefined)
    throw from.expected("a string, a number, True, False, None, `[`, `(` or `{`", start);
  return value;
}

function numberOf(text: string): number | bigint {
  if (text === "nan") return NaN;
  if (text === "inf") return Infinity;
  const plain = text.replaceAll("_", "");
  if (!wholeInteger.test(text)) return Number(plain);
  const whole = BigInt(plain);
  return BigInt(Number.MIN_SAFE_INTEGER) <= whole && whole <= BigInt(Number.MAX_SAFE_INTEGER)
    ? Number(whole)
    : whole;
}

/** There is no int -0. */
function signed(value: number | bigint, negative: boolean): number | bigint {
  if (!negative) return value;
  return -value;
}

/** Writes what `parsePythonLiteral` reads again as the same: arrays as lists, objects as dicts. */
export function writePythonLiteral(value: PythonValue): string {
  if (value === null) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (typeof value === "number") return writeNumber(value);
  if (typeof value === "string") return writeString(value);
  return typeof value === "bigint" ? String(value) : writeObject(value);
}

function writeObject(value: Extract<PythonValue, object>): string {
  if (value instanceof Uint8Array) return `b${quoted([...value].map(writeByte).join(""))}`;
  if (isList(value)) return `[${value.map(writePythonLiteral).join(", ")}]`;
  const entries = Object.entries(value).map(
    ([key, item]) => `${writeString(key)}: ${writePythonLiteral(item)}`,
  );
  return `{${entries.join(", ")}}`;
}

function isList(value: object): value is readonly PythonValue[] {
  return Array.isArray(value);
}

function writeNumber(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Object.is(value, -0)) return "-0.0";
  const text = String(value);
  // without the point it would be read as an int, and no number holds that one
  return Number.isInteger(value) && !Number.isSafeInteger(value) && !text.includes("e") ? `${text}.0` : text;
}

const shortEscapes: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

function writeString(text: string): string {
  return quoted(
    text.replaceAll(
      // oxlint-disable-next-line no-control-regex -- these are what has to be written in another way
      /[\\\u0000-\u001F\u007F-\u00A0\u2028\u2029]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g,
      (sign) => shortEscapes[sign] ?? escaped(sign.charCodeAt(0)),
    ),
  );
}

function escaped(code: number): string {
  const hex = code.toString(16);
  return code < 0x100 ? `\\x${hex.padStart(2, "0")}` : `\\u${hex.padStart(4, "0")}`;
}

function writeByte(byte: number): string {
  const sign = String.fromCharCode(byte);
  return shortEscapes[sign] ?? (byte < 0x20 || byte > 0x7e ? escaped(byte) : sign);
}

function quoted(text: string): string {
  return text.includes("'") && !text.includes('"') ? `"${text}"` : `'${text.replaceAll("'", "\\'")}'`;
}
