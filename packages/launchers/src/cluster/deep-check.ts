import { randomUUID } from "node:crypto";
import type { Check, Cluster, Profile } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import { shellQuote, shellWords } from "@berth/std/shell-quote";
import type { RemoteHost } from "../remote/remote-host.ts";
import { deepPartition, deepScript, greeting } from "./deep-script.ts";
import { readRuntimes } from "./read-runtimes.ts";
import { shellPath } from "./remote-path.ts";
import type { SchedulerMeter } from "./scheduler-meter.ts";
import { tryPort } from "./try-port.ts";
import { failed, fine, warning } from "./verdict.ts";

export interface DeepOptions {
  readonly profile: Profile;
  readonly host: RemoteHost;
  readonly meter: SchedulerMeter;
  readonly clock: Clock;
  readonly hubUrl: string;
  /** What is known of it, to choose a partition. */
  readonly cluster: Cluster | undefined;
  /** How long the Slurm job may wait for its start. */
  readonly waitMs: number;
}

const pollMs = 1_500;
/** What the job itself takes at most, with some grace. */
const runMs = 60_000;
const cleanUpMs = 30_000;
const greetMs = 10_000;

/**
 * Looks from a compute node, by a Slurm job of a minute: whether the internet and the model hub are reached from there,
 * whether the login node reaches ports there, and what wraps engines there. The job is cancelled when it does not start in
 * time, and whatever happens leaves no file behind. Throws when the host cannot be asked any more.
 */
export async function deepCheck(options: DeepOptions, signal: AbortSignal): Promise<readonly Check[]> {
  const { profile, host, meter, hubUrl, cluster } = options;
  const dir = `${profile.home}/doctor-${randomUUID().slice(0, 8)}`;
  meter.record();
  const submitted = await host.run(
    {
      script: submitScript(profile, dir, deepPartition(profile, cluster)),
      stdin: deepScript(profile, hubUrl),
    },
    signal,
  );
  const jobId = /^(\d+)/m.exec(submitted.stdout)?.[1];
  try {
    if (jobId === undefined || submitted.exitCode !== 0) return [refused(submitted.stderr)];
    return await watch(options, { dir, jobId }, signal);
  } finally {
    if (jobId !== undefined) meter.record();
    // also when the caller has gone: nothing of ours stays
    const cancel = jobId === undefined ? "" : `scancel ${jobId}; `;
    await host.run({ script: `${cancel}rm -rf ${shellPath(dir)}` }, AbortSignal.timeout(cleanUpMs));
  }
}

function submitScript(profile: Profile, dir: string, partition: string | undefined): string {
  const { account, qos, constraint } = profile.slurm ?? {};
  const asked = { partition, account, qos, constraint };
  const options = Object.entries(asked).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}=${value}`],
  );
  const fixed = [
    "--parsable",
    "--job-name=berth-doctor",
    "--time=1",
    "--nodes=1",
    "--ntasks=1",
    "--no-requeue",
  ];
  return `umask 077; mkdir -p ${shellPath(dir)} && cd ${shellPath(dir)} && sbatch ${shellWords([...fixed, ...options])} --output="$PWD"/out`;
}

function refused(stderr: string): Check {
  return failed(
    "compute-node",
    `sbatch refused a job of one minute: ${stderr.trim()}`,
    "what it names is missing or wrong: give --partition, --account or --qos with `berth profile update`",
  );
}

interface DoctorJob {
  readonly dir: string;
  readonly jobId: string;
}

async function watch(options: DeepOptions, job: DoctorJob, signal: AbortSignal): Promise<readonly Check[]> {
  const { host, clock, waitMs } = options;
  const submittedMs = clock.monotonic();
  let ports: Check | undefined;
  for (let limitMs = waitMs; ;) {
    const { stdout } = await host.run({ script: `cat ${shellPath(job.dir)}/out 2>/dev/null` }, signal);
    const lines = stdout.split("\n");
    const node = told(lines, "node");
    // it has started: what counts now is how long it runs
    if (node !== undefined) limitMs = waitMs + runMs;
    const port = Number(told(lines, "port"));
    if (node !== undefined && port > 0) ports ??= await portVerdict(host, { host: node, port }, signal);
    if (lines.includes("@done")) return verdicts(node ?? "?", lines, ports);
    if (clock.monotonic() - submittedMs > limitMs) return [await notEnded(options, job, node, signal)];
    await clock.sleep(pollMs, signal);
  }
}

function told(lines: readonly string[], word: string): string | undefined {
  return lines.find((line) => line.startsWith(`@${word} `))?.slice(word.length + 2);
}

async function portVerdict(
  host: RemoteHost,
  target: { readonly host: string; readonly port: number },
  signal: AbortSignal,
): Promise<Check> {
  const { transport, heard } = await tryPort(host, target, { waitMs: greetMs }, signal);
  const way = { direct: "directly", forward: "by SSH forwarding", relay: "by a relay on the login node" }[
    transport
  ];
  return heard === greeting
    ? fine("ports", `a port of ${target.host} is reached ${way}`)
    : failed(
        "ports",
        `port ${target.port} of ${target.host} is not reached ${way}`,
        "a firewall stands between login node and compute nodes: ask the site which ports are open there",
      );
}

function verdicts(node: string, lines: readonly string[], ports: Check | undefined): readonly Check[] {
  const gpus = lines.filter((line) => line.startsWith("@gpu ")).length;
  const { runtimes } = readRuntimes(lines);
  const containers = runtimes.filter((each) => each !== "process");
  const internet = told(lines, "internet");
  return [
    fine("compute-node", `a Slurm job ran on ${node}${gpus > 0 ? `, which shows it ${gpus} GPUs` : ""}`),
    containers.length > 0
      ? fine("compute-runtimes", `on ${node}: containers by ${containers.join(", ")}`)
      : warning(
          "compute-runtimes",
          `on ${node} no container runtime is found`,
          "give --setup 'module load ...' if a module has it; native engines work",
        ),
    internet === "yes"
      ? fine("compute-internet", `${node} reaches the model hub`)
      : warning(
          "compute-internet",
          internet === "no"
            ? `${node} does not reach the model hub`
            : `whether ${node} reaches the model hub is not known`,
          "models are put there beforehand: `berth model add` on the login node, or from this machine",
        ),
    ports ??
      warning(
        "ports",
        `whether ports of ${node} are reached is not known: there is neither python3 nor node to try with`,
        "the first launch shows it",
      ),
  ];
}

async function notEnded(
  { host, meter, waitMs }: DeepOptions,
  { jobId }: DoctorJob,
  node: string | undefined,
  signal: AbortSignal,
): Promise<Check> {
  if (node !== undefined)
    return warning(
      "compute-node",
      `Slurm job ${jobId} ran on ${node} but did not end`,
      "look at the node, or try again",
    );
  meter.record();
  const { stdout } = await host.run(
    { script: `squeue -h -j ${shellQuote(jobId)} -o '%T (%r)' 2>&1` },
    signal,
  );
  const state = stdout.trim();
  const seconds = Math.round(waitMs / 1000);
  return warning(
    "compute-node",
    state === ""
      ? `Slurm job ${jobId} left no output within ${seconds} s; is the home seen from compute nodes?`
      : `a Slurm job did not start within ${seconds} s, and was cancelled: ${state}`,
    "try again when the cluster is less busy, or name a partition with free nodes (`berth profile cluster`)",
  );
}
