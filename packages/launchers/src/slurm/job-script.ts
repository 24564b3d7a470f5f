import { launchMarkName, launchMarkOf } from "@berth/api";
import { shellQuote } from "@berth/std/shell-quote";
import { shellPath } from "../cluster/remote-path.ts";
import { sbatchLine } from "./sbatch-lines.ts";

export interface JobScript {
  /** As `sbatchOptions` gives them. */
  readonly options: readonly string[];
  /** The profile's own line of shell. */
  readonly setup: string | undefined;
  readonly homeId: string;
  readonly launchId: string;
  /** The profile's home on the cluster. */
  readonly home: string;
  /** Absolute, or below the home. */
  readonly nodePath: string;
  /** Below the home. */
  readonly runnerPath: string;
}

/** Files that the job script leaves in the launch directory, in one directory for each time the job began: `r0`, `r1`. */
export const runFiles = {
  /** How many bytes were in `job.log` when this run began, since Slurm adds to it, and when its runner did. */
  printed: "printed",
  /** Job, node, when it began and when it will be ended, in seconds by the node's clock; `-` for what is not known. */
  started: "started",
  /** When it was told to end. */
  term: "term",
  /** The runner's exit code, and when it ended: nothing of the launch is left on the node. */
  end: "end",
} as const;

/**
 * The script that sbatch is given. It holds no value that is not checked or quoted, no secret, and starts the runner in
 * a directory of its own for each time that the scheduler starts it, so that a copy on a node that was given up for dead
 * never meets the one that took its place.
 */
export function jobScript(script: JobScript): string {
  const { setup, launchId } = script;
  return [
    // a login shell, in which `module` and what the user's own login does are there
    "#!/bin/bash -l",
    ...script.options.map(sbatchLine),
    "",
    // a command, after which sbatch reads no options: a set-up line that looks like one must not win over ours
    `berth_printed() { echo "$(($(wc -c 2>/dev/null <"$SLURM_SUBMIT_DIR/job.log")))"; }`,
    `berth_before="$(berth_printed)"`,
    ...(setup === undefined ? [] : ["# The profile's setup:", setup, setupCheck]),
    "",
    `berth_home=${shellPath(script.home)}`,
    `berth_launch=${shellQuote(launchId)}`,
    `berth_mark=${shellQuote(launchMarkOf(script))}`,
    `berth_node=${inHome(script.nodePath)}`,
    `berth_runner=${inHome(script.runnerPath)}`,
    body,
  ].join("\n");
}

function inHome(path: string): string {
  return path.startsWith("/") || path.startsWith("~") ? shellPath(path) : `"$berth_home"/${shellQuote(path)}`;
}

const setupCheck = String.raw`berth_code=$?
[ "$berth_code" = 0 ] || echo "the profile's setup ended with code $berth_code"`;

/** Always the same. */
const body = String.raw`
set +eu
umask 077
unset NODE_OPTIONS
cd "$SLURM_SUBMIT_DIR" || exit 78
[ ! -e stop ] || exit 0
berth_run="r$SLURM_RESTART_COUNT"
[ "$berth_run" != r ] || berth_run=r0
# nobody else makes it: of two copies of the job only one goes on
mkdir "$berth_run" && mkdir "$berth_run/$berth_launch" || exit 75
for berth_file in spec.json secret; do
  ln "$berth_file" "$berth_run/$berth_launch/" 2>/dev/null || cp "$berth_file" "$berth_run/$berth_launch/" || exit 75
done
berth_tell() { printf '%s\n' "$2" >"$berth_run/.$1" && mv "$berth_run/.$1" "$berth_run/$1"; }
berth_tell ${runFiles.printed} "$berth_before $(berth_printed)"

berth_ends="$SLURM_JOB_END_TIME"
[ -n "$berth_ends" ] || berth_ends="$(SLURM_TIME_FORMAT=%s timeout 10 squeue -h -j "$SLURM_JOB_ID" -o %e 2>/dev/null)"
case "$berth_ends" in ''|*[!0-9]*) berth_ends=- ;; *) export BERTH_JOB_ENDS_AT="$berth_ends" ;; esac
berth_tell ${runFiles.started} "$SLURM_JOB_ID $SLURMD_NODENAME $(date +%s) $berth_ends"

berth_pid=
berth_warned=
berth_on_term() {
  berth_warned=1
  [ -e "$berth_run/${runFiles.term}" ] || berth_tell ${runFiles.term} "$(date +%s)"
  [ -z "$berth_pid" ] || kill -TERM "$berth_pid" 2>/dev/null
}
trap berth_on_term TERM
[ -e stop ] && berth_on_term

BERTH_ENGINES_DIR="$berth_home/engines" ${launchMarkName}="$berth_mark" \
  "$berth_node" "$berth_runner" --dir "$PWD/$berth_run/$berth_launch" </dev/null &
berth_pid=$!
[ -z "$berth_warned" ] || kill -TERM "$berth_pid" 2>/dev/null
# a signal ends the waiting, not the runner
while :; do
  berth_warned=
  wait "$berth_pid"
  berth_code=$?
  [ -n "$berth_warned" ] || break
done

# a runner that was killed may leave an engine
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  berth_left="$(grep -lzx "${launchMarkName}=$berth_mark" /proc/[0-9]*/environ 2>/dev/null | cut -d / -f 3)"
  [ -n "$berth_left" ] || break
  kill -KILL $berth_left 2>/dev/null
  sleep 0.1
done
berth_socket="$(sed -n 's/.*"socketDir":"\([^"]*\)".*/\1/p' "$berth_run/$berth_launch/state.json" 2>/dev/null)"
case "$berth_socket" in */berth-*) rm -rf "$berth_socket" ;; esac
berth_tell ${runFiles.end} "$berth_code $(date +%s)"
exit "$berth_code"
`;
