import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useLayoutEffect, useRef, useState, type RefObject } from "react";

/** Shorter lists stand in the page whole, where the browser's own search finds every row. */
const wholeUpTo = 100;
const estimatedRowPx = 56;

interface RowWindow<Row> {
  readonly bodyRef: RefObject<HTMLTableSectionElement | null>;
  readonly first: number;
  readonly shown: readonly Row[];
  readonly spaceBefore: number;
  readonly spaceAfter: number;
  readonly measure: (element: HTMLElement | null) => void;
}

/** The rows near the visible part of the page, and how much room the others take. */
export function useRowWindow<Row>(rows: readonly Row[]): RowWindow<Row> {
  const bodyRef = useRef<HTMLTableSectionElement>(null);
  const [scrollMargin, setScrollMargin] = useState(0);
  const whole = rows.length <= wholeUpTo;
  useLayoutEffect(() => {
    const top = bodyRef.current?.getBoundingClientRect().top ?? 0;
    setScrollMargin(top + window.scrollY);
  }, [whole]);
  const virtualizer = useWindowVirtualizer({
    count: whole ? 0 : rows.length,
    estimateSize: () => estimatedRowPx,
    overscan: 10,
    scrollMargin,
  });
  if (whole)
    return { bodyRef, first: 0, shown: rows, spaceBefore: 0, spaceAfter: 0, measure: () => undefined };
  const items = virtualizer.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const end = (items.at(-1)?.index ?? -1) + 1;
  return {
    bodyRef,
    first,
    shown: rows.slice(first, end),
    spaceBefore: (items[0]?.start ?? scrollMargin) - scrollMargin,
    spaceAfter: virtualizer.getTotalSize() - ((items.at(-1)?.end ?? scrollMargin) - scrollMargin),
    measure: virtualizer.measureElement,
  };
}
