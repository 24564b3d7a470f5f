import { BerthError, type ContainerImage, type Profile } from "@berth/api";
import type { ContainerImageSource } from "../container-image-source.ts";
import type { RunAsJob } from "./hub.ts";
import { order, type RunThere } from "./place-process.ts";

export interface RemoteContainerImagesOptions {
  readonly runThere: RunThere;
  readonly asJob: RunAsJob;
}

/** SIF files on another machine: seen, made and deleted by the runner there; made in a Slurm job, unless asked otherwise. */
export function createRemoteContainerImages({
  runThere,
  asJob,
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

    async pull({ source, name = null, loginNode }, { profile, id, onLine }, signal) {
      const run = loginNode === true ? runThere : asJob.run(id, onLine);
      let image: ContainerImage | undefined;
      const given = { ...placeOf(profile), source, name };
      for await (const line of order(run, profile, "images pull", given, signal)) {
        if (line.type === "log") onLine(line.line);
        if (line.type === "image") image = lyingOn(profile, line.image);
      }
      return image ?? missing(profile);
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
