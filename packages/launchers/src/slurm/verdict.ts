import type { Observation } from "../launcher.ts";
import type { RemoteCommand } from "../remote/remote-host.ts";
import { launchRecordFiles } from "./look-script.ts";
import { expandHome } from "./shell-parts.ts";

export interface Verdict {
  readonly dir: string;
  readonly verdict: Extract<Observation, { kind: "exited" }>;
}

/** Writes how launches ended into their directories, where that does not stand yet. What cannot be written is left. */
export function keepVerdictCommand(verdicts: readonly Verdict[]): RemoteCommand {
  const script = `
${expandHome}
umask 077
while IFS="$tab" read -r dir verdict; do
  expand "$dir"
  cd "$path" 2>/dev/null || continue
  [ ! -e ${launchRecordFiles.verdict} ] || continue
  draft=.verdict-$$
  printf '%s' "$verdict" 2>/dev/null | base64 -d >"$draft" 2>/dev/null && mv "$draft" ${launchRecordFiles.verdict} 2>/dev/null || rm -f "$draft"
done`;
  const input = verdicts.map(
    ({ dir, verdict }) => `${dir}\t${Buffer.from(JSON.stringify(verdict)).toString("base64")}\n`,
  );
  return { script, stdin: input.join("") };
}
