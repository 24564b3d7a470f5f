/** What an editor does not show, or shows elsewhere than it stands; surrogates without their other half among it. */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
// one that is no line's end for an editor is unseen, and becomes a space
const lineEnds = /\r\n|[\n\v\f\r\u{85}\u{2028}\u{2029}]/u;

/** A string of Python, in double quotes, that holds exactly this text. */
export function pythonString(text: string): string {
  return quoted(text, (code) =>
    code > 0xffff ? `\\U${hex(code, 8)}` : code > 0xff ? `\\u${hex(code, 4)}` : `\\x${hex(code, 2)}`,
  );
}

/** The same of TypeScript. */
export function typescriptString(text: string): string {
  return quoted(text, (code) => `\\u{${hex(code, 1)}}`);
}

/** JSON on one line, which shows all that it holds. */
export function shownJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(unseen, (sign) =>
    Array.from({ length: sign.length }, (_, at) => `\\u${hex(sign.charCodeAt(at), 4)}`).join(""),
  );
}

/** The text in lines for a comment: without anything that ends a line or a comment of either language. */
export function commentLines(text: string): string[] {
  const lines = text.split(lineEnds).map((line) => line.replaceAll(unseen, " ").trimEnd());
  return lines.map((line) => line.replaceAll("*/", "* /"));
}

/** The same on one line. */
export function commentText(text: string): string {
  return commentLines(text).join(" ");
}

function quoted(text: string, escape: (code: number) => string): string {
  const shown = text.replaceAll(/["\\]/g, String.raw`\$&`).replaceAll("\n", String.raw`\n`);
  return `"${shown.replaceAll(unseen, (sign) => escape(sign.codePointAt(0) ?? 0))}"`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, "0");
}
