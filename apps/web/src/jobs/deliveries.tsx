import type { Delivery, Job } from "@berth/api";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { client } from "../api/client.ts";
import { failureOf } from "../api/failure.ts";
import { formatMoment, formatSpan } from "../format/time.ts";
import { Button } from "../parts/button.tsx";
import { Ago } from "../parts/moment.tsx";
import { Loading, Notice, Problem } from "../parts/notice.tsx";
import { Card } from "../parts/page.tsx";
import { State, type Tone } from "../parts/state.tsx";
import { useNow } from "../state/now.ts";
import { deliveriesQuery } from "./job-queries.ts";
import { isJobOver } from "./job-state.tsx";

/** What became of telling a job's webhook, the last first; it can be told once more. */
export function Deliveries({ job }: { job: Job }): ReactNode {
  const queries = useQueryClient();
  const query = deliveriesQuery(job.id);
  const { data, error, refetch } = useQuery(query);
  const redeliver = useMutation({
    mutationFn: () => client.redeliver({ params: { id: job.id } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: query.queryKey }),
    meta: { toldInPlace: true },
  });
  return (
    <Card
      title="Webhook"
      aside={
        isJobOver(job) && (
          <Button
            look="quiet"
            className="-my-1.5"
            disabled={redeliver.isPending}
            onClick={() => redeliver.mutate()}
          >
            Tell it again
          </Button>
        )
      }
    >
      <p className="border-b border-line px-3.5 py-2 font-mono text-sm wrap-anywhere">{job.webhookUrl}</p>
      {redeliver.error !== null && (
        <div className="px-3.5 pt-3">
          <Notice look="bad" title={failureOf(redeliver.error).message} />
        </div>
      )}
      {data === undefined && error === null && <Loading what="deliveries" />}
      {data === undefined && error !== null && (
        <div className="p-3.5">
          <Problem error={error} retry={() => void refetch()} />
        </div>
      )}
      {data?.length === 0 && (
        <p className="px-3.5 py-3 text-ink-3">Nothing was told yet: it is told when the job has ended.</p>
      )}
      {data !== undefined && data.length > 0 && (
        <ul aria-label="Deliveries">
          {data.map((one) => (
            <Row key={one.id} one={one} />
          ))}
        </ul>
      )}
    </Card>
  );
}

const signs: Record<
  Delivery["status"],
  { readonly tone: Tone; readonly shape: string; readonly word: string }
> = {
  pending: { tone: "wait", shape: "○", word: "Pending" },
  delivered: { tone: "ok", shape: "●", word: "Delivered" },
  failed: { tone: "bad", shape: "✕", word: "Failed" },
};

function Row({ one }: { one: Delivery }): ReactNode {
  const { status, attempts, lastAttemptAt, nextAttemptAt, responseStatus, error, log } = one;
  const { tone, shape, word } = signs[status];
  return (
    <li className="border-b border-line px-3.5 py-2 last:border-0">
      <p className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5">
        <State tone={tone} shape={shape} word={word} />
        {responseStatus !== null && <span className="font-mono text-sm">{responseStatus}</span>}
        <span className="text-sm text-ink-2">
          {attempts === 1 ? "one attempt" : `${attempts} attempts`}
          {lastAttemptAt !== null && (
            <>
              , the last <Ago at={lastAttemptAt} />
              <span className="text-ink-3"> ({formatMoment(lastAttemptAt)})</span>
            </>
          )}
        </span>
      </p>
      {error !== null && <p className="text-sm wrap-anywhere text-ink-2">{error}</p>}
      {nextAttemptAt !== null && <Next at={nextAttemptAt} />}
      {log.length > 1 && (
        <details className="text-sm text-ink-2">
          <summary className="cursor-pointer">Every attempt</summary>
          <ol aria-label="Attempts">
            {log.map((attempt) => (
              <li key={attempt.number} className="wrap-anywhere">
                {formatMoment(attempt.at)}: {attempt.responseStatus ?? attempt.error} in{" "}
                {formatSpan(attempt.durationMs)}
              </li>
            ))}
          </ol>
        </details>
      )}
    </li>
  );
}

function Next({ at }: { at: number }): ReactNode {
  const leftMs = at - useNow();
  return (
    <p className="text-sm text-ink-2">
      {leftMs > 0 ? `Tried again in ${formatSpan(leftMs)}.` : "Tried again now."}
    </p>
  );
}
