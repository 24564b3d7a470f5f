import type { Service } from "@berth/api";
import type { ReactNode } from "react";
import { formatClock, formatRecent, formatSpan } from "../format/time.ts";
import { classNames } from "../parts/class-names.ts";
import { Progress } from "../parts/progress.tsx";
import { useNow } from "../state/now.ts";
import { waitingWords } from "./job-words.ts";
import { loadingFraction } from "./loading-fraction.ts";
import { isFailure } from "./service-state.tsx";

/** Why a service stands as it does, and until about when: in words, and as a bar where it loads. */
export function ServiceReason({ service }: { service: Service }): ReactNode {
  const { status, statusReason, retryAt, unreachableSince, job, diagnosis } = service;
  const fraction = status === "STARTING" ? loadingFraction(statusReason) : undefined;
  const reason = isFailure(status) ? (diagnosis?.summary ?? statusReason) : statusReason;
  if (reason === null && retryAt === null && unreachableSince === null && job === null) return null;
  return (
    <span
      className={classNames(
        "block text-sm wrap-anywhere empty:hidden",
        isFailure(status) ? "text-bad" : "text-ink-2",
      )}
    >
      {reason}
      {retryAt !== null && <Retry at={retryAt} />}
      <Waiting service={service} apart={reason !== null} />
      {unreachableSince !== null && <Unreachable since={unreachableSince} apart={reason !== null} />}
      {fraction !== undefined && (
        <span className="mt-1 block max-w-[210px]">
          <Progress fraction={fraction} label={`${service.name} is loading`} />
        </span>
      )}
    </span>
  );
}

function Waiting({ service, apart }: { service: Service; apart: boolean }): ReactNode {
  const now = useNow();
  const words = waitingWords(service, now);
  if (words.length === 0) return null;
  return `${apart ? " · " : ""}${words.join(" · ")}`;
}

function Unreachable({ since, apart }: { since: number; apart: boolean }): ReactNode {
  const now = useNow();
  return (
    <span className="text-warn">
      {apart && " · "}▲ not reachable since {formatRecent(since, now)}
    </span>
  );
}

function Retry({ at }: { at: number }): ReactNode {
  const leftMs = at - useNow();
  return (
    <>
      {" · "}
      {leftMs > 0 ? `next try in ${formatSpan(leftMs)}, at ${formatClock(at)}` : "trying again now"}
    </>
  );
}
