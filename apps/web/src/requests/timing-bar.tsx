import type { RequestRecord } from "@berth/api";
import type { ReactNode } from "react";
import { formatSpan } from "../format/time.ts";
import { classNames } from "../parts/class-names.ts";
import { phases, type Phase } from "./timing.ts";

const fills: Readonly<Record<Phase["tone"], string>> = {
  wait: "bg-wait",
  warn: "bg-warn",
  accent: "bg-accent",
  off: "bg-ink-3",
};

/** The phases of a request as parts of one bar, each also in words. */
export function TimingBar({ record }: { record: RequestRecord }): ReactNode {
  const shown = phases(record);
  const total = shown.reduce((sum, { ms }) => sum + ms, 0);
  return (
    <div className="px-3.5 py-3">
      <div aria-hidden className="flex h-2.5 gap-px overflow-hidden rounded-full bg-sunk">
        {shown.map(({ name, ms, tone }) => (
          <span
            key={name}
            className={classNames("h-full min-w-0.5", fills[tone])}
            style={{ width: `${(ms / total) * 100}%` }}
          />
        ))}
      </div>
      <ul className="mt-2 grid grid-cols-[auto_auto_minmax(0,1fr)] items-baseline gap-x-3 gap-y-0.5">
        {shown.map(({ name, ms, tone }) => (
          <li key={name} className="contents">
            <span aria-hidden className={classNames("size-2.5 self-center rounded-sm", fills[tone])} />
            <span className="text-right font-mono text-sm">{spanWords(ms)}</span>
            <span className="text-ink-2">{name}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Our own work is told in microseconds. */
function spanWords(ms: number): string {
  return ms < 1 ? `${Math.round(ms * 1000)} µs` : formatSpan(ms);
}
