import type { SlurmJob } from "@berth/api";
import { jobStateOf } from "./job-states.ts";
import type { Knowledge } from "./knowledge.ts";
import { plainReason } from "./reasons.ts";

/** A moment of the cluster's clock, in seconds, as one of ours, in milliseconds. */
export type ToOurTime = (seconds: number) => number;

/** All that is known of the Slurm job; `undefined` when there is none yet. */
export function jobFacts(known: Knowledge, toOurTime: ToOurTime): SlurmJob | undefined {
  const { files, accounting, jobsAhead } = known;
  const listed = known.queue?.row;
  const run = files.kind === "there" ? files.run : undefined;
  const submitted = files.kind === "there" ? files.job : undefined;
  // of a run that began after the scheduler was asked, the files tell
  const isListedLater = listed !== undefined && (run === undefined || listed.requeues >= run.requeues);
  const isStale =
    isListedLater &&
    run?.started !== undefined &&
    listed.requeues === run.requeues &&
    jobStateOf(listed.state).kind === "waiting";
  const row = isListedLater && !isStale ? listed : undefined;
  const id = listed?.id ?? run?.started?.jobId ?? submitted?.id ?? accounting.row?.id;
  if (id === undefined) return undefined;
  const isWaiting = row !== undefined && jobStateOf(row.state).kind === "waiting";
  const time = (seconds: number | undefined): number | null =>
    seconds === undefined ? null : toOurTime(seconds);
  const started = row === undefined || run?.requeues === row.requeues ? run?.started : undefined;
  return {
    id,
    state: row?.state ?? accounting.row?.state ?? (started === undefined ? "PENDING" : "RUNNING"),
    reason: isWaiting ? (plainReason(row.reason) ?? null) : null,
    partition: listed?.partition ?? accounting.row?.partition ?? null,
    node: (isWaiting ? undefined : row?.node) ?? started?.node ?? accounting.row?.node ?? null,
    submittedAt: time(submitted?.submittedAt ?? listed?.submittedAt ?? accounting.row?.submittedAt),
    startedAt: isWaiting ? null : time(row?.startAt ?? started?.at ?? accounting.row?.startAt),
    endsAt: isWaiting ? null : time(row?.endAt ?? started?.endsAt),
    expectedStartAt: isWaiting ? time(row.startAt) : null,
    jobsAhead: isWaiting ? (jobsAhead ?? null) : null,
    requeues: Math.max(listed?.requeues ?? 0, run?.requeues ?? 0),
  };
}
