import { runFiles } from "./job-script.ts";
import type { LaunchPlace } from "./launch-place.ts";
import { shellQuote } from "@berth/std/shell-quote";
import { shellPath } from "../cluster/remote-path.ts";

export interface LogScript {
  readonly place: LaunchPlace;
  readonly launchId: string;
  /** Last lines to begin with; all when absent. */
  readonly tailLines: number | undefined;
  readonly follows: boolean;
}

/**
 * Prints what the launch's last run printed, the job before its runner began, the engine out of both its files, and the
 * job after that; and with `follows` what is added to any of them, over rotations and new runs, until a line comes through
 * standard input (then all that is there is still printed), or standard input ends.
 */
export function logScript({ place, launchId, tailLines, follows }: LogScript): string {
  const tail = tailLines === undefined ? "cat" : `tail -n ${tailLines}`;
  return `
cd ${shellPath(place.dir)} 2>/dev/null || exit 0
id=${shellQuote(launchId)}
runs() { ls -d r[0-9]* 2>/dev/null | sort -k1.2nr; }
newest() { for run in $(runs); do [ -e "$run/$id/engine.log" ] && { echo "$run"; return; }; done; }
inode() { ls -i "$1" 2>/dev/null | { read -r number name; echo "$number"; }; }
size() { wc -c 2>/dev/null <"$1" || echo 0; }
part() { [ "$3" -le "$2" ] || tail -c "+$(($2 + 1))" "$1" | head -c "$(($3 - $2))"; }
# each signal that asks for an end leaves such a line, also the mere warning before it; an end has its reason elsewhere
job() { part job.log "$1" "$2" | sed -E '/^slurmstepd[^ ]*: error: \\*\\*\\* (JOB|STEP) .* CANCELLED AT [^ ]* \\*\\*\\*$/d'; }

${follows ? watchInput : ""}
run=$(newest)
logs=
known=
at=0
if [ -n "$run" ]; then
  logs=$run/$id
  known=$(inode "$logs/engine.log")
  at=$(size "$logs/engine.log")
fi
job_at=$(size job.log)
before=0
begun=
[ -n "$run" ] || run=$(runs | head -n 1)
[ ! -s "$run/${runFiles.printed}" ] || read -r before begun <"$run/${runFiles.printed}"
[ "\${begun:-$job_at}" -lt "$job_at" ] || begun=$job_at
{
  job "$before" "$begun"
  [ -z "$logs" ] || { cat "$logs/engine.log.1" 2>/dev/null; head -c "$at" "$logs/engine.log"; }
  job "$begun" "$job_at"
} | ${tail}
${follows ? followLoop : ""}
`;
}

/** In the background standard input is closed, so it is kept open as another. */
const watchInput = `
over=
trap 'over=1' USR1
exec 3<&0
( if read -r word <&3; then kill -USR1 $$; else kill -TERM $$; fi ) 2>/dev/null &
watcher=$!
trap 'kill $watcher 2>/dev/null' EXIT
`;

const followLoop = `
while :; do
  # asked before looking: what was written until the end is printed
  last=$over
  now=$(newest)
  if [ -n "$now" ]; then
    if [ "$now/$id" != "$logs" ]; then logs=$now/$id; known=; at=0; fi
    current=$(inode "$logs/engine.log")
    if [ -n "$known" ] && [ "$current" != "$known" ]; then
      # it has become the earlier one
      [ "$(inode "$logs/engine.log.1")" != "$known" ] || tail -c +$((at + 1)) "$logs/engine.log.1"
      at=0
    fi
    known=$current
    grown=$(size "$logs/engine.log")
    if [ "$grown" -gt "$at" ]; then
      tail -c +$((at + 1)) "$logs/engine.log" | head -c $((grown - at))
      at=$grown
    fi
  fi
  grown=$(size job.log)
  job "$job_at" "$grown"
  job_at=$grown
  [ -z "$last" ] || exit 0
  sleep 0.5
done
`;
