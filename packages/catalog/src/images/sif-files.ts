import { readdir, rm, stat, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { BerthError, type ContainerImage, type Profile } from "@berth/api";
import { modelId } from "../cache-layout.ts";
import { isDenied, isMissing } from "../file-error.ts";
import { nameOfSif } from "./image-name.ts";
import { readSidecar, sidecarPath } from "./sidecar.ts";

type Place = Pick<Profile, "name" | "home" | "cache">;

/** Where SIF files lie; pulls go into the home's. */
export const imagesRoot = (directory: string): string => join(directory, "images");

/** The SIF files of the home, then those of the cache. */
export async function listSifFiles(place: Place): Promise<ContainerImage[]> {
  const found: ContainerImage[] = [];
  for (const location of ["home", "cache"] as const) {
    const root = imagesRoot(place[location]);
    if (location === "cache" && root === imagesRoot(place.home)) continue;
    for (const fileName of await sifNames(root)) {
      const image = await describeSif(join(root, fileName), location, place.name);
      if (image !== undefined) found.push(image);
    }
  }
  return found;
}

/** `undefined` when it has gone meanwhile. */
export async function describeSif(
  path: string,
  location: "home" | "cache",
  profile: string,
): Promise<ContainerImage | undefined> {
  try {
    const { size, mtimeMs } = await stat(path);
    const sidecar = await readSidecar(path);
    const { name, tag } = sidecar ?? nameOfSif(path.slice(dirname(path).length + 1));
    return {
      id: modelId("image", profile, path),
      profile,
      location,
      name,
      tag,
      digest: sidecar?.digest ?? null,
      fileSha256: sidecar?.fileSha256 ?? null,
      path,
      source: sidecar?.source ?? null,
      sizeBytes: size,
      createdAt: Math.floor(mtimeMs),
    };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Deletes a SIF file of the home. Throws `read_only` for another; what is not there is already gone. */
export async function removeSifFile(image: ContainerImage, place: Place): Promise<void> {
  const { path } = image;
  const isOurs = path !== null && dirname(path) === imagesRoot(place.home) && path.endsWith(".sif");
  if (!isOurs) {
    const where = path ?? image.location;
    throw new BerthError(
      "read_only",
      `${image.name} lies in ${where}; Berth deletes images of the home only`,
    );
  }
  try {
    await unlink(path);
  } catch (error) {
    if (isDenied(error))
      throw new BerthError("read_only", `${path} may not be deleted by this user`, { cause: error });
    if (!isMissing(error)) throw error;
  }
  await rm(sidecarPath(path), { force: true });
}

async function sifNames(root: string): Promise<string[]> {
  try {
    return (await readdir(root)).filter((name) => name.endsWith(".sif") && !name.startsWith(".")).toSorted();
  } catch (error) {
    if (isMissing(error) || isDenied(error)) return [];
    throw error;
  }
}
