import { useCallback, useEffect, useRef, useState, type RefObject } from "react";

/** Within this of the end counts as at the end. */
const nearEndPx = 48;

/** Keeps a growing box scrolled to its end until the reader scrolls away from it. */
export function useStickToEnd(generation: string | undefined): {
  readonly box: RefObject<HTMLDivElement | null>;
  readonly content: RefObject<HTMLDivElement | null>;
  readonly atEnd: boolean;
  readonly toEnd: () => void;
} {
  const box = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const stuck = useRef(true);
  const [atEnd, setAtEnd] = useState(true);
  const toEnd = useCallback(() => {
    stuck.current = true;
    box.current?.scrollTo({ top: box.current.scrollHeight });
  }, []);
  useEffect(() => toEnd(), [generation, toEnd]);
  useEffect(() => {
    const scroller = box.current;
    if (scroller === null || content.current === null) return;
    // sizes are told after layout, so following costs no extra one
    const observer = new ResizeObserver(() => {
      if (stuck.current) scroller.scrollTop = scroller.scrollHeight;
    });
    observer.observe(content.current);
    observer.observe(scroller);
    let lastTop = scroller.scrollTop;
    const onScroll = (): void => {
      const { scrollTop, scrollHeight, clientHeight } = scroller;
      const near = scrollHeight - scrollTop - clientHeight < nearEndPx;
      // only a person scrolls upwards; growth alone moves the end away without a word
      if (near) stuck.current = true;
      else if (scrollTop < lastTop) stuck.current = false;
      lastTop = scrollTop;
      setAtEnd(near || stuck.current);
    };
    scroller.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      observer.disconnect();
      scroller.removeEventListener("scroll", onScroll);
    };
  }, []);
  return { box, content, atEnd, toEnd };
}
