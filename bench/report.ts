/** What one bench has measured: a table, and whether the speeds we promise hold. */
export interface Report {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly bars: readonly Bar[];
  /** What a reader of the table has to know. */
  readonly notes?: readonly string[];
  /** Words for the documentation instead of figures for a terminal. */
  readonly isMarkdown?: true;
}

/** A promised speed beside the measured one. */
export interface Bar {
  readonly fact: string;
  readonly measured: string;
  readonly holds: boolean;
}

/** The report as text: the first column to the left, figures to the right. */
export function reportText({ title, head, rows, bars, notes = [], isMarkdown }: Report): string {
  const widths = head.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join("  ")
      .trimEnd();
  return [
    title,
    ...(isMarkdown === true ? markdown(head, rows) : [head, ...rows].map((row) => `  ${line(row)}`)),
    ...notes.map((note) => `  ${note}`),
    ...bars.map(({ fact, measured, holds }) => `  ${holds ? "holds " : "MISSED"}  ${fact}: ${measured}`),
    "",
  ].join("\n");
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const lines = [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`);
  return ["", ...lines, ""];
}
