import type { Service } from "@berth/api";
import type { ReactNode } from "react";
import { formatClock, formatSpan } from "../format/time.ts";
import { classNames } from "../parts/class-names.ts";
import { Progress } from "../parts/progress.tsx";
import { useNow } from "../state/now.ts";
import { loadingFraction } from "./loading-fraction.ts";
import { isFailure } from "./service-state.tsx";

/** Why a service stands as it does, and until about when: in words, and as a bar where it loads. */
export function ServiceReason({ service }: { service: Service }): ReactNode {
  const { status, statusReason, retryAt, unreachableSince } = service;
  const fraction = status === "STARTING" ? loadingFraction(statusReason) : undefined;
  if (statusReason === null && retryAt === null && unreachableSince === null) return null;
  return (
    <span
      className={classNames("block text-sm wrap-anywhere", isFailure(status) ? "text-bad" : "text-ink-2")}
    >
      {statusReason}
      {retryAt !== null && <Retry at={retryAt} />}
      {unreachableSince !== null && <> · not reachable since {formatClock(unreachableSince)}</>}
      {fraction !== undefined && (
        <span className="mt-1 block max-w-[210px]">
          <Progress fraction={fraction} label={`${service.name} is loading`} />
        </span>
      )}
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
