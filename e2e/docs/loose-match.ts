/**
 * Whether what was printed is what the page shows. Runs of spaces count as one, and `…` stands for whatever there is: in a
 * line for any part of it, alone on a line for any number of lines. Returns what differs; of several ways to read the
 * page, in the one that goes farthest.
 */
export function firstDifference(shown: string, printed: string): string | undefined {
  return differs(tidy(shown), tidy(printed), 0, 0)?.words;
}

interface Difference {
  /** The line of the page. */
  readonly at: number;
  readonly words: string;
}

function differs(
  expected: readonly string[],
  found: readonly string[],
  at: number,
  seen: number,
): Difference | undefined {
  const line = expected[at];
  const actual = found[seen];
  if (line === undefined)
    return actual === undefined ? undefined : { at, words: `printed, but not shown: ${actual}` };
  if (line === "…") return differsAfterGap(expected, found, at + 1, seen);
  if (actual === undefined) return { at, words: `shown, but not printed: ${line}` };
  if (!patternOf(line).test(actual)) return { at, words: `shown: ${line}\nprinted: ${actual}` };
  return differs(expected, found, at + 1, seen + 1);
}

function differsAfterGap(
  expected: readonly string[],
  found: readonly string[],
  at: number,
  seen: number,
): Difference | undefined {
  let farthest: Difference | undefined;
  for (let next = seen; next <= found.length; next += 1) {
    const difference = differs(expected, found, at, next);
    if (difference === undefined) return undefined;
    if (farthest === undefined || difference.at >= farthest.at) farthest = difference;
  }
  return farthest;
}

function tidy(text: string): readonly string[] {
  return text
    .split("\n")
    .map((line) => line.replaceAll(/\s+/g, " ").trim())
    .filter((line) => line !== "");
}

function patternOf(line: string): RegExp {
  const parts = line.split("…").map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join(".*")}$`);
}
