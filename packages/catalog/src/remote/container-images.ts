import { BerthError, type ContainerImage, type Profile } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import type { ContainerImageSource } from "../container-image-source.ts";
import type { RunAsJob } from "./hub.ts";
import { inSlurmJobMs, keepTrying, onLoginNodeMs } from "./keep-trying.ts";
import { order, type RunThere } from "./place-process.ts";

export interface RemoteContainerImagesOptions {
  readonly runThere: RunThere;
  /** The same, where the site's programs are found: after the profile's set-up line. */
  readonly pullThere: RunThere;
  readonly asJob: RunAsJob;
  readonly clock: Clock;
  readonly random: () => number;
}

/** SIF files on another machine: seen, made and deleted by the runner there; made in a Slurm job, unless asked otherwise. */
export function createRemoteContainerImages({
  runThere,
  pullThere,
  asJob,
  clock,
  random,
}: RemoteContainerImagesOptions): ContainerImageSource {
  return {
    async list(profile, signal) {
      let found: readonly ContainerImage[] | undefined;
      for await (const line of order(runThere, profile, "images list", placeOf(profile), signal)) {
        if (line.type === "images") found = line.images.map((image) => lyingOn(profile, image));
      }
      return found ?? missing(profile);
    },

    async remove(image, profile, signal) {
      const given = { ...placeOf(profile), image };
      for await (const _ of order(runThere, profile, "images remove", given, signal));
    },

    pull(request, target, signal) {
      const inJob = request.loginNode !== true;
      const { profile, id, onLine } = target;
      const run = inJob ? asJob.run(id, onLine) : pullThere;
      // a job that is found again tells all from its first line on
      let toldLines = 0;
      const work = async (heard: () => void): Promise<ContainerImage> => {
        const { source, name = null } = request;
        let image: ContainerImage | undefined;
        let lines = 0;
        for await (const line of order(
          run,
          profile,
          "images pull",
          { ...placeOf(profile), source, name },
          signal,
        )) {
          heard();
          if (line.type === "image") image = lyingOn(profile, line.image);
          if (line.type !== "log") continue;
          lines += 1;
          if (inJob && lines <= toldLines) continue;
          toldLines = lines;
          onLine(line.line);
        }
        return image ?? missing(profile);
      };
      return keepTrying(
        { clock, random, maxAwayMs: inJob ? inSlurmJobMs : onLoginNodeMs },
        { work, onWait: ({ message }) => onLine(`waiting: ${message}`) },
        signal,
      );
    },

    abandon: (id, profile, signal) => asJob.end(id, profile, signal),
  };
}

/** Whatever the place says: by its profile it is decided where an image is deleted. */
const lyingOn = (profile: Profile, image: ContainerImage): ContainerImage => ({
  ...image,
  profile: profile.name,
});

const placeOf = ({ name, home, cache }: Profile) => ({ profile: name, home, cache });

function missing(profile: Profile): never {
  throw new BerthError("upstream_failed", `the runner on profile ${profile.name} told of no image`);
}
