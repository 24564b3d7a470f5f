import type { Job } from "@berth/api";
import type { ReactNode } from "react";
import { formatMoment, formatSpan } from "../format/time.ts";
import { Shape, type Tone } from "../parts/state.tsx";
import { useNow } from "../state/now.ts";
import { isJobOver, jobSigns } from "./job-state.tsx";

interface Step {
  readonly at: number;
  readonly tone: Tone;
  readonly shape: string;
  readonly words: string;
  /** It has not come yet. */
  readonly isAhead?: boolean;
}

/** A job's course: when it came, might begin, began, ended, and by when it must have. */
export function JobTimeline({ job }: { job: Job }): ReactNode {
  const now = useNow();
  return (
    <ol aria-label="Course of the job" className="px-3.5 py-2">
      {steps(job).map(({ at, tone, shape, words, isAhead = false }) => (
        <li key={words} className="grid grid-cols-[auto_14px_minmax(0,1fr)] gap-x-2 py-1.5 text-ink-2">
          <time
            dateTime={new Date(at).toISOString()}
            className="w-[19ch] pt-px font-mono text-xs text-ink-3 max-sm:w-[10ch]"
          >
            {formatMoment(at)}
          </time>
          <Shape tone={tone} shape={shape} />
          <span className="wrap-anywhere">
            {words}
            {isAhead && <span className="text-ink-3">, in {formatSpan(at - now)}</span>}
          </span>
        </li>
      ))}
    </ol>
  );
}

function steps(job: Job): Step[] {
  const { createdAt, availableAt, startedAt, finishedAt, expiresAt, attempts, maxAttempts } = job;
  const over = isJobOver(job);
  const found: Step[] = [{ at: createdAt, tone: "wait", shape: "○", words: "Submitted, and on the disk" }];
  if (availableAt > createdAt + 1000 && startedAt === null && !over)
    found.push({
      at: availableAt,
      tone: "wait",
      shape: "○",
      words: "Not begun before",
      isAhead: availableAt > Date.now(),
    });
  if (startedAt !== null)
    found.push({
      at: startedAt,
      tone: "warn",
      shape: "◐",
      words: `Attempt ${attempts} of ${maxAttempts} begun by ${job.workerId ?? "a worker"}`,
    });
  if (finishedAt !== null && over) {
    const { tone, shape, word } = jobSigns[job.status];
    found.push({
      at: finishedAt,
      tone,
      shape,
      words: startedAt === null ? word : `${word} after ${formatSpan(finishedAt - startedAt)}`,
    });
  }
  if (!over)
    found.push({
      at: expiresAt,
      tone: "off",
      shape: "■",
      words: "Given up if it has not ended",
      isAhead: expiresAt > Date.now(),
    });
  return found;
}
