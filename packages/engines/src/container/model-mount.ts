import { dirname, posix } from "node:path";
import type { Model } from "@berth/api";
import type { ContainerMount } from "./contained-program.ts";

/** The model as an engine in a container sees it. */
export interface MountedModel {
  readonly mounts: readonly ContainerMount[];
  /** The directory with the model's files. */
  readonly path: string;
}

const root = "/berth/models";

/** The folder of the hub's layout that holds all revisions of the model, which their files are links within. */
export function hubFolder({ path }: Model): string | undefined {
  return /^(.*\/models--[^/]+)\/snapshots\/[^/]+$/.exec(path)?.[1];
}

/** In the hub's layout, below `cache`. */
export function mountHub(model: Model): MountedModel & { readonly cache: string } {
  const folder = hubFolder(model);
  const source = folder ?? model.path;
  const target = `${root}/${folder === undefined ? "model" : posix.basename(folder)}`;
  const path = folder === undefined ? target : `${target}${model.path.slice(folder.length)}`;
  return { mounts: [{ source, target, readOnly: true }], path, cache: root };
}

/**
 * At a path that ends in the model's name, for engines that call a model by the path they load it from: `name` seen from
 * `workdir` is that path.
 */
export function mountByName(
  model: Model,
): MountedModel & { readonly workdir: string; readonly name: string } {
  const name = /^[\w-][\w.-]*(?:\/[\w-][\w.-]*)?$/.test(model.repo) ? model.repo : "model";
  const path = `${root}/${name}`;
  const mounts = [{ source: model.path, target: path, readOnly: true }];
  const folder = hubFolder(model);
  // where the links of a snapshot lead to from here
  if (folder !== undefined)
    mounts.push({
      source: `${folder}/blobs`,
      target: posix.join(dirname(dirname(path)), "blobs"),
      readOnly: true,
    });
  return { mounts, path, workdir: root, name };
}
