import type { ReactNode } from "react";
import { formatPosition } from "../format/position.ts";
import { formatRoughSpan, formatSpan } from "../format/time.ts";
import { Progress } from "../parts/progress.tsx";
import { useNow } from "../state/now.ts";
import type { TranscriptionState } from "./use-transcription.ts";

type Hearing = Extract<TranscriptionState, { kind: "hearing" }>;

/** How far the audio has been heard, how fast, and how long it still takes. */
export function HearingProgress({ state }: { state: Hearing }): ReactNode {
  const tookMs = Math.max(1, useNow() - state.since);
  const { heard, waiting } = state;
  return (
    <div role="status" className="px-3.5 py-3">
      <p className="mb-1.5 text-sm text-ink-2">
        {heard === undefined
          ? (waiting ?? `Listening, for ${formatSpan(tookMs)} …`)
          : `${formatPosition(heard.seconds)} of ${formatPosition(heard.duration)} heard${pace(heard, tookMs)}`}
      </p>
      <Progress
        fraction={heard === undefined || heard.duration === 0 ? null : heard.seconds / heard.duration}
        label="Heard so far"
      />
    </div>
  );
}

function pace({ seconds, duration }: NonNullable<Hearing["heard"]>, tookMs: number): string {
  const speed = (seconds * 1000) / tookMs;
  // the first moments say nothing of the speed
  if (tookMs < 2000 || speed <= 0) return "";
  const leftMs = ((duration - seconds) * 1000) / speed;
  return ` · ${speed.toFixed(1)} × real time · about ${formatRoughSpan(leftMs)} left`;
}
