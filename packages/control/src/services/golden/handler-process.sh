#!/bin/bash -l
#SBATCH --job-name=berth:home:SERVICE-ID-1
#SBATCH --comment=berth:home:SERVICE-ID-1
#SBATCH --output=job.log
#SBATCH --open-mode=append
#SBATCH --requeue
#SBATCH --signal=B:TERM@25
#SBATCH --nodes=1

berth_printed() { echo "$(($(wc -c 2>/dev/null <"$SLURM_SUBMIT_DIR/job.log")))"; }
berth_before="$(berth_printed)"

berth_home=/scratch/me/berth
berth_launch=SERVICE-ID-1
berth_mark=home/SERVICE-ID-1
berth_node="$berth_home"/'runtime/node-<hash>/bin/node'
berth_runner="$berth_home"/'runtime/runner-<hash>/runner.mjs'

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
berth_tell printed "$berth_before $(berth_printed)"

berth_ends="$SLURM_JOB_END_TIME"
[ -n "$berth_ends" ] || berth_ends="$(SLURM_TIME_FORMAT=%s timeout 10 squeue -h -j "$SLURM_JOB_ID" -o %e 2>/dev/null)"
case "$berth_ends" in ''|*[!0-9]*) berth_ends=- ;; *) export BERTH_JOB_ENDS_AT="$berth_ends" ;; esac
berth_tell started "$SLURM_JOB_ID $SLURMD_NODENAME $(date +%s) $berth_ends"

berth_pid=
berth_warned=
berth_on_term() {
  berth_warned=1
  [ -e "$berth_run/term" ] || berth_tell term "$(date +%s)"
  [ -z "$berth_pid" ] || kill -TERM "$berth_pid" 2>/dev/null
}
trap berth_on_term TERM
[ -e stop ] && berth_on_term

BERTH_ENGINES_DIR="$berth_home/engines" BERTH_LAUNCH="$berth_mark" \
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
  berth_left="$(grep -lzx "BERTH_LAUNCH=$berth_mark" /proc/[0-9]*/environ 2>/dev/null | cut -d / -f 3)"
  [ -n "$berth_left" ] || break
  kill -KILL $berth_left 2>/dev/null
  sleep 0.1
done
berth_socket="$(sed -n 's/.*"socketDir":"\([^"]*\)".*/\1/p' "$berth_run/$berth_launch/state.json" 2>/dev/null)"
case "$berth_socket" in */berth-*) rm -rf "$berth_socket" ;; esac
berth_tell end "$berth_code $(date +%s)"
exit "$berth_code"

# engine handler
# memory need unknown
# name golden, port 8080
# listens: {"kind":"socket"}
# the runner is handler: {"handler":{"language":"typescript","source":{"kind":"text","name":"app.ts","text":"it's $(mine)"},"requirements":["sharp"]}}
