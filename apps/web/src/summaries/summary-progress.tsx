import type { ReactNode } from "react";
import { formatRoughSpan, formatSpan } from "../format/time.ts";
import { Progress } from "../parts/progress.tsx";
import { useNow } from "../state/now.ts";
import type { SummaryProgress as Told } from "./use-summary.ts";

/** How many parts are read or merged, how fast, and how long it still takes. */
export function SummaryProgress({
  since,
  progress,
}: {
  since: number;
  progress: Told | undefined;
}): ReactNode {
  const tookMs = Math.max(0, useNow() - since);
  return (
    <div role="status" className="px-3.5 py-3">
      <p className="mb-1.5 text-sm text-ink-2">
        {progress === undefined ? `Reading the documents, for ${formatSpan(tookMs)} …` : words(progress)}
      </p>
      <Progress
        fraction={progress === undefined ? null : progress.partsDone / progress.partsTotal}
        label="Parts done"
      />
    </div>
  );
}

function words({ round, partsDone, partsTotal, tokensPerSecond, remainingMs }: Told): string {
  const parts = `${partsDone} of ${partsTotal} ${partsTotal === 1 ? "part" : "parts"}`;
  return [
    round === 0 ? `${parts} read` : `Merging: ${parts}`,
    ...(tokensPerSecond > 0 ? [`${Math.round(tokensPerSecond)} tokens/s`] : []),
    ...(remainingMs === null || remainingMs === 0 ? [] : [`about ${formatRoughSpan(remainingMs)} left`]),
  ].join(" · ");
}
