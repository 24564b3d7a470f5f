import type { Service } from "@berth/api";
import type { ReactNode } from "react";
import { formatRoughSpan } from "../format/time.ts";
import { Progress } from "../parts/progress.tsx";
import { useNow } from "../state/now.ts";
import { renewalWords, timeLeft } from "./job-words.ts";
import { isOver } from "./service-state.tsx";

/** How long a running job still has, as a bar, and what comes after. Nothing for what has no wall time. */
export function TimeLeft({ service }: { service: Service }): ReactNode {
  const now = useNow();
  const left = isOver(service.status) ? undefined : timeLeft(service.job, now);
  if (left === undefined) return null;
  return (
    <span className="block max-w-[260px] text-sm text-ink-2">
      <span className="text-ink">{formatRoughSpan(left.leftMs)}</span> left
      <span className="my-1 block">
        <Progress fraction={left.fraction} label={`Time that ${service.name} has left`} />
      </span>
      <span className="block text-ink-3">{renewalWords(service, now)}</span>
    </span>
  );
}
