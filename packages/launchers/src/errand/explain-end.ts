import { BerthError } from "@berth/api";
import type { SchedulerMeter } from "../cluster/index.ts";
import type { RemoteHost } from "../remote/remote-host.ts";
import { type ErrandPlace, explainScript } from "./errand-scripts.ts";
import { runUntilAnswered } from "./until-answered.ts";

/** Why the Slurm job is gone though its command never said that it ended. Throws as RemoteHost does. */
export async function explainEnd(
  errand: ErrandPlace,
  slurmJobId: string,
  errors: string,
  { host, meter }: { readonly host: Pick<RemoteHost, "run">; readonly meter: SchedulerMeter },
  signal: AbortSignal,
): Promise<BerthError> {
  // once for each errand that ends so
  meter.record();
  const { stdout } = await runUntilAnswered(host, { script: explainScript(errand) }, signal);
  const { state, log } = readEnd(stdout, slurmJobId);
  const words = (errors.trim() || log).split("\n").slice(-5).join("\n");
  return new BerthError(
    "upstream_failed",
    [
      `Slurm job ${slurmJobId} ended before its work did${state === undefined ? "" : ` (${state})`}`,
      ...(words === "" ? [] : [words]),
    ].join(": "),
    { details: { slurmJobId, errand: errand.id } },
  );
}

/** `row ID|STATE|EXIT` of accounting, and `log TEXT` of what Slurm wrote into the job's log. */
export function readEnd(
  text: string,
  slurmJobId: string,
): { readonly state: string | undefined; readonly log: string } {
  const lines = text.split("\n");
  const starting = (word: string): string[] =>
    lines.flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []));
  const rows = starting("row").map((row) => row.split("|"));
  const state = rows.findLast(([id]) => id === slurmJobId)?.[1];
  return { state: state === "" ? undefined : state, log: starting("log").join("\n").trim() };
}
