import { runnerExitSchema, slurmJobSchema, z, type RunnerState } from "@berth/api";
import type { Observation } from "../launcher.ts";
import { endOf, stoppedBeforeItBegan, wasTold, withoutRecord, type End } from "./end-words.ts";
import { jobStateOf } from "./job-states.ts";
import type { Knowledge } from "./knowledge.ts";
import { plainReason } from "./reasons.ts";
import type { LaunchRecord, LaunchRun, QueueRow } from "./read-look.ts";
import { submitTimeoutMs } from "./submit-script.ts";

/** What is seen of a launch, and what is to be asked so that more is seen. */
export interface Judgement {
  readonly sight: Sight;
  /** It seems to be over, and what the scheduler says of that is waited for. */
  readonly isAwaited?: boolean;
  /** The scheduler is to be asked soon; without it, now and then will do. */
  readonly wantsQueue?: boolean;
  readonly wantsAccounting?: boolean;
  readonly wantsLogs?: boolean;
  /** The end cannot be told again from what stays on the disk. */
  readonly isToBeKept?: boolean;
}

/** An observation, but for what only a tunnel can tell. */
export type Sight =
  | { readonly kind: "queued"; readonly detail: string; readonly row: QueueRow | undefined }
  | {
      readonly kind: "running";
      readonly state: RunnerState | undefined;
      readonly row: QueueRow | undefined;
      readonly run: LaunchRun | undefined;
      readonly isSuspended: boolean;
    }
  | ({ readonly kind: "exited"; readonly row: QueueRow | undefined } & End)
  | { readonly kind: "verdict"; readonly observation: Extract<Observation, { kind: "exited" }> }
  | { readonly kind: "absent" }
  | { readonly kind: "unknown"; readonly reason: string };

/** What accounting is given for an end of which it was told late, or never. */
const explanationSeconds = 90;
/** The same for who cancelled a job that is known to be cancelled. */
const namingSeconds = 20;
/** A submission is given up, and is surely over, after this long. */
const submitSeconds = submitTimeoutMs / 1000;
/** A submitted job is listed at once; this is for clocks of two of the cluster's machines. */
const skewSeconds = 2;
const accountingTries = 3;
/** Such a cluster keeps no records; one whose records are away for a moment is waited for. */
const noAccounting = /accounting storage is disabled/i;

/** Pure. The files are believed first, since they are never older than what the scheduler said. */
export function judge(known: Knowledge): Judgement {
  const { files } = known;
  switch (files.kind) {
    case "missing":
      return known.wasAccepted ? judgeDeleted(known) : { sight: { kind: "absent" } };
    case "homeless":
      return known.wasAccepted
        ? { sight: { kind: "unknown", reason: `the profile's home ${files.home} is not there` } }
        : { sight: { kind: "absent" } };
    case "unreadable":
      return { sight: { kind: "unknown", reason: files.reason } };
    case "there":
      return judgeRecord(known, files);
  }
}

function judgeRecord(known: Knowledge, files: LaunchRecord): Judgement {
  const verdict = readVerdict(files.verdict);
  if (verdict !== undefined) return { sight: { kind: "verdict", observation: verdict } };
  const row = known.queue?.row;
  if (files.isGone) return judgeStopped(known, files);
  if (files.job === undefined && files.run === undefined && row === undefined)
    return judgeUnsubmitted(known, files);
  // of a job that was put back, the scheduler may know a later life than the files, or the files one
  const run = files.run;
  const isRowLater = row !== undefined && (run === undefined || row.requeues > run.requeues);
  if (!isRowLater && run !== undefined && isOver(run)) return judgeOver(known, files, run);
  if (isRowLater) return judgeRow(known, files, row, undefined);
  if (row !== undefined && row.requeues === run?.requeues && jobStateOf(row.state).kind !== "waiting")
    return judgeRow(known, files, row, run);
  // no row, or one from before this run
  const listedSince = Math.max(files.job?.submittedAt ?? 0, startOf(known, run)) + skewSeconds;
  if (row === undefined && known.queue !== undefined && known.queue.askedAt >= listedSince)
    return isListYoung(known)
      ? judgeUnlisted(known, files, run)
      : awaiting(known.trouble ?? "its job is not in the queue", { wantsQueue: true });
  if (run?.started !== undefined)
    return { sight: running(run, undefined, false), wantsQueue: known.queue === undefined };
  return known.trouble === undefined
    ? { sight: { kind: "queued", detail: "submitted", row: undefined }, wantsQueue: true }
    : { sight: { kind: "unknown", reason: known.trouble }, wantsQueue: true };
}

/** We have stopped it, and seen that nothing is left. */
function judgeStopped(known: Knowledge, files: LaunchRecord): Judgement {
  const { run } = files;
  const row = known.queue?.row;
  if (run === undefined) return { sight: exited(stoppedBeforeItBegan, row) };
  if (run.state?.phase !== "exited" && known.logs === undefined)
    return { sight: { kind: "unknown", reason: "it has just been stopped" }, wantsLogs: true };
  return { sight: exited(endOf({ known, files, run, row }), row) };
}

/** A directory, and no job that is known of. */
function judgeUnsubmitted(known: Knowledge, files: LaunchRecord): Judgement {
  const nothing: Judgement =
    files.stopAskedAt === undefined
      ? { sight: { kind: "absent" } }
      : { sight: exited(stoppedBeforeItBegan, undefined) };
  if (files.submitting === undefined) return nothing;
  const sight: Sight = { kind: "queued", detail: "being submitted", row: undefined };
  const { since, lock } = files.submitting;
  if (lock === "held" || (lock === "none" && known.nowSeconds - since <= submitSeconds)) return { sight };
  const { askedAt } = known.queue ?? {};
  // whoever submitted it is gone, and may have reached the scheduler
  if (askedAt !== undefined && askedAt >= since + skewSeconds && known.trouble === undefined) return nothing;
  return known.trouble === undefined
    ? { sight, wantsQueue: true }
    : { sight: { kind: "unknown", reason: known.trouble }, wantsQueue: true };
}

/** A node's clock may be ahead of the login node's: it began no later than it was seen to have begun. */
function startOf({ startSeenAt }: Knowledge, run: LaunchRun | undefined): number {
  return Math.min(run?.started?.at ?? 0, startSeenAt ?? Number.POSITIVE_INFINITY);
}

function isOver(run: LaunchRun): boolean {
  return run.end !== undefined || run.state?.phase === "exited";
}

/** Its directory was deleted, and a job of its name may run all the same. */
function judgeDeleted(known: Knowledge): Judgement {
  const reason = "its directory was deleted";
  const row = known.queue?.row;
  if (row !== undefined && jobStateOf(row.state).kind !== "ended")
    return awaiting(`${reason}, and Slurm says of job ${row.id}: ${row.state}`, { wantsQueue: true });
  if (!isListYoung(known)) return awaiting(known.trouble ?? reason, { wantsQueue: true });
  return { sight: exited({ reason, requested: false }, row) };
}

/** The runner has ended: by itself, killed, or because it was told to. */
function judgeOver(known: Knowledge, files: LaunchRecord, run: LaunchRun): Judgement {
  const row = known.queue?.row;
  const exit = run.state?.phase === "exited" ? (run.state.exit ?? undefined) : undefined;
  const isPlain =
    exit !== undefined &&
    (files.stopAskedAt !== undefined || exit.cause === "idle" || !wasTold(run, exit)) &&
    exit.signal !== "SIGKILL";
  if (isPlain) return { sight: exited(endOf({ known, files, run, row }), row) };
  const isListedEnd = row?.requeues === run.requeues && jobStateOf(row.state).kind === "ended";
  if (isListedEnd || files.stopAskedAt !== undefined) return judgeEnded(known, files, row, run);
  // listed still, it may yet be put back into the queue; and a list from before the end tells nothing of it
  if (row === undefined && isListYoung(known)) return judgeUnlisted(known, files, run);
  const words =
    row !== undefined && jobStateOf(row.state).kind === "completing"
      ? `it has ended, and Slurm is still clearing up after job ${row.id}${row.node === undefined ? "" : ` on ${row.node}`} (${row.state})`
      : "it has just ended, and Slurm has not said why yet";
  return awaiting(words, { wantsQueue: true });
}

function judgeRow(
  known: Knowledge,
  files: LaunchRecord,
  row: QueueRow,
  run: LaunchRun | undefined,
): Judgement {
  const state = jobStateOf(row.state);
  const isStarted = run?.started !== undefined;
  // what the scheduler said before it fell silent is no news; a runner's files are
  if (known.trouble !== undefined && !isStarted)
    return { sight: { kind: "unknown", reason: known.trouble }, wantsQueue: true };
  switch (state.kind) {
    case "waiting":
      return { sight: { kind: "queued", detail: waitingWords(row), row }, wantsQueue: true };
    case "running":
    case "suspended":
      if (row.reason === "Prolog" && !isStarted)
        return { sight: { kind: "queued", detail: plainReason("Prolog") ?? "", row }, wantsQueue: true };
      return { sight: running(run, row, state.kind === "suspended"), wantsQueue: !isStarted };
    case "completing":
      return { sight: running(run, row, false), wantsQueue: true };
    case "strange":
      return {
        sight: { kind: "unknown", reason: `Slurm says of job ${row.id}: ${row.state}` },
        wantsQueue: true,
      };
    case "ended":
      return judgeEnded(known, files, row, run);
  }
}

/** The scheduler, or we ourselves, have ended the job; `run` is its last life. */
function judgeEnded(
  known: Knowledge,
  files: LaunchRecord,
  row: QueueRow | undefined,
  run: LaunchRun | undefined,
): Judgement {
  const state = row === undefined ? undefined : jobStateOf(row.state);
  const wantsAccounting =
    files.stopAskedAt === undefined &&
    state?.kind === "ended" &&
    state.cause === "cancelled" &&
    !isAccounted(known) &&
    known.accounting.failures < accountingTries &&
    (known.awaited?.seconds ?? 0) <= namingSeconds;
  if (wantsAccounting || known.logs === undefined)
    return awaiting(row === undefined ? "it has just ended" : `Slurm says of job ${row.id}: ${row.state}`, {
      wantsAccounting,
      wantsLogs: true,
    });
  return { sight: exited(endOf({ known, files, run, row }), row), isToBeKept: true };
}

/** The job has left the queue, and nothing there told how it ended. */
function judgeUnlisted(known: Knowledge, files: LaunchRecord, run: LaunchRun | undefined): Judgement {
  const { accounting, logs } = known;
  // its records may be late, and may say for ever that the job runs
  // one that said itself that it is over is no job that may be begun anew by mistake
  const isLate = (run !== undefined && isOver(run)) || (known.awaited?.seconds ?? 0) > explanationSeconds;
  const isTold =
    isAccounted(known) ||
    noAccounting.test(accounting.words ?? "") ||
    (isLate && (accounting.failures >= accountingTries || isAskedLongAgo(known)));
  if (!isTold || logs === undefined)
    return awaiting("its job has left the queue, and Slurm has not said why yet", {
      wantsAccounting: !isTold,
      wantsLogs: true,
    });
  const facts = { known, files, run, row: undefined };
  const isKnown = isAccounted(known) || (run !== undefined && isOver(run));
  return { sight: exited(isKnown ? endOf(facts) : withoutRecord(facts), undefined), isToBeKept: true };
}

/** By the cluster's own clock. */
function isAskedLongAgo({ accounting, nowSeconds }: Knowledge): boolean {
  return nowSeconds - (accounting.askedAt ?? nowSeconds) > explanationSeconds;
}

/** Whether the scheduler was asked, and answered, after the end was first noticed. */
function isListYoung({ trouble, awaited }: Knowledge): boolean {
  return trouble === undefined && awaited?.isAnswered === true;
}

function isAccounted({ accounting }: Knowledge): boolean {
  return accounting.row !== undefined && jobStateOf(accounting.row.state).kind === "ended";
}

function awaiting(
  reason: string,
  wants: Pick<Judgement, "wantsQueue" | "wantsAccounting" | "wantsLogs">,
): Judgement {
  return { sight: { kind: "unknown", reason }, isAwaited: true, ...wants };
}

function waitingWords(row: QueueRow): string {
  if (row.state === "CONFIGURING") return "its node is being made ready (CONFIGURING)";
  const reason = plainReason(row.reason) ?? "waiting for the scheduler";
  return row.requeues > 0 ? `put back into the queue: ${reason}` : reason;
}

function running(run: LaunchRun | undefined, row: QueueRow | undefined, isSuspended: boolean): Sight {
  return { kind: "running", state: run?.state, row, run, isSuspended };
}

function exited(end: End | Pick<End["exit"], "reason" | "requested">, row: QueueRow | undefined): Sight {
  const whole: End =
    "exit" in end ? end : { exit: { exitCode: null, signal: null, logTail: [], ...end }, cause: undefined };
  return { kind: "exited", ...whole, row };
}

const verdictSchema = z.object({
  kind: z.literal("exited"),
  exit: runnerExitSchema,
  cause: z
    .enum(["engine", "time_limit", "preempted", "cancelled", "out_of_memory", "node_failed", "not_started"])
    .optional(),
  job: slurmJobSchema.optional(),
});

/** `undefined` for none, and for one that cannot be read: it is found again. */
function readVerdict(verdict: unknown): Extract<Observation, { kind: "exited" }> | undefined {
  const parsed = verdictSchema.safeParse(verdict);
  if (!parsed.success) return undefined;
  const { exit, cause, job } = parsed.data;
  return {
    kind: "exited",
    exit,
    ...(cause === undefined ? {} : { cause }),
    ...(job === undefined ? {} : { job }),
  };
}
