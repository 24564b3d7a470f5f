import { BerthError, type Model, type Profile } from "@berth/api";
import { modelId } from "../cache-layout.ts";
import { fileErrorCode } from "../file-error.ts";
import type { ModelSource } from "../model-source.ts";
import { FactsReader } from "./facts-reader.ts";
import { folderFiles } from "./folder-files.ts";
import { mapAtOnce } from "./map-at-once.ts";
import { broken, type FolderModel, readFolder } from "./read-folder.ts";
import { inspectPath, readRegistered, type RegisteredModel } from "./registered.ts";
import { removeSnapshot } from "./remove-snapshot.ts";
import { findSnapshots, readAtOnce, type Snapshot } from "./snapshots.ts";

export type { RegisteredModel };

export interface ModelSourceOptions {
  /** What people registered for the profile, beside what the cache layout holds. */
  readonly registered?: (profile: Profile) => Promise<readonly RegisteredModel[]>;
  /** The model we ship, listed in every profile; absent with `--no-demo`. */
  readonly demo?: RegisteredModel | undefined;
}

/** Models that lie on this machine's disks: standard cache layouts, registered folders and files, and the demo. */
export function createModelSource(options: ModelSourceOptions = {}): ModelSource {
  const reader = new FactsReader();
  return {
    async list(profile, signal) {
      const models = await mapAtOnce(await findSnapshots(profile), readAtOnce, (snapshot) => {
        signal.throwIfAborted();
        return readSnapshot(snapshot, profile.name, reader);
      });
      const registered = (await options.registered?.(profile)) ?? [];
      for (const { path, name } of registered) {
        signal.throwIfAborted();
        const naming = {
          profile: profile.name,
          location: "directory",
          revision: "local",
          repo: name,
        } as const;
        models.push(await readRegistered(path, naming, reader));
      }
      if (options.demo !== undefined) {
        const { path, name } = options.demo;
        const naming = { profile: profile.name, location: "demo", revision: "demo", repo: name } as const;
        models.push(await readRegistered(path, naming, reader));
      }
      return models;
    },

    inspect: (path, name, profile) => inspectPath(path, name, profile.name, reader),

    async remove(model) {
      switch (model.location) {
        case "home":
          return removeSnapshot(model.path);
        case "cache":
          throw new BerthError(
            "read_only",
            `${model.repo} lies in the cache, which others share; Berth never deletes there`,
          );
        case "directory":
          throw new BerthError(
            "read_only",
            `${model.path} was registered, not downloaded; Berth never deletes its files`,
          );
        case "demo":
          throw new BerthError(
            "read_only",
            `${model.repo} is part of Berth; start with --no-demo to leave it out`,
          );
      }
    },
  };
}

async function readSnapshot(snapshot: Snapshot, profile: string, reader: FactsReader): Promise<Model> {
  return {
    id: modelId(profile, snapshot.path, snapshot.repo, snapshot.commit),
    repo: snapshot.repo,
    revision: snapshot.commit,
    refs: [...snapshot.refs],
    profile,
    location: snapshot.location,
    path: snapshot.path,
    ...(await readContent(snapshot, reader)),
  };
}

async function readContent(snapshot: Snapshot, reader: FactsReader): Promise<FolderModel> {
  try {
    const content = await readFolder(snapshot.path, await folderFiles(snapshot.path), reader);
    if (content.status !== "incomplete" || !snapshot.hasPartialDownload) return content;
    return { ...content, statusReason: `${content.statusReason}; a download was begun and not ended` };
  } catch (error) {
    // a model deleted under our eyes, or one we may not read, must not hide the others
    const code = fileErrorCode(error);
    if (code === undefined) throw error;
    return broken([], "corrupt", `it cannot be read (${code})`);
  }
}
