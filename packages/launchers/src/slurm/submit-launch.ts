import { BerthError } from "@berth/api";
import { untilAborted } from "@berth/std/until-aborted";
import type { RemoteAnswer } from "../remote/remote-host.ts";
import type { Pack } from "./install/pack.ts";
import type { LaunchHandle } from "./launch-place.ts";
import type { LaunchPlan } from "./plan-launch.ts";
import type { Site } from "./site.ts";
import { optionNamesOf, submitCommand, submitExits } from "./submit-script.ts";

/** Between the look for what is needed and the submission, somebody may have removed it again. */
const rounds = 3;

export interface LaunchNeeds {
  /** What must lie on the cluster first. */
  readonly packs: readonly Pack[];
  /** Hears what is being brought there, and how far that is. */
  readonly tell: (what: string) => void;
}

/**
 * Submits the plan once, with what it needs there; resolves to the handle. Throws as `Launcher.launch` does. When the
 * signal aborts, a submission that is under way is left to itself: cut off, it might have been heard by Slurm and have
 * told nobody. Who stops the launch waits for its end.
 */
export async function submitLaunch(
  site: Site,
  plan: LaunchPlan,
  { packs, tell }: LaunchNeeds,
  signal: AbortSignal,
): Promise<string> {
  const { place, files, options, launchId } = plan;
  const command = submitCommand({
    ...place,
    files,
    needs: packs.map(({ path }) => path),
    optionNames: optionNamesOf(options),
  });
  for (let round = 1; ; round++) {
    signal.throwIfAborted();
    const answer = await untilAborted(site.submit(place.jobName, command), signal);
    const missing = /^need (.*)$/m.exec(answer.stdout)?.[1];
    if (answer.exitCode !== submitExits.needs || missing === undefined || round === rounds)
      return handleOf(site, answer, place.dir);
    for (const pack of packs.slice(packs.findIndex(({ path }) => path === missing)))
      await site.install(pack, { home: place.home, launchId, tell }, signal);
  }
}

function handleOf(site: Site, answer: RemoteAnswer, dir: string): string {
  const { exitCode, stdout } = answer;
  const words = answer.stderr.trim();
  if (exitCode === submitExits.refused)
    throw new BerthError("launch_refused", words || "sbatch refused the job without a word");
  if (exitCode === submitExits.scheduler)
    throw new BerthError("host_unreachable", `Slurm does not answer: ${words}`);
  if (exitCode === submitExits.busy)
    throw new BerthError("host_unreachable", "another submission of it, or its stop, is under way there");
  const [, id, seconds, jobDir] = /^job (\d+) (\d+) (.*)$/m.exec(stdout) ?? [];
  const stopped = /^stopped (.*)$/m.exec(stdout)?.[1];
  if (id !== undefined && jobDir !== undefined) {
    site.watch.noteChange();
    return told({ jobId: id, dir: jobDir, submittedAt: Number(seconds) });
  }
  if (stopped !== undefined) return told({ jobId: null, dir: stopped, submittedAt: null });
  const isFull = /quota exceeded|No space left/i.test(words);
  throw new BerthError(
    isFull ? "insufficient_disk" : "upstream_failed",
    `the launch could not be written to ${dir} on the cluster: ${words || `exit code ${exitCode}`}`,
  );
}

function told(handle: LaunchHandle): string {
  return JSON.stringify(handle);
}
