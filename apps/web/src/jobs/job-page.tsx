import type { Job } from "@berth/api";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { failureOf } from "../api/failure.ts";
import { keysQuery } from "../api/queries.ts";
import { endpointsQuery } from "../endpoints/endpoint-queries.ts";
import { formatBytes } from "../format/size.ts";
import { formatSpan } from "../format/time.ts";
import { Badge } from "../parts/badge.tsx";
import { Button, buttonClass } from "../parts/button.tsx";
import { Copyable, CopyButton } from "../parts/copy-button.tsx";
import { Facts, type Fact } from "../parts/facts.tsx";
import { Empty, Loading, Problem } from "../parts/notice.tsx";
import { Card, Heading, Page } from "../parts/page.tsx";
import { useNow } from "../state/now.ts";
import { BodyView } from "./body-view.tsx";
import { Deliveries } from "./deliveries.tsx";
import { canRetry, useJobActions } from "./job-actions.tsx";
import { JobFailure } from "./job-failure.tsx";
import { JobProgress } from "./job-progress.tsx";
import { jobInputQuery, jobQuery, jobResultQuery } from "./job-queries.ts";
import { isJobOver, JobState } from "./job-state.tsx";
import { JobTimeline } from "./job-timeline.tsx";
import { delayMs, executionMs } from "./job-times.ts";
import { JobValuesView } from "./job-values-view.tsx";

export function JobPage(): ReactNode {
  const { id } = useParams({ from: "/inside/jobs/$id" });
  const { data, error, refetch } = useQuery(jobQuery(id));
  if (data !== undefined) return <OneJob job={data} />;
  const gone = error !== null && failureOf(error).code === "not_found";
  return (
    <Page title={`Job ${id}`}>
      {error === null && (
        <Card>
          <Loading what="the job" />
        </Card>
      )}
      {error !== null && !gone && <Problem error={error} retry={() => void refetch()} />}
      {gone && (
        <Card>
          <Empty title={`There is no job ${id}`}>
            <p>It never was, or has ended and is kept no longer.</p>
            <p className="mt-4">
              <Link to="/jobs" className={buttonClass()}>
                All jobs
              </Link>
            </p>
          </Empty>
        </Card>
      )}
    </Page>
  );
}

function OneJob({ job }: { job: Job }): ReactNode {
  const actions = useJobActions();
  const { id } = job;
  const input = useQuery(jobInputQuery(id));
  return (
    <Page
      title={`Job ${id}`}
      heading={
        <>
          <Heading>Job</Heading>
          <JobState status={job.status} />
          {job.isDeadLetter && (
            <Badge title="All attempts failed; kept until somebody has looked at it">dead letter</Badge>
          )}
          <span className="inline-flex items-center font-mono text-sm text-ink-3">
            {id}
            <CopyButton text={id} what="the id" />
          </span>
        </>
      }
      actions={
        <>
          {canRetry(job) && (
            <Button look="primary" disabled={actions.busy} onClick={() => actions.retry(job)}>
              Retry
            </Button>
          )}
          {!isJobOver(job) && (
            <Button disabled={actions.busy} onClick={() => actions.cancel(job)}>
              Cancel
            </Button>
          )}
        </>
      }
    >
      <div className="-mt-1.5 mb-3.5 empty:hidden">
        <JobProgress job={job} />
      </div>
      <JobFailure job={job} />
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(300px,5fr)_minmax(0,7fr)]">
        <div className="flex min-w-0 flex-col gap-4">
          <Card title="Course">
            <JobTimeline job={job} />
          </Card>
          <Card title="About it">
            <JobFacts job={job} />
          </Card>
          {job.webhookUrl !== null && <Deliveries job={job} />}
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          {job.result !== null && <Result job={job} status={job.result.status} />}
          <JobValuesView job={job} />
          <BodyView title="Input" name={`${id}-input`} body={input} />
        </div>
      </div>
    </Page>
  );
}

function Result({ job: { id, finishedAt }, status }: { job: Job; status: number }): ReactNode {
  const body = useQuery(jobResultQuery(id, finishedAt));
  return (
    <BodyView
      title="Result"
      name={`${id}-result`}
      note={status === 200 ? undefined : `status ${status}`}
      body={body}
    />
  );
}

function JobFacts({ job }: { job: Job }): ReactNode {
  const keys = useQuery(keysQuery).data;
  const endpoints = useQuery(endpointsQuery).data;
  const now = useNow();
  const { endpointId, keyId, result } = job;
  const waited = delayMs(job, now);
  const took = executionMs(job, now);
  const endpoint = endpoints?.find((one) => one.id === endpointId)?.fullName ?? endpointId;
  const facts: readonly Fact[] = [
    [
      "Endpoint",
      <Link key="endpoint" to="/endpoints/$id" params={{ id: endpointId }} className="hover:underline">
        {endpoint}
      </Link>,
    ],
    [
      "Path",
      <span key="path" className="font-mono text-sm">
        {job.path}
      </span>,
    ],
    ["Key", keyId === null ? null : (keys?.find(({ id }) => id === keyId)?.name ?? keyId)],
    ["Priority", job.priority === 0 ? null : job.priority],
    ["Attempts", `${job.attempts} of ${job.maxAttempts}`],
    ["Waited", waited === null ? null : formatSpan(waited)],
    ["Took", took === null ? null : formatSpan(took)],
    ["Input", formatBytes(job.inputBytes)],
    ["Result", result === null ? null : `${formatBytes(result.bytes)} of ${result.contentType}`],
    ["Worker", job.workerId],
    [
      "Idempotency key",
      job.idempotencyKey === null ? null : (
        <Copyable key="idempotency" text={job.idempotencyKey} what="the idempotency key" />
      ),
    ],
  ];
  return <Facts facts={facts} />;
}
