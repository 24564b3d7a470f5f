import type { RemoteCommand } from "../remote/remote-host.ts";
import type { LaunchDirectory } from "./look-script.ts";
import { expandHome } from "./shell-parts.ts";
import type { LaunchLogs } from "./knowledge.ts";

const tailLines = 40;
const tailBytes = 16_384;

/** The last lines of launches that have ended, for `readLogs`. */
export function logsCommand(launches: readonly LaunchDirectory[]): RemoteCommand {
  const script = `
${expandHome}
tell() { tail -c ${tailBytes} | tail -n ${tailLines} | sed "s/^/$1 /"; }
while IFS="$tab" read -r id dir; do
  printf 'launch %s\\n' "$id"
  expand "$dir"
  cd "$path" 2>/dev/null || continue
  tail -c ${tailBytes} job.log 2>/dev/null | tell job
  newest=$(ls -d r[0-9]* 2>/dev/null | sort -k1.2n | tail -n 1)
  [ -n "$newest" ] || continue
  cat "$newest/$id/engine.log.1" "$newest/$id/engine.log" 2>/dev/null | tell engine
done`;
  return { script, stdin: launches.map(({ launchId, dir }) => `${launchId}\t${dir}\n`).join("") };
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
