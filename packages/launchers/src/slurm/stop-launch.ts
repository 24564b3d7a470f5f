import { BerthError } from "@berth/api";
import { untilAborted } from "@berth/std/until-aborted";
import type { LaunchPlace } from "./launch-place.ts";
import type { Site } from "./site.ts";
import { stopCommand, stopExits } from "./stop-script.ts";

/** As `Launcher.stop`: resolves only when the job is surely gone. Throws `host_unreachable` when that cannot be seen. */
export async function stopLaunch(
  site: Site,
  place: LaunchPlace,
  graceMs: number,
  signal: AbortSignal,
): Promise<void> {
  // a submission that has not come to its directory yet would not see the wish
  await untilAborted(site.submitted(place.jobName), signal);
  const answer = await site.act(stopCommand(place, graceMs), signal);
  const words = answer.stderr.trim();
  switch (answer.exitCode) {
    case 0:
      return site.watch.forget(place);
    case stopExits.scheduler:
      throw new BerthError("host_unreachable", `it may be running, since Slurm does not answer: ${words}`);
    case stopExits.alive:
      throw new BerthError("internal", words);
    default:
      throw new BerthError(
        "upstream_failed",
        `it could not be stopped: ${words || `exit code ${answer.exitCode}`}`,
      );
  }
}
