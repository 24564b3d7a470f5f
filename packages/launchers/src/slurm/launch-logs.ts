import type { RemoteCommand } from "../remote/remote-host.ts";
import { runFiles } from "./job-script.ts";
import type { LaunchLogs } from "./knowledge.ts";
import { expandHome } from "./shell-parts.ts";

const tailLines = 40;
const tailBytes = 16_384;

export interface EndedLaunch {
  readonly launchId: string;
  /** `~` in it is the user's home on the cluster. */
  readonly dir: string;
  /** How often its job had been put back into the queue. */
  readonly requeues: number;
}

/** The last lines that launches printed since their jobs last began, for `readLogs`. */
export function logsCommand(launches: readonly EndedLaunch[]): RemoteCommand {
  const script = `
${expandHome}
tell() { tail -c ${tailBytes} | tail -n ${tailLines} | sed "s/^/$1 /"; }
while IFS="$tab" read -r id dir requeues; do
  printf 'launch %s\\n' "$id"
  expand "$dir"
  cd "$path" 2>/dev/null || continue
  run=r$requeues
  # of a run that never came to its own directory, nothing tells where its lines begin
  [ -d "$run" ] || [ "$requeues" = 0 ] || continue
  printed=0
  [ ! -s "$run/${runFiles.printed}" ] || read -r printed rest <"$run/${runFiles.printed}"
  tail -c "+$((printed + 1))" job.log 2>/dev/null | tell job
  cat "$run/$id/engine.log.1" "$run/$id/engine.log" 2>/dev/null | tell engine
done`;
  const input = launches.map(({ launchId, dir, requeues }) => `${launchId}\t${dir}\t${requeues}\n`);
  return { script, stdin: input.join("") };
}

/** By launch id. */
export function readLogs(stdout: string): ReadonlyMap<string, LaunchLogs> {
  const logs = new Map<string, { job: string[]; engine: string[] }>();
  let current: { job: string[]; engine: string[] } | undefined;
  for (const line of stdout.split("\n")) {
    const [, key, text = ""] = /^(launch|job|engine) (.*)$/s.exec(line) ?? [];
    if (key === "launch") logs.set(text, (current = { job: [], engine: [] }));
    else if (key === "job" || key === "engine") current?.[key].push(text);
  }
  return logs;
}
