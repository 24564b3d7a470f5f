import { basename, join } from "node:path";
import type { Model, Profile } from "@berth/api";
import { modelId, homeModelsRoot, repoFolderName } from "../cache-layout.ts";
import { createModelSource } from "../directory/index.ts";
import { namedBytes } from "../huggingface/commit-files.ts";
import type { SendableCommit } from "./send-commit.ts";

/** The model we ship: one file of this machine. */
export interface DemoFile {
  readonly path: string;
  readonly name: string;
}

export interface ReadDemo {
  readonly commit: SendableCommit;
  /** As it lies here. */
  readonly model: Model;
}

const read = new Map<string, Promise<ReadDemo>>();
const never = new AbortController().signal;

/** The demo as a commit that can be sent; its name is that of its bytes. Read once: it is a part of Berth. */
export function readDemo(demo: DemoFile): Promise<ReadDemo> {
  const known = read.get(demo.path) ?? readAnew(demo);
  read.set(demo.path, known);
  return known;
}

async function readAnew({ path, name }: DemoFile): Promise<ReadDemo> {
  const file = { ...(await namedBytes(path, never)), path: basename(path), source: path };
  const commit = { repo: name, revision: "demo", commit: file.etag.slice(0, 40), files: [file] };
  return { commit, model: await createModelSource().inspect(path, name, here, never) };
}

/** The demo as it will lie on the profile once it is staged; until then its location says what it is. */
export async function demoAt(demo: DemoFile, profile: Profile): Promise<Model> {
  const { commit, model } = await readDemo(demo);
  const path = join(homeModelsRoot(profile.home), repoFolderName(commit.repo), "snapshots", commit.commit);
  return {
    ...model,
    id: modelId(profile.name, path, commit.repo, commit.commit),
    revision: commit.commit,
    refs: [commit.revision],
    profile: profile.name,
    location: "demo",
    path,
  };
}

const here: Profile = {
  id: "here",
  name: "here",
  default: false,
  status: "ready",
  statusReason: null,
  schema: "local",
  home: "/",
  cache: "/",
  slurm: null,
  connection: null,
};
