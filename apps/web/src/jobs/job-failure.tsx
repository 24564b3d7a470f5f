import type { Job } from "@berth/api";
import type { ReactNode } from "react";
import { classNames } from "../parts/class-names.ts";
import { LogLines } from "../services/service-diagnosis.tsx";

/** Why a job has no result: what is wrong, and the lines that show it. */
export function JobFailure({ job: { error, status } }: { job: Job }): ReactNode {
  if (error === null) return null;
  const failed = status === "FAILED" || status === "TIMED_OUT";
  return (
    <section
      aria-label="What went wrong"
      className={classNames(
        "mb-4 overflow-hidden rounded-lg border",
        failed ? "border-bad/45 bg-bad-soft" : "border-line bg-panel",
      )}
    >
      <div className="px-3.5 py-2.5">
        <p className={classNames("font-[550] wrap-anywhere", failed ? "text-bad" : "text-ink-2")}>
          {error.message}
        </p>
        <p className="font-mono text-xs text-ink-2">{error.code}</p>
      </div>
      {error.details !== null && (
        <LogLines label="The lines that show it" lines={error.details.split("\n")} />
      )}
    </section>
  );
}
