import type { SlurmFacts } from "@berth/api";
import { shellQuote, shellWords } from "@berth/std/shell-quote";
import { shellPath } from "../cluster/remote-path.ts";
import { silencePattern } from "../slurm/slurm-trouble.ts";
import { slurmTime } from "../slurm/wall-time.ts";

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

/** What an errand is found by. */
export type ErrandPlace = Pick<Errand, "id" | "homeId" | "home">;

/** Bytes of the output that one look brings. */
const lookBytes = 256 * 1024;

/** Slurm's commands mostly give up by themselves after 10 s; without munge they try for minutes. */
const patienceSeconds = 20;
/** Without munge it would try for minutes. */
const submitSeconds = 150;
/** From its first file to sbatch. */
const writeSeconds = 30;

/** Exit codes of `findScript` and `submitScript`, beside 0. */
export const errandExits = {
  disk: 73,
  scheduler: 75,
  refused: 76,
  noSlurm: 77,
  submitting: 78,
  away: 79,
  late: 80,
} as const;

/**
 * Prints `job` and the Slurm job's id, or `none`. One that goes on already is found by its name, whoever submitted it and
 * whether or not that was written down; one that has ended and was told to nobody is found by its directory. A job that
 * Slurm is still clearing up after is none, unless it has begun this very errand. Each call of the scheduler stands as
 * `asked` in the output.
 */
export function findScript(errand: ErrandPlace): string {
  return [
    "set -u",
    `d=${dirOf(errand)}`,
    'told() { echo "job $1"; exit 0; }',
    // what lies there may come back with its file system
    `[ -d ${shellPath(errand.home)} ] || exit ${errandExits.away}`,
    '[ ! -e "$d/exit" ] || told "$(cat "$d/job")"',
    `command -v squeue >/dev/null 2>&1 || { echo "squeue: not found" >&2; [ -d "$d" ] && exit ${errandExits.scheduler}; exit ${errandExits.noSlurm}; }`,
    'echo "asked squeue"',
    `rows=$(timeout ${patienceSeconds} squeue -a -h -u "$(id -un)" -n ${shellQuote(nameOf(errand))} -o '%A %T') || exit ${errandExits.scheduler}`,
    '[ -s "$d/job" ] || rows=$(echo "$rows" | grep -v " COMPLETING$")',
    'j=$(echo "$rows" | sed -n "1s/ .*//p")',
    '[ -z "$j" ] || told "$j"',
    '[ ! -s "$d/job" ] || told "$(cat "$d/job")"',
    isBeingSubmitted,
    "echo none",
  ].join("\n");
}

/** Whoever submits it may be a server that was killed meanwhile, and what that has begun there goes on for a while. */
const isBeingSubmitted = [
  `s=$(sed 's/[^0-9].*//;q' "$d/submitting" 2>/dev/null)`,
  `[ -z "$s" ] || [ $(($(date +%s) - s)) -gt ${writeSeconds + submitSeconds + patienceSeconds} ] || exit ${errandExits.submitting}`,
].join("\n");

/**
 * Submits the errand, with what the script reads as its input, and prints `job` and the Slurm job's id. `findScript` must have
 * found none. A submission that was held up for long gives way to whoever came after it.
 */
export function submitScript(errand: Errand, inputBytes: number): string {
  const { setup } = errand.site;
  const jobScript = [
    // a set-up line wants a login shell, in which `module` is there; a login may also take from PATH what ssh gave
    ...(setup === undefined ? ["#!/bin/sh"] : ["#!/bin/bash -l", "true # The profile's setup:", setup]),
    "set +eu; umask 077; unset NODE_OPTIONS",
    `cd ${dirOf(errand)} || exit 1`,
    // what stood in the file is in nobody's reach while the work goes on; of two jobs of the name one gets it, the other ends
    'mv input "input.$SLURM_JOB_ID" && exec <"input.$SLURM_JOB_ID" || exit 1',
    'rm -f "input.$SLURM_JOB_ID"',
    // from here on it has begun: should it vanish, it is not simply begun anew
    'echo "$SLURM_JOB_ID" >job || exit 1',
    `${assignments(errand.env ?? {})}${shellWords(errand.argv)} >output 2>errors`,
    "code=$?",
    `printf '%s\\n' "$code" >exit.new && mv exit.new exit`,
    'exit "$code"',
    "",
  ].join("\n");
  return [
    "set -u; umask 077",
    `d=${dirOf(errand)}`,
    'stamp="$(date +%s) $$"',
    'ours() { [ "$(cat "$d/submitting" 2>/dev/null)" = "$stamp" ]; }',
    `{ rm -rf "$d" && mkdir -p "$d" && echo "$stamp" >"$d/submitting"; } || { rm -rf "$d"; exit ${errandExits.disk}; }`,
    `{ cat >"$d/input" && printf %s ${shellQuote(jobScript)} >"$d/script"; } || { ours && rm -rf "$d"; exit ${errandExits.disk}; }`,
    // half of the input must not become half an errand
    `[ "$(wc -c <"$d/input")" -eq ${inputBytes} ] || { ours && rm -rf "$d"; exit ${errandExits.late}; }`,
    `ours && [ $(($(date +%s) - \${stamp% *})) -le ${writeSeconds} ] || exit ${errandExits.late}`,
    'echo "asked sbatch"',
    `j=$(timeout ${submitSeconds} sbatch --parsable ${shellWords(sbatchWords(errand))} --output="$(printf %s "$d/slurm.log" | sed s/%/%%/g)" "$d/script" 2>"$d/.sbatch"); c=$?`,
    `[ $c = 0 ] || [ -e "$d/.sbatch" ] || { ours && rm -rf "$d"; exit ${errandExits.disk}; }`,
    'cat "$d/.sbatch" >&2 2>/dev/null',
    // it was given up, or killed: it may have been heard
    `[ $c != 124 ] && [ $c -le 128 ] || exit ${errandExits.scheduler}`,
    `if [ $c != 0 ] && grep -Eqi ${shellQuote(silencePattern)} "$d/.sbatch"; then`,
    // what was never connected to has heard nothing
    '  ! grep -qi "connect failure" "$d/.sbatch" || rm -f "$d/submitting"',
    `  exit ${errandExits.scheduler}`,
    "fi",
    'rm -f "$d/submitting" "$d/.sbatch"',
    `[ $c = 0 ] || exit ${errandExits.refused}`,
    'echo "job $j"',
  ].join("\n");
}

/** Prints `exit=` and `errors=`, each a line, and the output from the byte on in base64. */
export function lookScript(errand: ErrandPlace, offset: number): string {
  return [
    `cd ${dirOf(errand)} 2>/dev/null || { x=away; [ ! -d ${shellPath(errand.home)} ] || x=gone; printf 'exit=%s\\nerrors=\\n' "$x"; exit 0; }`,
    // read before the output: once there is an exit, the output is whole
    "x=; [ ! -e exit ] || x=$(cat exit)",
    "e=; [ ! -e errors ] || e=$(tail -c 4096 errors | base64 | tr -d '\\n')",
    `printf 'exit=%s\\nerrors=%s\\n' "$x" "$e"`,
    `[ ! -e output ] || tail -c +${offset + 1} output | head -c ${lookBytes} | base64`,
  ].join("\n");
}

/** Prints a line for each errand of the home that has a Slurm job: its id, state, reason and name. */
export function queueScript(homeId: string): string {
  return [
    `said=$(timeout ${patienceSeconds} squeue -a -h -u "$(id -un)" -o '%A|%T|%r|%j') || exit 1`,
    `printf '%s\\n' "$said" | grep -F ${shellQuote(`|${nameOf({ homeId, id: "" })}`)} || true`,
  ].join("\n");
}

/** Cancels the errand's Slurm job, if there is one, and removes what it left. Its exit codes are `findScript`'s. */
export function endScript(errand: ErrandPlace): string {
  return [
    `d=${dirOf(errand)}`,
    `timeout ${patienceSeconds} scancel -u "$(id -un)" -n ${shellQuote(nameOf(errand))} || { c=$?; [ $c = 124 ] && exit ${errandExits.scheduler}; exit $c; }`,
    isBeingSubmitted,
    forgetScript(errand),
  ].join("\n");
}

/** Removes what an errand left whose outcome has been told: the next order of the same begins anew. */
export const forgetScript = (errand: ErrandPlace): string => `rm -rf ${dirOf(errand)}`;

/**
 * Prints how the errand's jobs of the last submission ended, where the cluster keeps accounts, and the job's own last words:
 * `row ID|STATE|EXIT` and `log TEXT`.
 */
export function explainScript(errand: ErrandPlace): string {
  return [
    `cd ${dirOf(errand)} 2>/dev/null`,
    // ids are used again, names for the same errand too: what was submitted before counts for nothing
    `since=$(stat -c %Y script 2>/dev/null || echo $(($(date +%s) - ${daySeconds})))`,
    `from=$(date -d "@$((since - ${clockSlackSeconds}))" +%Y-%m-%dT%H:%M:%S)`,
    `timeout ${patienceSeconds} sacct -n -X -P -u "$(id -un)" -S "$from" --name=${shellQuote(nameOf(errand))} -o JobIDRaw,State,ExitCode | sed 's/^/row /'`,
    "[ ! -e slurm.log ] || tail -n 5 slurm.log | sed 's/^/log /'",
  ].join("\n");
}

/** The file server's clock and the scheduler's may differ. */
const clockSlackSeconds = 600;
const daySeconds = 86_400;

export const nameOf = ({ homeId, id }: Pick<Errand, "id" | "homeId">): string => `berth-${homeId}-${id}`;

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

const dirOf = ({ home, id }: ErrandPlace): string => shellPath(`${home}/errands/${id}`);

const assignments = (env: Readonly<Record<string, string>>): string =>
  Object.entries(env)
    .map(([name, value]) => `${name}=${shellQuote(value)} `)
    .join("");
