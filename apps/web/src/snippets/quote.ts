/** One word of a POSIX shell, whatever is in it. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A string literal that Python and JavaScript read alike. */
export function stringLiteral(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\u009f\u2028\u2029]/g, escapeUnit);
}

/** A Python literal of a JSON value, indented by `indent` spaces where it breaks over lines. */
export function pythonLiteral(value: unknown, indent = 0): string {
  if (value === null || value === undefined) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (typeof value === "string") return stringLiteral(value);
  if (typeof value === "number") return String(value);
  return nested(value, indent, pythonLiteral, (key) => stringLiteral(key));
}

/** A TypeScript literal of a JSON value: keys bare where they may be. */
export function scriptLiteral(value: unknown, indent = 0): string {
  if (typeof value === "string") return stringLiteral(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value ?? null);
  return nested(value, indent, scriptLiteral, scriptKey);
}

function nested(
  value: object,
  indent: number,
  literal: (inner: unknown, indent: number) => string,
  keyName: (key: string) => string,
): string {
  const list = Array.isArray(value);
  const entries = list
    ? value.map((inner) => literal(inner, indent + 2))
    : Object.entries(value)
        .filter(([, inner]) => inner !== undefined)
        .map(([key, inner]) => `${keyName(key)}: ${literal(inner, indent + 2)}`);
  const [open, close] = list ? "[]" : "{}";
  const line = `${open}${list ? "" : " "}${entries.join(", ")}${list ? "" : " "}${close}`;
  if (entries.length === 0) return `${open}${close}`;
  if (line.length <= 72 && !line.includes("\n")) return line;
  const pad = " ".repeat(indent + 2);
  return `${open}\n${entries.map((entry) => `${pad}${entry},`).join("\n")}\n${" ".repeat(indent)}${close}`;
}

function scriptKey(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : stringLiteral(key);
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
