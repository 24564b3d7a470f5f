import type { Download, DownloadMeans } from "@berth/api";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { applyChange } from "../api/apply-change.ts";
import { client } from "../api/client.ts";
import { downloadsQuery, queryKeys } from "../api/queries.ts";
import { Button, buttonClass } from "../parts/button.tsx";
import { Card } from "../parts/page.tsx";
import { Progress } from "../parts/progress.tsx";
import { State } from "../parts/state.tsx";
import { canResume, downloadNumbers, downloadSigns, isMoving } from "./download-state.ts";

/** What is coming from the hub, and what stopped on the way. Goes on without this page. */
export function Downloads(): ReactNode {
  const { data = [] } = useQuery(downloadsQuery);
  if (data.length === 0) return null;
  const sorted = data.toSorted(
    (a, b) => Number(isMoving(b)) - Number(isMoving(a)) || b.createdAt - a.createdAt,
  );
  return (
    <Card title="Downloads" className="mb-4">
      <ul>
        {sorted.map((one) => (
          <li key={one.id} className="border-b border-line px-3.5 py-3 last:border-0">
            <DownloadRow download={one} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

const meansWords: Record<DownloadMeans, string> = {
  "login-node": "on the login node",
  "slurm-job": "in a Slurm job",
  staged: "by way of this machine",
};

export function DownloadRow({ download }: { download: Download }): ReactNode {
  const { repo, variant, profile, status, statusReason, bytesDone, bytesTotal } = download;
  const fraction = bytesTotal === null || bytesTotal === 0 ? null : bytesDone / bytesTotal;
  return (
    <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
      <div className="min-w-0 grow basis-72">
        <p className="flex flex-wrap items-baseline gap-x-3 wrap-anywhere">
          <b className="font-[550]">{repo}</b>
          <span className="font-mono text-sm text-ink-2">{variant ?? "chosen files"}</span>
          <State {...downloadSigns[status]} />
          <span className="text-sm text-ink-3">
            to {profile}
            {download.means !== undefined && `, ${meansWords[download.means]}`}
          </span>
        </p>
        {status !== "COMPLETED" && (
          <div className="my-1.5">
            <Progress fraction={fraction} label={`Download of ${repo}`} />
          </div>
        )}
        <p className="font-mono text-xs text-ink-2">{downloadNumbers(download)}</p>
        {statusReason !== null && (
          <p
            className={
              status === "FAILED" ? "mt-1 text-sm wrap-anywhere text-bad" : "mt-1 text-sm text-ink-2"
            }
          >
            {statusReason}
          </p>
        )}
      </div>
      <DownloadButtons download={download} />
    </div>
  );
}

function DownloadButtons({ download }: { download: Download }): ReactNode {
  const queries = useQueryClient();
  const { id, repo, status, modelId } = download;
  const onSuccess = (next: Download): void => applyChange(queries, { type: "download", download: next });
  const cancel = useMutation({ mutationFn: () => client.cancelDownload({ params: { id } }), onSuccess });
  const resume = useMutation({ mutationFn: () => client.resumeDownload({ params: { id } }), onSuccess });
  const forget = useMutation({
    mutationFn: () => client.deleteDownload({ params: { id } }),
    onSuccess: () =>
      queries.setQueryData<Download[]>(queryKeys.downloads, (list) => list?.filter((one) => one.id !== id)),
  });
  const busy = cancel.isPending || resume.isPending || forget.isPending;
  return (
    <div className="flex flex-wrap gap-2">
      {isMoving(download) && (
        <Button disabled={busy} onClick={() => cancel.mutate()} aria-label={`Cancel the download of ${repo}`}>
          Cancel
        </Button>
      )}
      {canResume(download) && (
        <Button disabled={busy} onClick={() => resume.mutate()} aria-label={`Resume the download of ${repo}`}>
          Resume
        </Button>
      )}
      {status === "COMPLETED" && (
        <Link to="/services/new" search={{ model: modelId ?? repo }} className={buttonClass("primary")}>
          Start it
        </Link>
      )}
      {!isMoving(download) && (
        <Button
          look="quiet"
          disabled={busy}
          onClick={() => forget.mutate()}
          aria-label={`Clear ${repo} from this list`}
        >
          Clear
        </Button>
      )}
    </div>
  );
}
