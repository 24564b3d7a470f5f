import type { RemoteCommand } from "../remote/remote-host.ts";
import type { LaunchPlace } from "./launch-place.ts";
import { launchRecordFiles } from "./look-script.ts";
import { expandHome, takeLock } from "./shell-parts.ts";

/** The script's exit code when the launch was submitted meanwhile. */
export const submittedExit = 76;

/**
 * Removes the launch's directory; with `isAbsent`, only while no job is recorded in it. A directory that is not there is
 * removed already.
 */
export function forgetCommand({ dir }: LaunchPlace, isAbsent: boolean): RemoteCommand {
  const { job, submitting } = launchRecordFiles;
  const script = `
${expandHome}
IFS="$tab" read -r dir
expand "$dir"
cd "$path" 2>/dev/null || { [ ! -e "$path" ] && exit 0; ls -d "$path"; exit 1; }
${takeLock}
${isAbsent ? `if [ -e ${job} ] || [ -e ${submitting} ]; then exit ${submittedExit}; fi` : ""}
cd / && rm -rf -- "$path"
`;
  return { script, stdin: `${dir}\n` };
}
