import { stat } from "node:fs/promises";
import { basename, dirname, isAbsolute, resolve } from "node:path";
import { BerthError, type Model } from "@berth/api";
import { modelId } from "../cache-layout.ts";
import { fileErrorCode, isDenied, isMissing } from "../file-error.ts";
import type { FactsReader } from "./facts-reader.ts";
import { folderFiles, maxFolderFiles } from "./folder-files.ts";
import { broken, type FolderModel, readFolder } from "./read-folder.ts";

/** A directory or a single GGUF file that is a model, outside the cache layout. */
export interface RegisteredModel {
  readonly path: string;
  readonly name: string;
}

type Naming = Pick<Model, "profile" | "location" | "revision" | "repo">;

/** Reads it as it is now; one that has gone or is damaged is a model of that status, with the reason. */
export async function readRegistered(path: string, naming: Naming, reader: FactsReader): Promise<Model> {
  const { folder, content } = await readPath(path, reader);
  return {
    id: modelId(naming.profile, path, naming.repo, naming.revision),
    ...naming,
    refs: [],
    path: folder,
    ...content,
  };
}

/** Like `readRegistered`, but throws `unprocessable` with what is wrong and what to give instead. */
export async function inspectPath(
  path: string,
  name: string | undefined,
  profile: string,
  reader: FactsReader,
): Promise<Model> {
  if (!isAbsolute(path)) {
    throw new BerthError("unprocessable", `path: give an absolute path, not "${path}"`, { param: "path" });
  }
  const model = await readRegistered(
    resolve(path),
    { profile, location: "directory", revision: "local", repo: name ?? defaultName(path) },
    reader,
  );
  if (model.status === "ready") return model;
  throw new BerthError("unprocessable", `path: ${path} is no usable model: ${model.statusReason}`, {
    param: "path",
    details: { status: model.status },
  });
}

const defaultName = (path: string): string =>
  basename(resolve(path)).replace(/(?:(?:-\d{5}-of-\d{5})?\.gguf|\.bin)$/i, "");

async function readPath(
  path: string,
  reader: FactsReader,
): Promise<{ folder: string; content: FolderModel }> {
  try {
    const found = await stat(path);
    const folder = found.isDirectory() ? path : dirname(path);
    const files = await folderFiles(folder);
    if (found.isDirectory() && files.files.length >= maxFolderFiles) {
      return { folder, content: broken([], "corrupt", `it holds over ${maxFolderFiles} files`) };
    }
    const only = found.isDirectory() ? undefined : basename(path);
    return { folder, content: await readFolder(folder, files, reader, only) };
  } catch (error) {
    if (isMissing(error)) return { folder: path, content: broken([], "incomplete", "nothing is there") };
    if (!isDenied(error)) throw error;
    return { folder: path, content: broken([], "corrupt", `it cannot be read (${fileErrorCode(error)})`) };
  }
}
