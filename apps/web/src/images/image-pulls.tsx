import type { ImagePull } from "@berth/api";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { applyChange } from "../api/apply-change.ts";
import { client } from "../api/client.ts";
import { imagePullsQuery } from "../api/queries.ts";
import { Button } from "../parts/button.tsx";
import { Ago } from "../parts/moment.tsx";
import { Card } from "../parts/page.tsx";
import { Progress } from "../parts/progress.tsx";
import { State } from "../parts/state.tsx";

const signs = {
  RUNNING: { tone: "warn", shape: "◐", word: "Pulling" },
  COMPLETED: { tone: "ok", shape: "●", word: "Complete" },
  FAILED: { tone: "bad", shape: "✕", word: "Failed" },
  CANCELLED: { tone: "off", shape: "■", word: "Cancelled" },
} as const satisfies Record<ImagePull["status"], unknown>;

/** What is being pulled, and what came of the last ones. Goes on without this page. */
export function ImagePulls(): ReactNode {
  const { data = [] } = useQuery(imagePullsQuery);
  if (data.length === 0) return null;
  return (
    <Card title="Pulls" className="mb-4">
      <ul>
        {data
          .toSorted((a, b) => b.createdAt - a.createdAt)
          .map((pull) => (
            <li key={pull.id} className="border-b border-line px-3.5 py-3 last:border-0">
              <PullRow pull={pull} />
            </li>
          ))}
      </ul>
    </Card>
  );
}

function PullRow({ pull }: { pull: ImagePull }): ReactNode {
  const queries = useQueryClient();
  const { id, source, profile, status, statusReason, logTail, createdAt } = pull;
  const running = status === "RUNNING";
  const cancel = useMutation({
    mutationFn: () => client.cancelImagePull({ params: { id } }),
    onSuccess: (next) => applyChange(queries, { type: "image-pull", pull: next }),
  });
  return (
    <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
      <div className="min-w-0 grow basis-72">
        <p className="flex flex-wrap items-baseline gap-x-3 wrap-anywhere">
          <b className="font-[550]">{source}</b>
          <State {...signs[status]} />
          <span className="text-sm text-ink-3">
            to {profile}, <Ago at={createdAt} />
          </span>
        </p>
        {running && (
          <div className="my-1.5">
            <Progress fraction={null} label={`Pull of ${source}`} />
          </div>
        )}
        {statusReason !== null && (
          <p className={status === "FAILED" ? "text-sm wrap-anywhere text-bad" : "text-sm text-ink-2"}>
            {statusReason}
          </p>
        )}
        {logTail.length > 0 && status !== "COMPLETED" && (
          <pre
            tabIndex={0}
            aria-label={`Last lines of the pull of ${source}`}
            className="mt-1 max-h-32 overflow-auto rounded-md border border-line bg-code px-2.5 py-1.5 text-xs"
          >
            {logTail.join("\n")}
          </pre>
        )}
      </div>
      {running && (
        <Button
          disabled={cancel.isPending}
          onClick={() => cancel.mutate()}
          aria-label={`Cancel the pull of ${source}`}
        >
          Cancel
        </Button>
      )}
    </div>
  );
}
