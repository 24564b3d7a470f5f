import type { RemoteCommand } from "../remote/remote-host.ts";
import { shellQuote } from "@berth/std/shell-quote";
import type { LaunchPlace } from "./launch-place.ts";
import { launchRecordFiles } from "./look-script.ts";
import { runFiles } from "./job-script.ts";
import { expandHome, takeLock } from "./shell-parts.ts";

/** Exit codes of the script, beside 0: surely gone. */
export const stopExits = { scheduler: 75, alive: 74, closed: 73 } as const;

/** From the order to kill to the end of what Slurm does about it. */
const killSeconds = 120;

const { stop, gone, submitting } = launchRecordFiles;

/**
 * Stops the launch's job, in one script: notes the wish where launch and job look for it, tells the job script to end,
 * waits for it as long as grace allows, has Slurm kill what is left, and waits until that is gone. Jobs are found by
 * their name alone: ids are used again. Scheduler calls stand as `asked` in its output.
 */
export function stopCommand({ dir, jobName }: LaunchPlace, graceMs: number): RemoteCommand {
  const graceTenths = Math.ceil(graceMs / 100);
  const script = `
umask 077
${expandHome}
IFS="$tab" read -r dir
expand "$dir"
name=${shellQuote(jobName)}
me=$(id -u)
there=
if cd "$path" 2>/dev/null; then
  there=1
  # a launch that is just being submitted is waited for, or finds the wish
  ${takeLock}
  [ -e ${stop} ] || date +%s >${stop}
  [ ! -e ${gone} ] || exit 0
else
  said=$(ls -d "$path" 2>&1 >/dev/null)
  case $said in *"No such file"*) ;; *) printf '%s\\n' "$said" >&2; exit ${stopExits.closed} ;; esac
fi
run() { ls -d r[0-9]* 2>/dev/null | sort -k1.2n | tail -n 1; }
is_over() {
  [ -n "$there" ] || return 1
  newest=$(run)
  [ -n "$newest" ] && [ -e "$newest/${runFiles.end}" ]
}
# sets live to the ids of what has not ended, and states to their states
look() {
  echo "asked squeue"
  found=$(squeue -a -h -u "$me" --name="$name" -t all -o '%A %T' 2>&1 9>&-) || {
    # what the job script wrote at its end needs no scheduler
    if is_over; then live=; return; fi
    printf '%s\\n' "$found" >&2
    exit ${stopExits.scheduler}
  }
  live=$(printf '%s\\n' "$found" | while read -r id state; do
    case $state in
      ''|BOOT_FAIL|CANCELLED|COMPLETED|DEADLINE|FAILED|NODE_FAIL|OUT_OF_MEMORY|PREEMPTED|REVOKED|TIMEOUT) ;;
      *) echo "$id:$state" ;;
    esac
  done)
}
done_now() {
  if [ -n "$there" ]; then true >${gone}; rm -f ${submitting}; fi
  exit 0
}
# each by its id, which was found by the name just now
order() {
  echo "asked scancel"
  for job in $live; do
    said=$(scancel "$@" --name="$name" "\${job%%:*}" 2>&1 9>&-) || refused=$said
  done
}

look
[ -n "$live" ] || done_now
running=
for job in $live; do case \${job#*:} in RUNNING|SUSPENDED|COMPLETING|SIGNALING|STOPPED) running=1 ;; esac; done

if [ -n "$running" ] && [ ${graceTenths} -gt 0 ]; then
  newest=$(run)
  # told already, by a server that was killed since: told twice it would not let its requests end
  [ -n "$newest" ] && [ -e "$newest/${runFiles.term}" ] || order --batch --signal=TERM
  tenths=0
  while [ "$tenths" -lt ${graceTenths} ] && ! is_over; do
    sleep 0.1
    tenths=$((tenths + 1))
  done
fi

if ! is_over; then
  # the job script dies at once, and Slurm kills all that it leaves; of its own accord it would give everything a grace
  if [ -n "$running" ]; then order --batch --signal=KILL; else order; fi
  waited=0
  pause=1
  while :; do
    sleep "$pause"
    waited=$((waited + pause))
    look
    [ -n "$live" ] || break
    if [ "$waited" -ge ${killSeconds} ]; then
      printf '%s: still there %s s after scancel: %s %s\n' "$name" "$waited" "$live" "$refused" >&2
      exit ${stopExits.alive}
    fi
    case $live in *:COMPLETING*) ;; *) order ;; esac
    [ "$pause" -ge 16 ] || pause=$((pause * 2))
  done
fi
done_now
`;
  return { script, stdin: `${dir}\n`, timeoutMs: graceMs + (killSeconds + 90) * 1000, lane: "stop" };
}
