import { BerthError, type Profile } from "@berth/api";
import type { Engine, Surroundings } from "@berth/engines";
import { shellWords } from "@berth/std/shell-quote";

/** The images that lie on profiles as files. */
export interface ImageLookup {
  /**
   * The path there of the .sif file that holds what the reference names; `undefined` when none does. Throws
   * `unprocessable` for what names nothing, and what hinders looking.
   */
  find(reference: string, profile: Profile, signal: AbortSignal): Promise<string | undefined>;
}

/**
 * The surroundings with the file that holds the image. A job of Apptainer's runs what was pulled: to fetch and convert an
 * image takes long, and nodes may have no way out. A path is left as it is, and so is `docker://`, which asks for just
 * that. Throws `unprocessable` with the command that pulls it when it is not there.
 */
export async function askImageFile(
  surroundings: Surroundings,
  engine: Pick<Engine, "image">,
  profile: Profile,
  images: ImageLookup,
  signal: AbortSignal,
): Promise<Surroundings> {
  const named = surroundings.container ?? engine.image;
  if (profile.schema !== "slurm" || surroundings.runtime !== "apptainer" || named === undefined)
    return surroundings;
  if (/^(?:[/~.]|docker:\/\/)/.test(named)) return surroundings;
  const imageFile = await images.find(named, profile, signal);
  if (imageFile !== undefined) return { ...surroundings, imageFile };
  const pull = shellWords(["berth", "image", "pull", named, "-p", profile.name]);
  throw new BerthError(
    "unprocessable",
    `image ${named} is not on profile ${profile.name}: "${pull}" brings it; docker://${named} has the job fetch it`,
    { param: "container", details: { pull } },
  );
}
