import { constants } from "node:os";
import type { RunnerExit } from "@berth/api";
import type { EndCause } from "../launcher.ts";
import { jobStateOf } from "./job-states.ts";
import type { Knowledge } from "./knowledge.ts";
import type { LaunchRecord, LaunchRun, QueueRow } from "./read-look.ts";

/** How a launch ended. */
export interface End {
  readonly exit: RunnerExit;
  readonly cause: EndCause | undefined;
}

export interface EndFacts {
  readonly known: Knowledge;
  readonly files: LaunchRecord;
  /** Of the job's last life, as far as it began. */
  readonly run: LaunchRun | undefined;
  readonly row: QueueRow | undefined;
}

export const stoppedBeforeItBegan = { reason: "stopped before it began", requested: true } as const;

/** What slurmstepd writes into a job's output. */
const memoryKill = /\boom[-_ ]kill\b|\bOut Of Memory\b/i;
/** As accounting tells of a step whose memory ran out. */
const memoryCode = 125;
const logTailLines = 40;

/** In the runner's own words where it had any, with what the scheduler adds. */
export function endOf(facts: EndFacts): End {
  const { files, run, known } = facts;
  const requested = files.stopAskedAt !== undefined;
  const own = run?.state?.phase === "exited" ? (run.state.exit ?? undefined) : undefined;
  const cause = causeOf(facts, own);
  if (own !== undefined && (requested || cause === "engine")) return { exit: own, cause };
  const said = wordsOf(facts, cause);
  return {
    exit: {
      ...exitOf(facts, own),
      reason: requested ? "killed: it did not stop by itself" : said,
      logTail: logTailOf(known, own),
      requested,
    },
    cause: requested ? "engine" : cause,
  };
}

/** The job is gone from the queue, and nobody tells of it. */
export function withoutRecord(facts: EndFacts): End {
  const { known, files } = facts;
  const requested = files.stopAskedAt !== undefined;
  const why = known.accounting.words === undefined ? "" : `: ${known.accounting.words}`;
  const reason = `its job has left the queue, and Slurm keeps no record of how it ended${why}`;
  return {
    exit: {
      exitCode: null,
      signal: null,
      reason: requested ? "stopped, as asked" : reason,
      logTail: logTailOf(known, undefined),
      requested,
    },
    cause: undefined,
  };
}

/** Whether somebody wanted the runner to end; a scheduler that ends a job tells all of its processes. */
export function wasTold(run: LaunchRun | undefined, exit: RunnerExit): boolean {
  return exit.requested || exit.signal === "SIGTERM" || run?.termAt !== undefined;
}

function causeOf({ known, row, run }: EndFacts, own: RunnerExit | undefined): EndCause | undefined {
  if (own?.cause === "idle") return "engine";
  const state = row === undefined ? undefined : jobStateOf(row.state);
  const told = state?.kind === "ended" ? state : jobStateOf(known.accounting.row?.state ?? "");
  // the runner guesses by the hour: near its end a job may be cancelled or put back all the same
  const isOnTime = own?.cause === "time_limit" && (told.kind !== "ended" || told.cause === "engine");
  if (isOnTime) return "time_limit";
  const ranOut =
    (told.kind === "ended" && told.cause === "out_of_memory") ||
    known.accounting.row?.derivedCodes.includes(memoryCode) === true ||
    (known.logs?.job ?? []).some((line) => memoryKill.test(line));
  if (ranOut) return "out_of_memory";
  if (told.kind !== "ended") return own !== undefined && wasTold(run, own) ? "cancelled" : "engine";
  // its own end, and yet it was told to: by the warning before the wall time is over
  if (told.cause === "engine" && own !== undefined && wasTold(run, own)) return "time_limit";
  const began = run?.started !== undefined || run?.state !== undefined;
  return told.cause === "engine" && !began ? "not_started" : told.cause;
}

function wordsOf({ known, row, run }: EndFacts, cause: EndCause | undefined): string {
  const id = row?.id ?? known.accounting.row?.id ?? run?.started?.jobId ?? "?";
  const state = row?.state ?? known.accounting.row?.state;
  const node = row?.node ?? known.accounting.row?.node ?? run?.started?.node;
  const on = node === undefined || node === "" ? "" : ` on ${node}`;
  switch (cause) {
    case "time_limit":
      return `the wall time of Slurm job ${id} was over: ask for more with time`;
    case "preempted":
      return `Slurm job ${id} was preempted by another with a higher priority`;
    case "cancelled": {
      const who = known.accounting.row?.cancelledBy;
      return `Slurm job ${id} was cancelled${who === undefined ? "" : ` by ${who}`}`;
    }
    case "out_of_memory":
      return `Slurm job ${id}${on} ran out of memory and was killed: ask for more with memory`;
    case "node_failed":
      return `the node of Slurm job ${id} failed${on === "" ? "" : `:${on.slice(3)}`}`;
    case "not_started":
      return `Slurm could not start job ${id}${on}: ${row?.reason ?? state ?? "it said nothing"}${hintOf(row)}`;
    case "engine":
    case undefined:
      return runnerWords(run, state, id);
  }
}

/** The most frequent reason why a job's output cannot be opened. */
function hintOf(row: QueueRow | undefined): string {
  return row?.reason === "JobLaunchFailure"
    ? "; it cannot write into its directory there: is your disk quota used up, or the home not mounted on the node?"
    : "";
}

function runnerWords(run: LaunchRun | undefined, state: string | undefined, id: string): string {
  const code = run?.end?.exitCode;
  const job = `Slurm job ${id}`;
  if (code === undefined) return state === undefined ? `${job} has ended` : `${job} has ended (${state})`;
  if (code === 127 || code === 126) return `the runner could not be started (exit code ${code})`;
  return code > 128
    ? `the runner was killed by ${signalName(code - 128)}`
    : `the runner ended with code ${code}`;
}

function exitOf(
  { known, run }: EndFacts,
  own: RunnerExit | undefined,
): Pick<RunnerExit, "exitCode" | "signal"> {
  if (own !== undefined) return { exitCode: own.exitCode, signal: own.signal };
  const code = run?.end?.exitCode;
  if (code !== undefined)
    return code > 128 ? { exitCode: null, signal: signalName(code - 128) } : { exitCode: code, signal: null };
  const { row } = known.accounting;
  if (row === undefined) return { exitCode: null, signal: null };
  return row.signal > 0 && row.signal < 32
    ? { exitCode: null, signal: signalName(row.signal) }
    : { exitCode: row.exitCode, signal: null };
}

function signalName(number: number): string {
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? `signal ${number}`;
}

/** The engine's last lines and the job's own, which say what the scheduler did. */
function logTailOf({ logs }: Knowledge, own: RunnerExit | undefined): string[] {
  return [...(own?.logTail ?? logs?.engine ?? []), ...(logs?.job ?? [])].slice(-logTailLines);
}
