import { ArrowDown, ArrowUp } from "lucide-react";
import { useMemo, type ReactNode } from "react";
import { classNames } from "../parts/class-names.ts";
import { nextSort, sortRows, type Sort, type SortValue } from "./sort.ts";
import { useRowWindow } from "./use-row-window.ts";

export interface Column<Row> {
  readonly name: string;
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  /** What the column sorts by; a column without cannot be sorted. */
  readonly sortBy?: (row: Row) => SortValue;
  /** A fixed width, as classes; columns without share what is left. */
  readonly width?: string;
  readonly align?: "right";
  /** Shown only on pages at least this wide; what it says must then stand in another cell too. */
  readonly from?: "md" | "lg" | "xl";
}

const shownFrom = { md: "max-md:hidden", lg: "max-lg:hidden", xl: "max-xl:hidden" } as const;

/** A sortable list. Only the rows near the window are in the page, so that it holds ten thousand. */
export function DataTable<Row>({
  label,
  rows,
  columns,
  rowKey,
  sort,
  onSort,
}: {
  label: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  rowKey: (row: Row) => string;
  sort: Sort;
  onSort: (sort: Sort) => void;
}): ReactNode {
  const sortBy = columns.find((column) => column.name === sort.column)?.sortBy;
  const sorted = useMemo(
    () => (sortBy === undefined ? rows : sortRows(rows, sortBy, sort.descending)),
    [rows, sortBy, sort.descending],
  );
  const { bodyRef, first, shown, spaceBefore, spaceAfter, measure } = useRowWindow(sorted);
  return (
    <table
      aria-label={label}
      aria-rowcount={sorted.length + 1}
      className="w-full table-fixed border-collapse"
    >
      <colgroup>
        {columns.map(({ name, width, from }) => (
          <col key={name} className={classNames(width, from && shownFrom[from])} />
        ))}
      </colgroup>
      <thead>
        <tr>
          {columns.map((column) => (
            <HeaderCell key={column.name} column={column} sort={sort} onSort={onSort} />
          ))}
        </tr>
      </thead>
      <tbody ref={bodyRef}>
        <Spacer height={spaceBefore} />
        {shown.map((row, offset) => (
          <tr
            key={rowKey(row)}
            ref={measure}
            data-index={first + offset}
            aria-rowindex={first + offset + 2}
            className="border-t border-line hover:bg-sunk"
          >
            {columns.map(({ name, cell, align, from }) => (
              <td
                key={name}
                className={classNames(
                  "px-3 py-2 align-top wrap-anywhere",
                  align === "right" && "text-right font-mono text-sm",
                  from && shownFrom[from],
                )}
              >
                {cell(row)}
              </td>
            ))}
          </tr>
        ))}
        <Spacer height={spaceAfter} />
      </tbody>
    </table>
  );
}

function HeaderCell<Row>({
  column: { name, title, sortBy, align, from },
  sort,
  onSort,
}: {
  column: Column<Row>;
  sort: Sort;
  onSort: (sort: Sort) => void;
}): ReactNode {
  const active = sort.column === name;
  const Arrow = sort.descending ? ArrowDown : ArrowUp;
  const className = classNames(
    "px-3 py-1.5 text-left text-xs font-medium text-ink-3",
    align === "right" && "text-right",
    from && shownFrom[from],
  );
  if (sortBy === undefined)
    return (
      <th scope="col" className={className}>
        {title}
      </th>
    );
  return (
    <th
      scope="col"
      className={className}
      aria-sort={active ? (sort.descending ? "descending" : "ascending") : "none"}
    >
      <button
        type="button"
        onClick={() => onSort(nextSort(sort, name))}
        className={classNames(
          "inline-flex min-h-6 items-center gap-1 rounded hover:text-ink",
          align === "right" && "flex-row-reverse",
          active && "text-ink-2",
        )}
      >
        {title}
        {active && <Arrow size={12} aria-hidden />}
      </button>
    </th>
  );
}

function Spacer({ height }: { height: number }): ReactNode {
  return height > 0 ? (
    <tr aria-hidden>
      <td style={{ height }} />
    </tr>
  ) : null;
}

/** A cell's second line, quieter. */
export function Sub({ children, mono = false }: { children: ReactNode; mono?: boolean }): ReactNode {
  return (
    <span className={classNames("block text-sm text-ink-3", mono && "font-mono text-xs")}>{children}</span>
  );
}
