import type { Endpoint, Worker } from "@berth/api";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import { client } from "../api/client.ts";
import { queryKeys } from "../api/queries.ts";
import { formatCount } from "../format/size.ts";
import { formatSpan } from "../format/time.ts";
import { JobList } from "../jobs/job-list.tsx";
import { healthQuery } from "../jobs/job-queries.ts";
import { Button } from "../parts/button.tsx";
import { ConfirmDialog } from "../parts/dialogs.tsx";
import { Figures } from "../parts/figures.tsx";
import { Ago } from "../parts/moment.tsx";
import { Empty } from "../parts/notice.tsx";
import { Card } from "../parts/page.tsx";
import { State, type Tone } from "../parts/state.tsx";
import { toast } from "../parts/toasts.ts";
import { plainSearch } from "../state/search.ts";
import { WebhookSecret } from "./webhook-secret.tsx";

/** An endpoint's queue: how it stands, who works on it, its jobs. */
export function QueueCard({ endpoint }: { endpoint: Endpoint }): ReactNode {
  const { id, fullName } = endpoint;
  const search = useSearch({ from: "/inside/endpoints/$id" });
  const navigate = useNavigate({ from: "/endpoints/$id" });
  const health = useQuery(healthQuery(id)).data;
  const [asking, setAsking] = useState(false);
  const queries = useQueryClient();
  const purge = useMutation({
    mutationFn: () => client.purgeJobs({ params: { id } }),
    onSuccess: ({ cancelled }) => {
      toast({
        title: cancelled.length === 1 ? "One job is cancelled." : `${cancelled.length} jobs are cancelled.`,
      });
      void queries.invalidateQueries({ queryKey: queryKeys.jobs });
    },
  });
  const queued = health?.jobs.QUEUED ?? 0;
  return (
    <>
      {health !== undefined && (
        <Figures
          figures={[
            {
              name: "Waiting",
              value: formatCount(queued),
              note:
                health.oldestWaitMs === null
                  ? undefined
                  : `the oldest for ${formatSpan(health.oldestWaitMs)}`,
            },
            { name: "Running", value: formatCount(health.jobs.RUNNING) },
            { name: "Completed", value: formatCount(health.jobs.COMPLETED) },
            {
              name: "Failed",
              value: formatCount(health.jobs.FAILED + health.jobs.TIMED_OUT),
              note: health.deadLetters === 0 ? undefined : `${formatCount(health.deadLetters)} dead letters`,
            },
          ]}
        />
      )}
      {health !== undefined && health.workers.length > 0 && <Workers workers={health.workers} />}
      <Card
        title="Jobs"
        aside={
          queued > 0 && (
            <Button look="quiet" className="-my-1.5" onClick={() => setAsking(true)}>
              Cancel what waits …
            </Button>
          )
        }
      >
        <JobList
          endpoint={id}
          search={search}
          change={(part) =>
            void navigate({
              search: (before) => plainSearch({ ...before, ...part }),
              replace: true,
              resetScroll: false,
            })
          }
        >
          <Empty title="No job yet">
            Any call can be queued: under <b className="font-[550]">Overview</b>, Call it shows how, and Try
            it does it.
          </Empty>
        </JobList>
      </Card>
      <WebhookSecret endpointId={id} />
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={`Cancel everything that waits for ${fullName}?`}
        loss={
          <p>
            {queued === 1 ? "One job that waits is" : `${formatCount(queued)} jobs that wait are`} cancelled.
            Those that run go on. Each can be queued again by hand, one by one.
          </p>
        }
        action="Cancel them"
        onConfirm={() => purge.mutate()}
      />
    </>
  );
}

const signs: Record<
  Worker["status"],
  { readonly tone: Tone; readonly shape: string; readonly word: string }
> = {
  running: { tone: "ok", shape: "●", word: "Works" },
  idle: { tone: "wait", shape: "○", word: "Waits" },
  silent: { tone: "warn", shape: "▲", word: "Silent" },
};

function Workers({ workers }: { workers: readonly Worker[] }): ReactNode {
  return (
    <Card title="Who works on them" className="mb-4">
      <ul aria-label="Workers">
        {workers.map(({ id, kind, status, jobs, seenAt, about }) => {
          const { tone, shape, word } = signs[status];
          return (
            <li
              key={id}
              className="flex flex-wrap items-baseline gap-x-4 gap-y-0.5 border-b border-line px-3.5 py-2 last:border-0"
            >
              <State tone={tone} shape={shape} word={word} />
              <span className="font-mono text-sm wrap-anywhere">
                {kind === "dispatcher" ? "Berth, by the replicas" : id}
              </span>
              <span className="text-sm text-ink-2">
                {jobs === 1 ? "one job" : `${formatCount(jobs)} jobs`}
                {about !== null && ` · ${about}`} · seen <Ago at={seenAt} />
              </span>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
