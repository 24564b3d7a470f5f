/** The last lines of a log that arrives in pieces of any length. */
export interface LogLines {
  readonly lines: readonly string[];
  /** How many lines came before the first of `lines` and were let go. */
  readonly dropped: number;
  /** The beginning of a line whose end has not come. */
  readonly rest: string;
}

export const noLines: LogLines = { lines: [], dropped: 0, rest: "" };

// colours and cursor movements of programs that took the log for a terminal
// oxlint-disable-next-line no-control-regex
const escapes = /\u001b\[[0-9;?]*[A-Za-z]/g;

/** The log with the piece at its end, keeping the last `atMost` lines. */
export function withPiece(log: LogLines, piece: string, atMost: number): LogLines {
  const parts = (log.rest + piece).split("\n");
  const rest = parts.pop() ?? "";
  if (parts.length === 0) return { ...log, rest };
  const fresh = parts.map((line) => line.replace(/\r$/, "").replaceAll(escapes, ""));
  const lines = [...log.lines, ...fresh];
  const surplus = Math.max(0, lines.length - atMost);
  return { lines: lines.slice(surplus), dropped: log.dropped + surplus, rest };
}

export interface NumberedLine {
  readonly number: number;
  readonly text: string;
}

/** The lines that hold the words, with their places in the whole log. */
export function searchLines(log: LogLines, words: string): NumberedLine[] {
  const wanted = words.toLowerCase();
  const found: NumberedLine[] = [];
  for (const [index, text] of log.lines.entries())
    if (wanted === "" || text.toLowerCase().includes(wanted))
      found.push({ number: log.dropped + index + 1, text });
  return found;
}
