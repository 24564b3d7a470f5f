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
 * Prints the engine's log out of both its files, and with `follows` what is added to it, over rotations and new runs,
 * until a line comes through standard input (then all that is there is still printed), or standard input ends. Where no
 * engine ever wrote, the job's own output is printed instead.
 */
export function logScript({ place, launchId, tailLines, follows }: LogScript): string {
  const tail = tailLines === undefined ? "cat" : `tail -n ${tailLines}`;
  return `
cd ${shellPath(place.dir)} 2>/dev/null || exit 0
id=${shellQuote(launchId)}
newest() { for run in $(ls -d r[0-9]* 2>/dev/null | sort -k1.2nr); do [ -e "$run/$id/engine.log" ] && { echo "$run/$id"; return; }; done; }
inode() { ls -i "$1" 2>/dev/null | { read -r number name; echo "$number"; }; }
size() { wc -c <"$1" 2>/dev/null || echo 0; }

${follows ? watchInput : ""}
logs=$(newest)
known=
at=0
if [ -n "$logs" ]; then
  known=$(inode "$logs/engine.log")
  at=$(size "$logs/engine.log")
  { cat "$logs/engine.log.1" 2>/dev/null; head -c "$at" "$logs/engine.log"; } | ${tail}
elif ${follows ? "false" : "true"}; then
  [ ! -s job.log ] || ${tail} <job.log
fi
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
    if [ "$now" != "$logs" ]; then logs=$now; known=; at=0; fi
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
  elif [ -n "$last" ] && [ -s job.log ]; then
    cat job.log
  fi
  [ -z "$last" ] || exit 0
  sleep 0.5
done
`;
