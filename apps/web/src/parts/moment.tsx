import type { ReactNode } from "react";
import { formatAgo, formatMoment } from "../format/time.ts";
import { useNow } from "../state/now.ts";

/** "3 min ago", kept true while it is looked at; the exact moment on hover. */
export function Ago({ at }: { at: number }): ReactNode {
  const now = useNow();
  return (
    <time dateTime={new Date(at).toISOString()} title={formatMoment(at)} className="whitespace-nowrap">
      {formatAgo(at, now)}
    </time>
  );
}
