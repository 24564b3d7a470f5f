import type { Job } from "@berth/api";
import type { ReactNode } from "react";
import { formatCount } from "../format/size.ts";
import { formatRoughSpan } from "../format/time.ts";
import { Progress } from "../parts/progress.tsx";
import { useNow } from "../state/now.ts";
import { fractionDone, timeLeftMs } from "./job-times.ts";

/** How far a running job is: a bar, so many of how many, what it does, and about how long it takes yet. */
export function JobProgress({ job }: { job: Job }): ReactNode {
  if (job.status !== "RUNNING" || job.progress === null) return null;
  const { done, total, message } = job.progress;
  const fraction = fractionDone(job);
  return (
    <span className="block max-w-[420px] py-0.5">
      {/* without an end there is nothing to draw */}
      {fraction !== null && <Progress fraction={fraction} label={`Progress of job ${job.id}`} />}
      <span className="mt-0.5 block text-sm text-ink-2">
        {formatCount(done)}
        {total !== null && ` of ${formatCount(total)}`}
        {message !== null && ` · ${message}`}
        <Left job={job} />
      </span>
    </span>
  );
}

function Left({ job }: { job: Job }): ReactNode {
  const left = timeLeftMs(job, useNow());
  return left === undefined ? null : ` · about ${formatRoughSpan(left)} left`;
}
