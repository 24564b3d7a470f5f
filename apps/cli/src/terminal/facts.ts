import { oneLine } from "./plain-text.ts";
import type { Paint } from "./style.ts";

/** One fact a line, its name first; facts that are `null` are left out. */
export function renderFacts(
  facts: readonly (readonly [name: string, value: string | null])[],
  heading: Paint,
): string[] {
  const told = facts.filter((fact): fact is [string, string] => fact[1] !== null);
  const width = Math.max(...told.map(([name]) => name.length));
  return told.map(
    ([name, value]) => `${heading(name)}${" ".repeat(width - name.length)}   ${oneLine(value)}`,
  );
}
