import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, type ReactNode } from "react";
import { classNames } from "../parts/class-names.ts";
import type { NumberedLine } from "./log-buffer.ts";

const linePx = 19;
/** Within this of the end a scroll counts as being at the end. */
const nearEndPx = 24;

/** The lines near the visible part; sticks to the end while following. */
export function LogList({
  lines,
  words,
  wrap,
  following,
  onFollowing,
}: {
  lines: readonly NumberedLine[];
  words: string;
  wrap: boolean;
  following: boolean;
  onFollowing: (following: boolean) => void;
}): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => linePx,
    getItemKey: (index) => lines[index]?.number ?? index,
    overscan: 20,
  });
  const last = lines.at(-1)?.number;
  useEffect(() => {
    if (following && last !== undefined) virtualizer.scrollToIndex(lines.length - 1, { align: "end" });
  }, [following, last, lines.length, wrap, virtualizer]);
  useEffect(() => virtualizer.measure(), [wrap, virtualizer]);

  const byHand = (): void => {
    const { scrollTop = 0, clientHeight = 0, scrollHeight = 0 } = box.current ?? {};
    onFollowing(scrollHeight - scrollTop - clientHeight < nearEndPx);
  };
  const width = wrap
    ? undefined
    : `${Math.max(0, ...lines.slice(-2000).map(({ text }) => text.length)) + 10}ch`;
  return (
    <div
      ref={box}
      role="log"
      aria-live="off"
      aria-label="Log"
      tabIndex={0}
      onWheel={byHand}
      onTouchMove={byHand}
      onKeyUp={byHand}
      className="max-h-[min(60vh,640px)] min-h-40 overflow-auto bg-code font-mono text-xs leading-[19px] -outline-offset-2"
    >
      <div
        className="relative min-w-full"
        style={{ height: virtualizer.getTotalSize(), ...(width ? { width } : {}) }}
      >
        {virtualizer.getVirtualItems().map(({ index, key, start }) => {
          const line = lines[index];
          if (line === undefined) return null;
          return (
            <div
              key={key}
              data-index={index}
              ref={virtualizer.measureElement}
              className={classNames(
                "absolute inset-x-0 top-0 flex gap-3 px-3",
                wrap ? "wrap-anywhere whitespace-pre-wrap" : "whitespace-pre",
              )}
              style={{ transform: `translateY(${start}px)` }}
            >
              <span aria-hidden className="w-[5ch] shrink-0 text-right text-ink-3 select-none">
                {line.number}
              </span>
              <span className={classNames("min-w-0", severity(line.text))}>
                <Marked text={line.text} words={words} />
              </span>
            </div>
          );
        })}
      </div>
    </div>
  );
}

function severity(text: string): string {
  if (/\b(error|fatal|failed|panic)\b/i.test(text)) return "text-bad";
  return /\bwarn(ing)?\b/i.test(text) ? "text-warn" : "text-ink-2";
}

function Marked({ text, words }: { text: string; words: string }): ReactNode {
  const at = words === "" ? -1 : text.toLowerCase().indexOf(words.toLowerCase());
  if (at === -1) return text;
  return (
    <>
      {text.slice(0, at)}
      <mark className="rounded-sm bg-accent text-accent-ink">{text.slice(at, at + words.length)}</mark>
      {text.slice(at + words.length)}
    </>
  );
}
