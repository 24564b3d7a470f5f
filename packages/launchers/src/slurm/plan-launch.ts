import { BerthError, launchFiles } from "@berth/api";
import type { LaunchFilesPreview, LaunchRequest } from "../launcher.ts";
import { clusterSpec } from "./cluster-spec.ts";
import { jobScript } from "./job-script.ts";
import { launchPlaceOf, type LaunchPlace } from "./launch-place.ts";
import type { Runtime } from "./install/runtime-packs.ts";
import { sbatchOptions, withSiteDefaults } from "./sbatch-lines.ts";
import type { LaunchFile } from "./submit-script.ts";

/** All that a launch puts on the cluster. */
export interface LaunchPlan {
  readonly launchId: string;
  readonly place: LaunchPlace;
  readonly options: readonly string[];
  readonly files: readonly LaunchFile[];
}

/** Beside the drain: the engine's own end, and what the scheduler takes to tell. */
const marginSeconds = 15;
export const jobScriptName = "job.sh";

/** Pure. Throws `invalid_request` for resources that cannot be asked for, and for names that are none. */
export function planLaunch(
  request: LaunchRequest,
  runtime: Pick<Runtime, "nodePath" | "runnerPath">,
): LaunchPlan {
  const { spec, secret, profile, homeId, launchId } = request;
  const place = launchPlaceOf(request);
  assertPlainOutput(place);
  const resources = withSiteDefaults(request.resources, profile.slurm);
  const leadSeconds = Math.ceil(spec.drainMs / 1000) + marginSeconds;
  const options = sbatchOptions({ jobName: place.jobName, resources, leadSeconds });
  const script = jobScript({
    options,
    setup: profile.slurm?.setup,
    homeId,
    launchId,
    home: place.home,
    ...runtime,
  });
  return {
    launchId,
    place,
    options,
    files: [
      { name: launchFiles.spec, content: JSON.stringify(clusterSpec(spec)) },
      { name: launchFiles.secret, content: secret },
      { name: jobScriptName, content: script },
    ],
  };
}

/** Slurm replaces these in the whole path of a job's output, and nothing can keep it from doing so in a directory's name. */
function assertPlainOutput({ home, dir }: LaunchPlace): void {
  if (/[%\\]/.test(dir))
    throw new BerthError(
      "invalid_request",
      `home ${home}: Slurm cannot write a job's output below a directory with % or \\ in its name; choose another home`,
      { param: "profile" },
    );
}

/** Stands where a hash will, which is not known before the files are read. */
const anyHash = "<hash>";

export function previewOf(request: LaunchRequest): LaunchFilesPreview {
  const { profile } = request;
  const nodePath = profile.slurm?.node ?? `runtime/node-${anyHash}/bin/node`;
  const { place, files } = planLaunch(request, {
    nodePath,
    runnerPath: `runtime/runner-${anyHash}/runner.mjs`,
  });
  return {
    jobScript: files.find(({ name }) => name === jobScriptName)?.content,
    argv: ["sbatch", "--parsable", jobScriptName],
    files: files.map(({ name, content }) => ({
      path: `${place.dir}/${name}`,
      mode: "0600",
      content: name === launchFiles.secret ? "*".repeat(12) : content,
    })),
    warnings: [],
  };
}
