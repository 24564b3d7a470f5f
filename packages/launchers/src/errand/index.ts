import { PassThrough, type Readable, type Writable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { BerthError } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import type { RemoteHost } from "../remote/remote-host.ts";
import { endScript, type Errand, explainScript, lookScript, startScript } from "./errand-scripts.ts";
import { readLook } from "./read-look.ts";

/**
 * Errands: commands that run once on a cluster, as Slurm jobs, and outlive whoever ordered them. A directory under the
 * profile's home holds each one's input, output and exit code; the scheduler is asked only when the output stands still.
 */
export type { Errand };

/** An errand that goes on, as if its command were a process here. */
export interface ErrandProcess {
  /** Read to its end before the errand is submitted; not read when it goes on already. */
  readonly stdin: Writable;
  /** From the first byte on, whenever the errand was begun. */
  readonly stdout: Readable;
  /**
   * Resolves when the command is over. Rejects with `launch_refused` and sbatch's words, with `upstream_failed` when the
   * Slurm job ended before the command did, or as RemoteHost does: then the errand goes on, and is found again.
   */
  readonly ended: Promise<{ readonly exitCode: number; readonly stderr: string }>;
}

export interface ErrandOptions {
  readonly host: RemoteHost;
  readonly clock: Clock;
  /** Hears of the Slurm job in words: "Slurm job 12: PENDING (Priority)". */
  readonly onState?: (words: string) => void;
}

const lookEveryMs = 2_000;
const askEveryMs = 30_000;

/** Begins the errand, or finds it. When the signal aborts it is no longer followed; it goes on. */
export function runErrand(errand: Errand, options: ErrandOptions, signal: AbortSignal): ErrandProcess {
  const stdin = new PassThrough();
  const stdout = new PassThrough();
  const ended = follow(errand, options, stdin, stdout, signal).finally(() => {
    stdout.end();
  });
  ended.catch(() => undefined);
  return { stdin, stdout, ended };
}

/** Ends the errand; one that is over, or never was, is already gone. Throws as RemoteHost does. */
export async function endErrand(
  errand: Pick<Errand, "id" | "homeId" | "home">,
  host: RemoteHost,
  signal: AbortSignal,
): Promise<void> {
  const { exitCode, stderr } = await host.run({ script: endScript(errand) }, signal);
  if (exitCode !== 0) throw new BerthError("upstream_failed", `it could not be ended: ${stderr.trim()}`);
}

async function follow(
  errand: Errand,
  options: ErrandOptions,
  stdin: Readable,
  stdout: PassThrough,
  signal: AbortSignal,
): Promise<{ exitCode: number; stderr: string }> {
  const { host, clock, onState = () => undefined } = options;
  const slurmJobId = await submit(errand, host, await buffer(stdin), signal);
  onState(`Slurm job ${slurmJobId}`);
  let offset = 0;
  let askedAt = Number.NEGATIVE_INFINITY;
  let timesMissing = 0;
  for (;;) {
    const asks = clock.monotonic() - askedAt >= askEveryMs;
    const look = await readLook(host, lookScript(errand, offset, asks), signal);
    offset += look.output.length;
    stdout.write(look.output);
    // what writes lives: the scheduler need not be asked
    if (look.output.length > 0 || asks) askedAt = clock.monotonic();
    if (look.output.length > 0) continue;
    if (look.exitCode !== null) {
      await endErrand(errand, host, signal);
      return { exitCode: look.exitCode, stderr: look.errors };
    }
    if (look.job.kind === "known") onState(`Slurm job ${slurmJobId}: ${look.job.words}`);
    if (look.job.kind === "none") {
      timesMissing += 1;
      // its last words may be on their way through a network file system
      if (timesMissing > 1) throw await endedEarly(errand, slurmJobId, look.errors, host, signal);
      askedAt = Number.NEGATIVE_INFINITY;
    } else if (look.job.kind !== "unasked") {
      timesMissing = 0;
    }
    await clock.sleep(lookEveryMs, signal);
  }
}

async function submit(errand: Errand, host: RemoteHost, input: Buffer, signal: AbortSignal): Promise<string> {
  const { exitCode, stdout, stderr } = await host.run({ script: startScript(errand), stdin: input }, signal);
  const id = /^\d+/.exec(stdout.trim())?.[0];
  if (exitCode === 0 && id !== undefined) return id;
  throw new BerthError(
    "launch_refused",
    `the cluster refused the Slurm job: ${stderr.trim() || stdout.trim()}`,
  );
}

async function endedEarly(
  errand: Errand,
  slurmJobId: string,
  errors: string,
  host: RemoteHost,
  signal: AbortSignal,
): Promise<BerthError> {
  const { stdout } = await host.run({ script: explainScript(slurmJobId) }, signal);
  const state = stdout.trim().split("|")[0] ?? "";
  const words = errors.trim().split("\n").slice(-5).join("\n");
  return new BerthError(
    "upstream_failed",
    [
      `Slurm job ${slurmJobId} ended before its work did${state === "" ? "" : ` (${state})`}`,
      ...(words === "" ? [] : [words]),
    ].join(": "),
    { details: { slurmJobId, errand: errand.id } },
  );
}
