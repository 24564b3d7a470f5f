import type { Service, SlurmJob } from "@berth/api";
import type { ReactNode } from "react";
import { formatCount } from "../format/size.ts";
import { formatMoment, formatRecent } from "../format/time.ts";
import { Copyable } from "../parts/copy-button.tsx";
import { Card } from "../parts/page.tsx";
import { transportWords } from "../profiles/profile-facts.tsx";
import { useNow } from "../state/now.ts";
import { queueWords } from "./job-words.ts";
import { TimeLeft } from "./time-left.tsx";

/** A service's Slurm job, and the one that will take over. Nothing for what runs without a scheduler. */
export function ServiceJob({ service }: { service: Service }): ReactNode {
  const now = useNow();
  const { job, successor, transport } = service;
  if (job === null) return null;
  const moment = (at: number | null): ReactNode =>
    at === null ? null : <span title={formatMoment(at)}>{formatRecent(at, now)}</span>;
  const facts: readonly (readonly [name: string, value: ReactNode])[] = [
    ["Slurm job", <Copyable key="id" text={job.id} what="the job's id" />],
    ["State", job.state.toLowerCase()],
    ["Partition", job.partition],
    ["Node", job.node],
    ["Submitted", moment(job.submittedAt)],
    ["Expected start", job.startedAt === null ? moment(job.expectedStartAt) : null],
    ["Ahead of it", job.jobsAhead === null ? null : formatCount(job.jobsAhead)],
    ["Started", moment(job.startedAt)],
    ["Ends", moment(job.endsAt)],
    ["Requeued", job.requeues === 0 ? null : `${job.requeues} ${job.requeues === 1 ? "time" : "times"}`],
    ["Reached by", transport === null ? null : transportWords[transport]],
  ];
  return (
    <Card className="mb-4">
      <div className="flex flex-wrap items-start gap-x-8 gap-y-3 px-3.5 py-3">
        <dl className="flex min-w-0 grow basis-80 flex-wrap items-baseline gap-x-6 gap-y-1.5">
          {facts
            .filter(([, value]) => value !== null)
            .map(([name, value]) => (
              <div key={name}>
                <dt className="text-sm text-ink-3">{name}</dt>
                <dd className="min-h-7">{value}</dd>
              </div>
            ))}
        </dl>
        <div className="w-full max-w-[260px]">
          <TimeLeft service={service} />
        </div>
      </div>
      {successor?.job != null && <Successor job={successor.job} now={now} />}
    </Card>
  );
}

function Successor({ job, now }: { job: SlurmJob; now: number }): ReactNode {
  const words = job.state === "PENDING" ? queueWords(job, now, null) : [job.state.toLowerCase(), job.node];
  return (
    <p className="border-t border-line px-3.5 py-2 text-sm wrap-anywhere text-ink-2">
      Its successor is job <span className="font-mono text-xs">{job.id}</span>
      {": "}
      {words.filter((word) => word !== null).join(" · ")}
    </p>
  );
}
