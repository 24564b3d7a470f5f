/**
 * Reads and edits INI texts that people also edit: whatever an edit does not mean to change (comments, order, blank
 * lines, indentation, unknown lines, line ends) stays as it is, byte for byte.
 *
 * A line is `[section]`, `key = value` or `key: value`, a comment (`#` or `;` first), blank, or a mistake. Keys are
 * compared without case; section names with it. Values are trimmed and otherwise literal: no quotes, no comments behind
 * them, no continuation lines.
 */
export interface Ini {
  readonly sections: readonly IniSection[];
  /** Mistakes before the first section. */
  readonly mistakes: readonly IniMistake[];
}

export interface IniSection {
  readonly name: string;
  /** Counts from 1. */
  readonly line: number;
  /** Keys in lower case; of a key given twice, the first. */
  readonly values: ReadonlyMap<string, string>;
  /** Of each key, the line its value stands on. */
  readonly lines: ReadonlyMap<string, number>;
  readonly mistakes: readonly IniMistake[];
}

export interface IniMistake {
  readonly line: number;
  /** What is wrong: "not `key = value`". */
  readonly what: string;
}

type Line =
  | { readonly kind: "section"; readonly name: string }
  | { readonly kind: "value"; readonly key: string; readonly value: string; readonly delimiterAt: number }
  | { readonly kind: "nothing" }
  | { readonly kind: "mistake"; readonly what: string };

function readLine(text: string): Line {
  const trimmed = text.trim();
  if (trimmed === "" || trimmed.startsWith("#") || trimmed.startsWith(";")) return { kind: "nothing" };
  if (trimmed.startsWith("[")) {
    const name = /^\[([^\]]+)\]$/.exec(trimmed)?.[1]?.trim() ?? "";
    return name === "" ? { kind: "mistake", what: "not `[section]`" } : { kind: "section", name };
  }
  const delimiterAt = text.search(/[=:]/);
  const key = text.slice(0, Math.max(delimiterAt, 0)).trim().toLowerCase();
  if (key === "") return { kind: "mistake", what: "not `key = value`" };
  return { kind: "value", key, value: text.slice(delimiterAt + 1).trim(), delimiterAt };
}

export function parseIni(text: string): Ini {
  const sections: {
    name: string;
    line: number;
    values: Map<string, string>;
    lines: Map<string, number>;
    mistakes: IniMistake[];
  }[] = [];
  const before: IniMistake[] = [];
  for (const [index, raw] of linesOf(text).entries()) {
    const line = index + 1;
    const read = readLine(raw);
    const section = sections.at(-1);
    switch (read.kind) {
      case "section":
        sections.push({ name: read.name, line, values: new Map(), lines: new Map(), mistakes: [] });
        break;
      case "value":
        if (section === undefined) before.push({ line, what: "a value before any [section]" });
        else if (section.values.has(read.key))
          section.mistakes.push({ line, what: `a second \`${read.key}\`` });
        else {
          section.values.set(read.key, read.value);
          section.lines.set(read.key, line);
        }
        break;
      case "mistake":
        (section?.mistakes ?? before).push({ line, what: read.what });
        break;
      case "nothing":
        break;
    }
  }
  return { sections, mistakes: before };
}

/** Gives the section's key the value, where the key first stands, or behind the section's last value. */
export function setIniValue(text: string, section: string, key: string, value: string): string {
  requireOneLine(key, value);
  const end = lineEndOf(text);
  return edit(text, section, (lines) => {
    for (const [index, line] of lines.entries()) {
      const read = readLine(line);
      if (read.kind === "value" && read.key === key.toLowerCase())
        return lines.with(index, `${line.slice(0, read.delimiterAt + 1)} ${value}${endOf(line)}`);
    }
    const last = lastMeaningful(lines);
    const ended = lines.with(
      last,
      (lines[last] ?? "").replace(/[^\n]$/, (sign) => sign + end),
    );
    return ended.toSpliced(last + 1, 0, `${key} = ${value}${end}`);
  });
}

/** Removes the section's key, each time it stands there. */
export function removeIniValue(text: string, section: string, key: string): string {
  return edit(text, section, (lines) =>
    lines.filter((line) => {
      const read = readLine(line);
      return read.kind !== "value" || read.key !== key.toLowerCase();
    }),
  );
}

/** Adds a section at the end, behind a blank line. */
export function addIniSection(
  text: string,
  section: string,
  values: Readonly<Record<string, string>>,
): string {
  const end = lineEndOf(text);
  const lines = [`[${section}]`, ...Object.entries(values).map(([key, value]) => `${key} = ${value}`)];
  requireOneLine(section, ...Object.entries(values).flat());
  const before = text === "" || text.endsWith("\n") ? text : text + end;
  const gap = before === "" || /(^|\n)\r?\n$/.test(before) ? "" : end;
  return before + gap + lines.map((line) => line + end).join("");
}

export function renameIniSection(text: string, section: string, to: string): string {
  requireOneLine(to);
  return edit(text, section, ([head = "", ...rest]) => [
    head.replace(/\[[^\]]+\]/, () => `[${to}]`),
    ...rest,
  ]);
}

/** Removes the section from its head to its last value; comments below that stay, they may be the next one's. */
export function removeIniSection(text: string, section: string): string {
  return edit(text, section, (lines) => {
    const rest = lines.slice(lastMeaningful(lines) + 1);
    return rest[0]?.trim() === "" ? rest.slice(1) : rest;
  });
}

/** Changes the lines of each section of the name, from its head to the next one's. */
function edit(text: string, section: string, change: (lines: string[]) => string[]): string {
  const lines = linesOf(text);
  const heads = lines.flatMap((line, index) => (readLine(line).kind === "section" ? [index] : []));
  const out = lines.slice(0, heads[0] ?? lines.length);
  for (const [order, head] of heads.entries()) {
    const block = lines.slice(head, heads[order + 1] ?? lines.length);
    const read = readLine(block[0] ?? "");
    out.push(...(read.kind === "section" && read.name === section ? change(block) : block));
  }
  return out.join("");
}

/** The last line that is neither blank nor a comment; a section's head at least. */
function lastMeaningful(lines: readonly string[]): number {
  return lines.findLastIndex((line) => readLine(line).kind !== "nothing");
}

/** Each with its own line end. */
function linesOf(text: string): string[] {
  return text.split(/(?<=\n)/);
}

function endOf(line: string): string {
  return /\r?\n$/.exec(line)?.[0] ?? "";
}

/** What new lines end with: what the first one does. */
function lineEndOf(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? "\n";
}

/** With a line break in it, a value would become two lines, and the second could be anything. */
function requireOneLine(...texts: readonly string[]): void {
  for (const text of texts)
    if (/[\r\n]/.test(text) || text !== text.trim())
      throw new Error("an INI name or value is one line without spaces around it");
}
