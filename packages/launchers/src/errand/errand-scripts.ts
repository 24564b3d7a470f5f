import type { SlurmFacts } from "@berth/api";
import { shellQuote, shellWords } from "@berth/std/shell-quote";
import { shellPath } from "../cluster/remote-path.ts";

/** A command that runs once, to its end, as a Slurm job; named by its id for ever. */
export interface Errand {
  readonly id: string;
  /** Of the server's home: two homes' errands on one cluster are never taken for each other. */
  readonly homeId: string;
  /** The profile's home on the cluster. */
  readonly home: string;
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly memoryMiB: number;
  /** The site's defaults. */
  readonly site: SlurmFacts;
}

/** Bytes of the output that one look brings. */
const lookBytes = 256 * 1024;

/**
 * Submits the errand, with what the script reads as its input, and prints the Slurm job's id. One that goes on already is
 * found by its name, whoever submitted it and whether or not that was written down; one that has ended makes room.
 */
export function startScript(errand: Errand): string {
  const jobScript = [
    "#!/bin/sh",
    "umask 077",
    `cd ${dirOf(errand)} || exit 1`,
    ...(errand.site.setup === undefined ? [] : [errand.site.setup]),
    // what stood in the file is in nobody's reach while the work goes on
    "exec <input && rm -f input",
    `${assignments(errand.env ?? {})}${shellWords(errand.argv)} >output 2>errors`,
    "code=$?",
    `printf '%s\\n' "$code" >exit.new && mv exit.new exit`,
    'exit "$code"',
    "",
  ].join("\n");
  return [
    "set -eu; umask 077",
    `d=${dirOf(errand)}`,
    `j=$(${squeue(errand)} -o %A)`,
    'if [ -n "$j" ] && [ ! -e "$d/exit" ]; then cat >/dev/null; echo "$j" | head -n 1; exit 0; fi',
    'rm -rf "$d"; mkdir -p "$d"; cat >"$d/input"',
    `printf %s ${shellQuote(jobScript)} >"$d/script"`,
    `sbatch --parsable ${shellWords(sbatchWords(errand))} --output="$(printf %s "$d/slurm.log" | sed s/%/%%/g)" "$d/script"`,
  ].join("\n");
}

/** Prints `exit=`, `state=` and `errors=`, each a line, and the output from the byte on in base64. Asks the scheduler only if told to. */
export function lookScript(errand: Errand, offset: number, asksScheduler: boolean): string {
  return [
    `cd ${dirOf(errand)} 2>/dev/null || { printf 'exit=gone\\nstate=\\nerrors=\\n'; exit 0; }`,
    // read before the output: once there is an exit, the output is whole
    "x=; [ ! -e exit ] || x=$(cat exit)",
    asksScheduler
      ? `if s=$(${squeue(errand)} -o '%A %T %r'); then s=$(printf '%s\\n' "$s" | head -n 1); [ -n "$s" ] || s=none; else s=unknown; fi`
      : "s=",
    "e=; [ ! -e errors ] || e=$(tail -c 4096 errors | base64 | tr -d '\\n')",
    `printf 'exit=%s\\nstate=%s\\nerrors=%s\\n' "$x" "$s" "$e"`,
    `[ ! -e output ] || tail -c +${offset + 1} output | head -c ${lookBytes} | base64`,
  ].join("\n");
}

/** Cancels the errand's Slurm job, if there is one, and removes what it left. */
export function endScript(errand: Pick<Errand, "id" | "homeId" | "home">): string {
  return `set -e\nscancel -u "$(id -un)" -n ${shellQuote(nameOf(errand))}\nrm -rf ${dirOf(errand)}`;
}

/** Says how the job ended, where the cluster keeps accounts. */
export const explainScript = (slurmJobId: string): string =>
  `sacct -n -X -P -j ${shellQuote(slurmJobId)} -o state,exitcode | head -n 1`;

const nameOf = ({ homeId, id }: Pick<Errand, "id" | "homeId">): string => `berth-${homeId}-${id}`;

const squeue = (errand: Errand): string => `squeue -h -u "$(id -un)" -n ${shellQuote(nameOf(errand))}`;

function sbatchWords({ site, memoryMiB, ...errand }: Errand): string[] {
  const { partition, account, qos, constraint, time } = site;
  return [
    `--job-name=${nameOf(errand)}`,
    `--comment=berth:${errand.homeId}:${errand.id}`,
    "--nodes=1",
    "--ntasks=1",
    `--mem=${memoryMiB}M`,
    ...(partition === undefined ? [] : [`--partition=${partition}`]),
    ...(account === undefined ? [] : [`--account=${account}`]),
    ...(qos === undefined ? [] : [`--qos=${qos}`]),
    ...(constraint === undefined ? [] : [`--constraint=${constraint}`]),
    ...(time === undefined ? [] : [`--time=${slurmTime(time)}`]),
  ];
}

/** Our `45m`, `2h`, `1d` in minutes; Slurm's own forms as they are. */
function slurmTime(time: string): string {
  const match = /^(\d+)([mhd])$/.exec(time);
  if (match === null) return time;
  return String(Number(match[1]) * { m: 1, h: 60, d: 1440 }[match[2] as "m" | "h" | "d"]);
}

const dirOf = ({ home, id }: Pick<Errand, "home" | "id">): string => shellPath(`${home}/errands/${id}`);

const assignments = (env: Readonly<Record<string, string>>): string =>
  Object.entries(env)
    .map(([name, value]) => `${name}=${shellQuote(value)} `)
    .join("");
