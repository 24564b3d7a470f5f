import { shellWord } from "../snippets/quote.ts";

/** A command as one would paste it into a shell: its environment first, and a line for each option. */
export function commandText(argv: readonly string[], env: Readonly<Record<string, string>>): string {
  const lines = Object.entries(env).map(([name, value]) => `${name}=${shellWord(value)}`);
  let line: string | undefined;
  for (const word of argv) {
    if (line !== undefined && word.startsWith("-")) {
      lines.push(line);
      line = undefined;
    }
    line = line === undefined ? shellWord(word) : `${line} ${shellWord(word)}`;
  }
  if (line !== undefined) lines.push(line);
  return lines.join(" \\\n  ");
}
