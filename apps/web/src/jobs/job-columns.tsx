import type { Job } from "@berth/api";
import { Link } from "@tanstack/react-router";
import { Ellipsis } from "lucide-react";
import type { ReactNode } from "react";
import { formatSpan } from "../format/time.ts";
import { Badge } from "../parts/badge.tsx";
import { IconButton } from "../parts/button.tsx";
import { Menu, type MenuAction } from "../parts/menu.tsx";
import { Ago } from "../parts/moment.tsx";
import { useNow } from "../state/now.ts";
import { Sub, type Column } from "../table/data-table.tsx";
import { JobProgress } from "./job-progress.tsx";
import { isJobOver, JobState } from "./job-state.tsx";
import { delayMs, executionMs } from "./job-times.ts";

/** The columns of a list of jobs, the last first; it is read by pages, so it is not sorted here. */
export function jobColumns(
  menu: (job: Job) => MenuAction[],
  /** Names an endpoint; absent where all are of one. */
  endpointName: ((id: string) => string) | undefined,
): readonly Column<Job>[] {
  const endpoint: Column<Job> = {
    name: "endpoint",
    title: "Endpoint",
    from: "md",
    width: "w-[20%]",
    cell: ({ endpointId }) => (
      <Link to="/endpoints/$id" params={{ id: endpointId }} className="hover:underline">
        {endpointName?.(endpointId)}
      </Link>
    ),
  };
  return [
    {
      name: "status",
      title: "Status",
      width: "w-[112px]",
      cell: ({ status, isDeadLetter }) => (
        <>
          <JobState status={status} />
          {isDeadLetter && (
            <Badge title="All attempts failed; kept until somebody has looked at it">dead letter</Badge>
          )}
        </>
      ),
    },
    { name: "job", title: "Job", cell: (job) => jobCell(job, endpointName) },
    ...(endpointName === undefined ? [] : [endpoint]),
    {
      name: "submitted",
      title: "Submitted",
      from: "md",
      width: "w-[112px]",
      cell: ({ createdAt }) => <Ago at={createdAt} />,
    },
    {
      name: "attempts",
      title: "Attempts",
      from: "lg",
      width: "w-[88px]",
      align: "right",
      cell: ({ attempts, maxAttempts }) => `${attempts} of ${maxAttempts}`,
    },
    {
      name: "delay",
      title: "Waited",
      from: "lg",
      width: "w-[104px]",
      align: "right",
      cell: (job) => <Span job={job} of={delayMs} />,
    },
    {
      name: "execution",
      title: "Took",
      from: "md",
      width: "w-[104px]",
      align: "right",
      cell: (job) => <Span job={job} of={executionMs} />,
    },
    {
      name: "actions",
      title: "",
      width: "w-[52px]",
      cell: (job) => <RowMenu job={job} actions={menu(job)} />,
    },
  ];
}

function jobCell(job: Job, endpointName: ((id: string) => string) | undefined): ReactNode {
  const { id, path, priority, error, createdAt, endpointId } = job;
  const facts = [path, priority === 0 ? undefined : `priority ${priority}`].filter(Boolean);
  return (
    <>
      <Link to="/jobs/$id" params={{ id }} className="font-mono text-sm text-accent hover:underline">
        {id}
      </Link>
      <Sub>{facts.join(" · ")}</Sub>
      <JobProgress job={job} />
      {error !== null && (
        <span className="line-clamp-2 block text-sm text-ink-2">
          <span className="font-mono text-xs">{error.code}</span> {error.message}
        </span>
      )}
      <div className="md:hidden">
        {endpointName !== undefined && <Sub>{endpointName(endpointId)}</Sub>}
        <Sub>
          <Ago at={createdAt} />
        </Sub>
      </div>
    </>
  );
}

/** Ended jobs stand still; the others are drawn anew each second. */
function Span({ job, of }: { job: Job; of: (job: Job, now: number) => number | null }): ReactNode {
  return isJobOver(job) ? words(of(job, 0)) : <Going job={job} of={of} />;
}

function Going({ job, of }: { job: Job; of: (job: Job, now: number) => number | null }): ReactNode {
  return words(of(job, useNow()));
}

function words(spanMs: number | null): string {
  return spanMs === null ? "–" : formatSpan(spanMs);
}

function RowMenu({ job, actions }: { job: Job; actions: MenuAction[] }): ReactNode {
  if (actions.length === 0) return null;
  return (
    <Menu
      actions={actions}
      trigger={
        <IconButton label={`What to do with job ${job.id}`} className="-my-1.5 -ml-1">
          <Ellipsis size={16} aria-hidden />
        </IconButton>
      }
    />
  );
}
