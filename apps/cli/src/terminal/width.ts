const wide =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}]/u;
const invisible = /\p{Mark}|[\u200b-\u200d]/u;
const notPlain = /[^\u0020-\u007e]/;

/** How wide the stream's terminal is; `undefined` without one, and for one that does not know: it says 0. */
export function terminalColumns(stream: {
  readonly isTTY?: boolean;
  readonly columns?: number;
}): number | undefined {
  return stream.isTTY === true && stream.columns !== 0 ? stream.columns : undefined;
}

/** How many columns a terminal gives the text. The text holds no escape sequences. */
export function textWidth(text: string): number {
  if (!notPlain.test(text)) return text.length;
  let columns = 0;
  for (const character of text) columns += characterWidth(character);
  return columns;
}

/** Cuts the middle out where the text is too wide: the ends of a name tell the most. */
export function shorten(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  if (columns <= 1) return columns === 1 ? "…" : "";
  const tail = Math.floor((columns - 1) / 2);
  return `${take(Array.from(text), columns - 1 - tail).join("")}…${take(Array.from(text).toReversed(), tail)
    .toReversed()
    .join("")}`;
}

export function padEnd(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - textWidth(text)));
}

function characterWidth(character: string): number {
  if (invisible.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}

function take(characters: readonly string[], columns: number): string[] {
  const taken: string[] = [];
  let used = 0;
  for (const character of characters) {
    used += characterWidth(character);
    if (used > columns) break;
    taken.push(character);
  }
  return taken;
}
