import { BerthError } from "@berth/api";
import type { LaunchRequest } from "../launcher.ts";
import { planLaunch } from "./plan-launch.ts";
import type { Site } from "./site.ts";
import { isSilence } from "./slurm-trouble.ts";

/** When the scheduler would start such a job, in our time, as `sbatch --test-only` says. */
export async function expectedStartOf(
  site: Site,
  request: LaunchRequest,
  signal: AbortSignal,
): Promise<number | undefined> {
  const { files } = planLaunch(request, { nodePath: "node", runnerPath: "runner" });
  const script = files.find(({ name }) => name === "job.sh")?.content ?? "";
  const answer = await site.act(
    {
      script:
        'echo "now $(date +%s)"; echo "asked sbatch"; cd / && SLURM_TIME_FORMAT=%s sbatch --test-only 2>&1',
      stdin: script,
    },
    signal,
  );
  const said = answer.stdout
    .split("\n")
    .filter((line) => !/^(?:now|asked) /.test(line))
    .join("\n")
    .trim();
  if (answer.exitCode !== 0)
    throw isSilence(said)
      ? new BerthError("host_unreachable", `Slurm does not answer: ${said}`)
      : new BerthError("launch_refused", said);
  const start = /to start at (\d+)/.exec(said)?.[1];
  return start === undefined
    ? undefined
    : site.watch.toOurMs(Number(start), Number(/^now (\d+)/m.exec(answer.stdout)?.[1]));
}
