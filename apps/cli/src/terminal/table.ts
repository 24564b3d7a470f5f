import { oneLine } from "./plain-text.ts";
import type { Paint } from "./style.ts";
import { padEnd, shorten, textWidth } from "./width.ts";

export interface Column<T> {
  readonly title: string;
  readonly cell: (row: T) => string;
  /** A shorter form for narrow terminals. */
  readonly brief?: (row: T) => string;
  /** May be cut down to this many columns, its middle left out. */
  readonly shrinkTo?: number;
  /** Left out when nothing else helps; the highest number first. */
  readonly expendable?: number;
  readonly paint?: (row: T) => Paint;
}

interface Fit<T> {
  readonly columns: readonly Column<T>[];
  readonly cells: readonly (readonly string[])[];
  readonly widths: readonly number[];
  readonly gap: number;
}

/**
 * Lines of a table no wider than `columns`: first the gaps narrow, then cells take their brief form, then shrinkable
 * cells are cut, then expendable columns go. `columns` undefined (a pipe, a file) never cuts anything.
 */
export function renderTable<T>(
  table: readonly Column<T>[],
  rows: readonly T[],
  columns: number | undefined,
  heading: Paint = (text) => text,
): string[] {
  const { columns: kept, cells, widths, gap } = fit(table, rows, columns);
  const line = (texts: readonly string[], paint: (index: number) => Paint): string =>
    texts
      .map((text, index) => {
        const shown = shorten(text, widths[index] ?? 0);
        // Padding stays outside the paint, and the last column has none.
        const padding =
          index === texts.length - 1 ? "" : padEnd(shown, (widths[index] ?? 0) + gap).slice(shown.length);
        return paint(index)(shown) + padding;
      })
      .join("")
      .trimEnd();
  const titles = kept.map(({ title }) => title);
  return [
    line(titles, () => heading),
    ...rows.map((row, at) => line(cells[at] ?? [], (index) => kept[index]?.paint?.(row) ?? ((text) => text))),
  ];
}

function fit<T>(table: readonly Column<T>[], rows: readonly T[], columns: number | undefined): Fit<T> {
  const full = measure(table, rows, 3, false);
  if (columns === undefined || total(full) <= columns) return full;
  const gaps = measure(table, rows, 2, false);
  if (total(gaps) <= columns) return gaps;
  const brief = measure(table, rows, 2, true);
  for (const candidate of [brief, { ...brief, gap: 1 }]) {
    const cut = shrink(candidate, columns);
    if (total(cut) <= columns) return cut;
  }
  const last = table
    .filter((column) => column.expendable !== undefined)
    .toSorted((a, b) => (b.expendable ?? 0) - (a.expendable ?? 0))[0];
  if (last === undefined) return shrink({ ...brief, gap: 1 }, columns);
  return fit(
    table.filter((column) => column !== last),
    rows,
    columns,
  );
}

function measure<T>(table: readonly Column<T>[], rows: readonly T[], gap: number, brief: boolean): Fit<T> {
  const cells = rows.map((row) =>
    table.map((column) =>
      oneLine(brief && column.brief !== undefined ? column.brief(row) : column.cell(row)),
    ),
  );
  const widths = table.map(({ title }, index) =>
    Math.max(textWidth(title), ...cells.map((row) => textWidth(row[index] ?? ""))),
  );
  return { columns: table, cells, widths, gap };
}

/** Takes columns from the widest shrinkable cell, one at a time, until it fits or nothing more can go. */
function shrink<T>(start: Fit<T>, columns: number): Fit<T> {
  const widths = [...start.widths];
  for (let excess = total(start) - columns; excess > 0; excess -= 1) {
    let widest = -1;
    for (const [index, column] of start.columns.entries()) {
      const width = widths[index] ?? 0;
      if (column.shrinkTo !== undefined && width > column.shrinkTo && width > (widths[widest] ?? 0))
        widest = index;
    }
    if (widest === -1) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return { ...start, widths };
}

function total<T>({ widths, gap }: Fit<T>): number {
  return widths.reduce((sum, width) => sum + width, 0) + gap * Math.max(0, widths.length - 1);
}
