import type { Job } from "@berth/api";
import { hasJobEnded } from "@berth/api/ended-statuses";
import type { Cli } from "../cli.ts";
import { untilInterrupted } from "../interrupt.ts";
import { lookUntil } from "../look-until.ts";
import { StatusLine } from "../terminal/status-line.ts";
import { ProgressMeter, progressMilestone } from "./progress-line.ts";

/** Shows how far the job is, and resolves when it has ended, however. After Ctrl-C it goes on. */
export async function followJob(cli: Cli, { id }: Job): Promise<Job> {
  const line = new StatusLine(cli.io.stderr);
  const meter = new ProgressMeter();
  try {
    return await untilInterrupted(`interrupted; the job goes on (berth job result ${id} --wait)`, (signal) =>
      lookUntil<Job>({
        signal,
        // the server waits a while for its end
        look: () => cli.client().getJob({ params: { id }, query: { wait: 1 }, signal }),
        reached: ({ status }) => hasJobEnded(status),
        onLook: (job) => {
          if (hasJobEnded(job.status)) return;
          line.show(lineOf(job, meter, cli.io.now()), milestoneOf(job));
        },
        still: (job) => `job ${id} is still ${job?.status ?? "unknown"}`,
      }),
    );
  } finally {
    line.clear();
  }
}

function lineOf({ id, status, progress }: Job, meter: ProgressMeter, nowMs: number): string {
  return progress === null ? `${id}: ${status}` : `${id}: ${status}  ${meter.line(progress, nowMs)}`;
}

function milestoneOf({ id, status, progress }: Job): string {
  return `${id}: ${status} ${progress === null ? "" : progressMilestone(progress)}`.trimEnd();
}
