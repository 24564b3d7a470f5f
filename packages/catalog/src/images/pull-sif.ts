import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { BerthError, type ContainerImage, type Profile } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import { withFileLock } from "@berth/std/file-lock";
import { diskError } from "../huggingface/store-place.ts";
import { buildSif } from "./build-sif.ts";
import { imageName, type ImageSource, readImageSource, sifFileName } from "./image-name.ts";
import { registryDigest } from "./registry-digest.ts";
import { readSidecar, writeSidecar } from "./sidecar.ts";
import { describeSif, imagesRoot } from "./sif-files.ts";

export interface SifPull {
  readonly source: string;
  /** `name:tag`, in place of the source's. */
  readonly name: string | null;
}

export interface PullContext {
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal;
}

/** See `ContainerImageSource.pull`: made beside, then renamed, so that the name never means half an image. */
export async function pullSif(
  { source, name }: SifPull,
  place: Pick<Profile, "name" | "home">,
  context: PullContext,
): Promise<ContainerImage> {
  const { fetch, clock, onLine, signal } = context;
  const read = readImageSource(source);
  const called = imageName(read, name);
  const digest = read.kind === "registry" ? await registryDigest(read, fetch, signal) : null;
  const root = imagesRoot(place.home);
  const fileName = sifFileName(called, digest);
  const path = join(root, fileName);
  try {
    await mkdir(root, { recursive: true });
    await withFileLock(join(root, `.${fileName}.lock`), clock, signal, async () => {
      const known = await readSidecar(path);
      if (await isThere(path, place)) {
        if (known !== undefined && known.source !== source) throw nameTaken(fileName, known.source);
        if (known?.digest != null && known.digest === digest)
          return onLine(`${fileName} is ${digest} already`);
      }
      await removeParts(root, fileName);
      const part = join(root, `.${fileName}.${randomUUID()}.part`);
      try {
        await buildSif(apptainerSource(read, digest), part, onLine, signal);
        const fileSha256 = await sha256(part, signal);
        await rename(part, path);
        await writeSidecar(path, { source, ...called, digest, fileSha256 });
      } finally {
        await rm(part, { recursive: true, force: true });
      }
    });
  } catch (error) {
    throw diskError(error, root);
  }
  const image = await describeSif(path, "home", place.name);
  if (image === undefined) throw new BerthError("upstream_failed", `${path} was made and has gone again`);
  return image;
}

/** As Apptainer names it; pinned to the digest, so that what is recorded is what was pulled. */
function apptainerSource(source: ImageSource, digest: string | null): string {
  if (source.kind === "file") return source.from === "" ? source.path : `${source.from}:${source.path}`;
  const { registry, repository, tag } = source;
  return `docker://${registry}/${repository}${digest === null ? `:${tag}` : `@${digest}`}`;
}

const isThere = async (path: string, place: Pick<Profile, "name">): Promise<boolean> =>
  (await describeSif(path, "home", place.name)) !== undefined;

/** What a killed pull left. The lock says that nobody is at it. */
async function removeParts(root: string, fileName: string): Promise<void> {
  const parts = (await readdir(root)).filter(
    (name) => name.startsWith(`.${fileName}.`) && name.endsWith(".part"),
  );
  for (const part of parts) await rm(join(root, part), { recursive: true, force: true });
}

const nameTaken = (fileName: string, source: string): BerthError =>
  new BerthError(
    "already_exists",
    `${fileName} is there already, made of ${source}; give another name, or remove that one first`,
    { param: "name" },
  );

async function sha256(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash, { signal });
  return hash.digest("hex");
}
