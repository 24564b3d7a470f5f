import { BerthError } from "@berth/api";
import type { SchedulerMeter } from "../cluster/index.ts";
import type { RemoteAnswer, RemoteHost } from "../remote/remote-host.ts";
import {
  type Errand,
  errandExits,
  type ErrandPlace,
  findScript,
  forgetScript,
  submitScript,
} from "./errand-scripts.ts";
import { runUntilAnswered } from "./until-answered.ts";

export interface ErrandCluster {
  readonly host: Pick<RemoteHost, "run">;
  readonly meter: SchedulerMeter;
}

const submitTimeoutMs = 200_000;

/**
 * Resolves to the id of the errand's Slurm job, if one goes on or has ended untold. Throws `host_unreachable` also when
 * that cannot be told yet, and `launch_refused` where there is no Slurm.
 */
export async function findErrand(
  errand: ErrandPlace,
  { host, meter }: ErrandCluster,
  signal: AbortSignal,
): Promise<string | undefined> {
  const answer = await runUntilAnswered(host, { script: findScript(errand), lane: "launch" }, signal);
  const words = answer.stderr.trim();
  record(meter, answer);
  switch (answer.exitCode) {
    case 0: {
      const id = jobIn(answer);
      if (id === undefined && !/^none$/m.test(answer.stdout)) throw unforeseen(answer);
      return id;
    }
    case errandExits.noSlurm:
      throw new BerthError("launch_refused", `the cluster refused the Slurm job: ${words}`);
    case errandExits.scheduler:
      throw new BerthError("host_unreachable", `Slurm does not answer: ${words || "in time"}`);
    case errandExits.submitting:
      throw new BerthError("host_unreachable", "it may still be being submitted, from before");
    case errandExits.away:
      throw new BerthError("host_unreachable", `the profile's home ${errand.home} is not there`);
    default:
      throw unforeseen(answer);
  }
}

/**
 * Resolves to the id of the errand's new Slurm job. Throws `host_unreachable` also when Slurm does not answer (then there may
 * be a job: it is found the next time), `launch_refused` with sbatch's words, `insufficient_disk`, `upstream_failed`.
 */
export async function submitErrand(
  errand: Errand,
  { host, meter }: ErrandCluster,
  input: Buffer,
  signal: AbortSignal,
): Promise<string> {
  const command = {
    script: submitScript(errand, input.length),
    stdin: input,
    timeoutMs: submitTimeoutMs,
    lane: "launch",
  } as const;
  const answer = await runUntilAnswered(host, command, signal);
  const words = answer.stderr.trim();
  record(meter, answer);
  const id = jobIn(answer);
  switch (answer.exitCode) {
    case 0:
      if (id !== undefined) return id;
      throw unforeseen(answer);
    case errandExits.disk:
      throw new BerthError(
        /quota exceeded|No space left/i.test(words) ? "insufficient_disk" : "upstream_failed",
        `the Slurm job's files could not be written on the cluster: ${words}`,
      );
    case errandExits.refused:
      // its input may be a token, and no job will take it
      await runUntilAnswered(host, { script: forgetScript(errand) }, signal);
      throw new BerthError("launch_refused", `the cluster refused the Slurm job: ${words}`);
    case errandExits.late:
      throw new BerthError("host_unreachable", "the order came there too late, or not whole");
    case errandExits.scheduler:
      break;
    default:
      throw unforeseen(answer);
  }
  throw new BerthError("host_unreachable", `Slurm does not answer: ${words || "in time"}`);
}

/** Somebody waits for it: it is made whatever the budget says. */
function record(meter: SchedulerMeter, { stdout }: RemoteAnswer): void {
  meter.record(stdout.split("\n").filter((line) => line.startsWith("asked ")).length);
}

const jobIn = ({ stdout }: RemoteAnswer): string | undefined => /^job (\d+)/m.exec(stdout)?.[1];

/** The shell was ended, or could not begin: whether Slurm has heard us is not known. */
const unforeseen = ({ exitCode, stderr, stdout }: RemoteAnswer): BerthError =>
  new BerthError(
    "host_unreachable",
    `the login node's shell ended with ${exitCode}: ${stderr.trim() || stdout.trim().slice(0, 200) || "it said nothing"}`,
  );
