/** Container images on this machine's disks: SIF files, which Apptainer makes, and what Docker and Podman keep. */
import type { Clock } from "@berth/std/clock";
import type { ContainerImageSource } from "../container-image-source.ts";
import { listEngineImages } from "./engine-images.ts";
import { pullSif } from "./pull-sif.ts";
import { listSifFiles, removeSifFile } from "./sif-files.ts";

export { namesImage } from "./image-name.ts";

export interface ContainerImagesOptions {
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  /** Whether Docker and Podman are asked: not on a login node. */
  readonly engines: boolean;
}

export function createContainerImages({
  fetch,
  clock,
  engines,
}: ContainerImagesOptions): ContainerImageSource {
  return {
    async list(profile, signal) {
      const files = await listSifFiles(profile);
      if (!engines) return files;
      const kept = await Promise.all(
        (["docker", "podman"] as const).map((program) => listEngineImages(program, profile.name, signal)),
      );
      return [...files, ...kept.flat()];
    },
    remove: (image, profile) => removeSifFile(image, profile),
    pull: ({ source, name = null }, { profile, onLine }, signal) =>
      pullSif({ source, name }, profile, { fetch, clock, onLine, signal }),
    // it ends with whoever began it
    abandon: async () => undefined,
  };
}
