import type { ContainerImage, CreateImagePull, Profile } from "@berth/api";

export interface ImagePullTarget {
  readonly profile: Profile;
  /** Names the pull for ever: what goes on without us is found again by it. */
  readonly id: string;
  /** Hears what the program at work says, line by line, and of the Slurm job. */
  readonly onLine: (line: string) => void;
}

/** Container images on a profile's place. */
export interface ContainerImageSource {
  /** Home first, then cache, then what Docker and Podman keep where the place is this machine. */
  list(profile: Profile, signal: AbortSignal): Promise<readonly ContainerImage[]>;
  /** Deletes a SIF file of the home; `read_only` for any other. What is not there is already gone. */
  remove(image: ContainerImage, profile: Profile, signal: AbortSignal): Promise<void>;
  /**
   * Resolves to the image when it is there, whole; one that is there and is what the source names is left as it is.
   * Throws `unprocessable` for a source that cannot be, `upstream_failed` with the program's words, `already_exists` when
   * another source has the name. Nothing half-made is left under the name.
   */
  pull(
    request: Omit<CreateImagePull, "profile">,
    target: ImagePullTarget,
    signal: AbortSignal,
  ): Promise<ContainerImage>;
  /** Ends what still goes on of the pull; what has ended is already gone. */
  abandon(id: string, profile: Profile, signal: AbortSignal): Promise<void>;
}
