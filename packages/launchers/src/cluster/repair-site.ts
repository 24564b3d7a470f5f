import { BerthError, isBerthError, type Profile, type RepairStep } from "@berth/api";
import { shellQuote } from "@berth/std/shell-quote";
import type { RemoteHost } from "../remote/remote-host.ts";
import { shellPath } from "./remote-path.ts";
import type { SchedulerMeter } from "./scheduler-meter.ts";

export interface RepairSiteOptions {
  readonly profile: Profile;
  readonly host: RemoteHost;
  readonly meter: SchedulerMeter;
  /** Services whose launches are still wanted, with their logs. Other launches go, once they are over. */
  readonly serviceIds: readonly string[];
  /** Puts what Berth installs there right again; absent where nothing is installed. */
  readonly reinstall?: (signal: AbortSignal) => Promise<void>;
}

/** Below the home, closed to others. */
const directories = ["launches"];
/** What half a transfer and a trial leave. What lives is changed more often than that; downloads may be resumed for a week. */
const halfFiles: readonly (readonly [name: string, days: number])[] = [
  [".berth-trial-*", 1],
  [".part-*", 1],
  ["*.incomplete", 7],
];
const repairTimeoutMs = 10 * 60_000;

/**
 * Puts a profile's home on its cluster right: directories and modes, and what was left behind there. It removes nothing
 * that a Slurm job of the user's still uses, nothing younger than a day, and nothing outside the home. Resolves with each
 * thing it looked after; one that fails hides no other. Throws when the cluster cannot be asked.
 */
export async function repairSite(options: RepairSiteOptions, signal: AbortSignal): Promise<RepairStep[]> {
  const { host, meter, reinstall } = options;
  meter.record();
  const { stdout, stderr, exitCode } = await host.run(
    { script: repairScript(options), timeoutMs: repairTimeoutMs },
    signal,
  );
  const steps = stdout.split("\n").flatMap((line): RepairStep[] => {
    const [, id, status, message] = /^@step (\S+) (ok|repaired|failed) (.*)$/.exec(line) ?? [];
    return id === undefined ? [] : [{ id, status: status as RepairStep["status"], message: message ?? "" }];
  });
  if (exitCode !== 0 || steps.length === 0)
    throw new BerthError(
      "unprocessable",
      `the repair stopped on the cluster: ${stderr.trim() || `exit code ${exitCode}`}`,
      {
        param: "home",
      },
    );
  return reinstall === undefined ? steps : [...steps, await installed(reinstall, signal)];
}

async function installed(
  reinstall: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<RepairStep> {
  try {
    await reinstall(signal);
    return { id: "runner", status: "ok", message: "the runner and its Node are there" };
  } catch (error) {
    if (!isBerthError(error)) throw error;
    return { id: "runner", status: "failed", message: error.message };
  }
}

/** The whole repair, for `/bin/sh` there. */
export function repairScript({
  profile,
  serviceIds,
}: Pick<RepairSiteOptions, "profile" | "serviceIds">): string {
  const names = halfFiles.map(([name, days]) => `-name ${shellQuote(name)} -mtime +${days - 1}`).join(" -o ");
  return `
umask 077
step() { printf '@step %s %s %s\\n' "$1" "$2" "$(printf '%s' "$3" | tr '\\n' ' ')"; }
closed() {
  if [ ! -d "$2" ]; then
    if said=$(mkdir -p -- "$2" 2>&1); then step "$1" repaired "$2 was made"; else step "$1" failed "$said"; return 1; fi
  elif [ "$(stat -c %a -- "$2")" != 700 ]; then
    if said=$(chmod 700 -- "$2" 2>&1); then step "$1" repaired "$2 is closed to others now"; else step "$1" failed "$said"; fi
  else step "$1" ok "$2 is there, and yours alone"; fi
}
home=${shellPath(profile.home)}
closed home "$home" || exit 0
cd -- "$home" || exit 1
${directories.map((name) => `closed ${name} "$home"/${name}`).join("\n")}
# names go from find to rm as they are: a line break in one would make two of it
told=$(find . -xdev \\( ${names} \\) -prune -exec rm -rf -- {} \\; -exec echo @removed \\; 2>&1)
count=$(printf '%s\\n' "$told" | grep -c '^@removed$')
failures=$(printf '%s\\n' "$told" | sed -n 's/^rm: //p')
for dir in doctor-*; do
  [ -d "$dir" ] && [ -n "$(find "$dir" -maxdepth 0 -mtime +0)" ] && rm -rf -- "$dir" && count=$((count+1))
done
if [ -n "$failures" ]; then step leftovers failed "$failures"
elif [ $count -gt 0 ]; then step leftovers repaired "half transfers removed: $count"
else step leftovers ok "no half transfers lie there"; fi
count=0
for dir in runtime/*/ engines/*/; do
  [ -d "$dir" ] || continue
  [ -e "$dir/.complete" ] && { [ ! -e "$dir/bin/node" ] || "$dir/bin/node" --version >/dev/null 2>&1; } && continue
  chmod -R u+w -- "$dir" 2>/dev/null
  rm -rf -- "$dir" && count=$((count+1))
done
if [ $count -gt 0 ]; then step installed repaired "damaged programs of Berth removed: $count"
else step installed ok "no program of Berth there is damaged"; fi
if jobs=$(squeue -a -h -u "$(id -un)" -o '%j' 2>&1); then
  count=0
  for dir in launches/*/; do
    [ -d "$dir" ] || continue
    launch=$(basename -- "$dir")
    case $launch in ${wanted(serviceIds)}) continue;; esac
    printf '%s\\n' "$jobs" | grep -qF -- ":$launch" && continue
    [ -n "$(find "$dir" -maxdepth 0 -mtime +0)" ] || continue
    rm -rf -- "$dir" && count=$((count+1))
  done
  if [ $count -gt 0 ]; then step ended-launches repaired "launches that are over removed: $count"
  else step ended-launches ok "no launches of removed services lie there"; fi
else step ended-launches failed "which launches are over is not known: $jobs"; fi
exit 0
`;
}

/** A pattern for \`case\` that matches the services' launches, \`<serviceId>-<attempt>\`. */
function wanted(serviceIds: readonly string[]): string {
  const patterns = serviceIds.map((id) => `${shellQuote(id)}-*`);
  return patterns.length === 0 ? "''" : patterns.join("|");
}
