import type { Job } from "@berth/api";
import type { ReactNode } from "react";
import { useStickToEnd } from "../chat/use-stick-to-end.ts";
import { formatCount } from "../format/size.ts";
import { Card } from "../parts/page.tsx";
import { isJobOver } from "./job-state.tsx";
import { valueText } from "./job-values.ts";
import { useJobValues } from "./use-job-values.ts";

/** What a job yields, live; nothing where it yielded nothing and is over. */
export function JobValuesView({ job }: { job: Job }): ReactNode {
  const { values, trouble } = useJobValues(job);
  const { last, count } = values;
  const over = isJobOver(job);
  if (count === 0 && (over || job.status === "QUEUED")) return null;
  const first = count - last.length;
  return (
    <Card
      title="Stream"
      aside={over ? `${formatCount(count)} values` : `${formatCount(count)} values so far`}
    >
      {count === 0 ? (
        <p className="px-3.5 py-3 text-ink-3">It has yielded nothing yet.</p>
      ) : (
        <Values last={last} first={first} />
      )}
      {trouble !== undefined && !over && (
        <p role="status" className="border-t border-line px-3.5 py-1.5 text-sm text-ink-3">
          {trouble} Trying again …
        </p>
      )}
    </Card>
  );
}

function Values({ last, first }: { last: readonly unknown[]; first: number }): ReactNode {
  const { box, content } = useStickToEnd(undefined);
  return (
    <div
      ref={box}
      role="log"
      aria-live="off"
      aria-label="Values"
      tabIndex={0}
      className="max-h-80 overflow-y-auto bg-code px-3.5 py-2 font-mono text-xs leading-[1.6] -outline-offset-2"
    >
      <div ref={content}>
        {last.map((value, index) => (
          <div key={first + index} className="flex gap-3">
            <span aria-hidden className="w-[5ch] shrink-0 text-right text-ink-3 select-none">
              {first + index + 1}
            </span>
            <span className="min-w-0 wrap-anywhere whitespace-pre-wrap">{valueText(value)}</span>
          </div>
        ))}
      </div>
    </div>
  );
}
