import { BerthError, type ContainerImage, isBerthError, type Profile } from "@berth/api";
import type { ContainerImageSource } from "@berth/catalog";
import type { Clock } from "@berth/std/clock";
import { withDeadline } from "@berth/std/deadline";
import type { ImageLookup } from "./ask-image-file.ts";

export interface ImageFilesOptions {
  readonly source: Pick<ContainerImageSource, "list">;
  /** Whether the image is what the reference names. Throws `unprocessable` for what names nothing. */
  readonly names: (reference: string, image: ContainerImage) => boolean;
  readonly clock: Clock;
}

/** The first look at a cluster may have to bring over what looks. */
const patienceMs = 60_000;
/** A look serves everybody who asks meanwhile, so no single caller's leaving ends it. */
const never = new AbortController().signal;

/** Finds images among the files of profiles, as they are now. */
export class ImageFiles implements ImageLookup {
  readonly #options: ImageFilesOptions;
  readonly #looking = new Map<string, Promise<readonly ContainerImage[]>>();

  constructor(options: ImageFilesOptions) {
    this.#options = options;
  }

  /** Throws `host_unreachable` when the place has not answered in a minute; the look goes on for the next who asks. */
  async find(reference: string, profile: Profile, signal: AbortSignal): Promise<string | undefined> {
    const images = await this.#inTime(profile, signal);
    const found = images.find((image) => image.path !== null && this.#isNamed(reference, image));
    return found?.path ?? undefined;
  }

  #isNamed(reference: string, image: ContainerImage): boolean {
    try {
      return this.#options.names(reference, image);
    } catch (error) {
      if (!isBerthError(error)) throw error;
      const message = `container: "${reference}" names no image; give NAME:TAG, or a file's path`;
      throw new BerthError("unprocessable", message, { param: "container", cause: error });
    }
  }

  async #inTime(profile: Profile, signal: AbortSignal): Promise<readonly ContainerImage[]> {
    try {
      return await withDeadline(this.#options.clock, patienceMs, signal, () => this.#look(profile));
    } catch (error) {
      if (signal.aborted || isBerthError(error)) throw error;
      throw new BerthError(
        "host_unreachable",
        `profile ${profile.name} has not told its container images: ${error instanceof Error ? error.message : String(error)}`,
        { cause: error },
      );
    }
  }

  #look(profile: Profile): Promise<readonly ContainerImage[]> {
    const looking =
      this.#looking.get(profile.name) ??
      this.#options.source.list(profile, never).finally(() => this.#looking.delete(profile.name));
    this.#looking.set(profile.name, looking);
    return looking;
  }
}
