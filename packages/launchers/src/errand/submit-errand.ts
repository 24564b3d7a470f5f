import { BerthError } from "@berth/api";
import type { SchedulerMeter } from "../cluster/index.ts";
import type { RemoteHost } from "../remote/remote-host.ts";
import { isSilence } from "../slurm/slurm-trouble.ts";
import { type Errand, forgetScript, startExits, startScript } from "./errand-scripts.ts";
import { runUntilAnswered } from "./until-answered.ts";

const submitTimeoutMs = 200_000;

/**
 * Resolves to the id of the errand's Slurm job: one that goes on, or has ended untold, or a new one. Throws
 * `host_unreachable` also when Slurm does not answer (then there may be a job: it is found the next time),
 * `launch_refused` with sbatch's words, `insufficient_disk`, `upstream_failed`.
 */
export async function submitErrand(
  errand: Errand,
  { host, meter }: { readonly host: Pick<RemoteHost, "run">; readonly meter: SchedulerMeter },
  input: Buffer,
  signal: AbortSignal,
): Promise<string> {
  const command = {
    script: startScript(errand),
    stdin: input,
    timeoutMs: submitTimeoutMs,
    lane: "launch",
  } as const;
  const { exitCode, stdout, stderr } = await runUntilAnswered(host, command, signal);
  // somebody waits for it: it is made whatever the budget says
  meter.record(stdout.split("\n").filter((line) => line.startsWith("asked ")).length);
  const id = /^job (\d+)/m.exec(stdout)?.[1];
  const words = stderr.trim();
  if (exitCode === 0 && id !== undefined) return id;
  const isSilent = exitCode === startExits.scheduler || (exitCode === startExits.refused && isSilence(words));
  if (isSilent && !isNoSlurm(words)) {
    throw new BerthError("host_unreachable", `Slurm does not answer: ${words || "in time"}`);
  }
  if (exitCode === startExits.scheduler || exitCode === startExits.refused) {
    // its input may be a token, and no job will take it
    await runUntilAnswered(host, { script: forgetScript(errand) }, signal);
    throw new BerthError("launch_refused", `the cluster refused the Slurm job: ${words}`);
  }
  const isFull = /quota exceeded|No space left/i.test(words);
  throw new BerthError(
    isFull ? "insufficient_disk" : "upstream_failed",
    `the Slurm job's files could not be written on the cluster: ${words || stdout.trim()}`,
  );
}

/** Waiting brings no Slurm to a machine that has none. */
const isNoSlurm = (words: string): boolean => /: (?:not found|No such file or directory)/.test(words);
