import { createHash } from "node:crypto";
import { contentBytes, digestContent, type HubContent } from "./hub-double-content.ts";

/** A model repository as a test describes it. */
export interface HubDoubleRepo {
  readonly id: string;
  /** What the branch `main` holds. */
  readonly files: Readonly<Record<string, HubContent>>;
  /** Other branches; a tag is one that is named under `tags`. */
  readonly branches?: Readonly<Record<string, Readonly<Record<string, HubContent>>>>;
  readonly tags?: Readonly<Record<string, Readonly<Record<string, HubContent>>>>;
  readonly gated?: false | "auto" | "manual";
  readonly private?: boolean;
  /** Keys that may read the repository when it is gated or private. */
  readonly readers?: readonly string[];
  readonly task?: string;
  readonly labels?: readonly string[];
  readonly downloads?: number;
  readonly likes?: number;
  readonly licence?: string;
  readonly lastModified?: string;
}

export interface PreparedFile {
  readonly path: string;
  readonly content: HubContent;
  readonly sizeBytes: number;
  /** Git's name for what git holds: the file, or the pointer to it. */
  readonly oid: string;
  /** SHA-256 of a file that git holds by a pointer only. */
  readonly sha256: string | null;
}

export interface PreparedCommit {
  readonly sha: string;
  readonly files: readonly PreparedFile[];
}

export interface PreparedRepo {
  readonly spec: HubDoubleRepo;
  readonly branches: ReadonlyMap<string, PreparedCommit>;
  readonly tags: ReadonlyMap<string, PreparedCommit>;
  /** The commit that a branch, a tag or the start of its own name stands for. */
  find(revision: string): PreparedCommit | undefined;
}

const pointedAt = /\.(?:gguf|safetensors|bin|onnx|pt|h5|msgpack)$/;

export function prepareRepo(spec: HubDoubleRepo): PreparedRepo {
  const prepareAll = (named: Readonly<Record<string, HubDoubleRepo["files"]>>): Map<string, PreparedCommit> =>
    new Map(Object.entries(named).map(([name, files]) => [name, prepareCommit(spec.id, files)]));
  const branches = prepareAll({ main: spec.files, ...spec.branches });
  const tags = prepareAll(spec.tags ?? {});
  const commits = [...branches.values(), ...tags.values()];
  return {
    spec,
    branches,
    tags,
    find: (revision) =>
      branches.get(revision === "HEAD" ? "main" : revision) ??
      tags.get(revision) ??
      commits.find((commit) => revision.length >= 7 && commit.sha.startsWith(revision)),
  };
}

function prepareCommit(repo: string, named: HubDoubleRepo["files"]): PreparedCommit {
  const files = Object.entries(named).map(([path, content]) => prepareFile(path, content));
  const identity = JSON.stringify([repo, files.map((file) => [file.path, file.oid])]);
  return { sha: createHash("sha1").update(identity).digest("hex"), files };
}

function prepareFile(path: string, content: HubContent): PreparedFile {
  const sizeBytes = contentBytes(content);
  if (!pointedAt.test(path)) {
    return { path, content, sizeBytes, oid: digestContent(content, "sha1", true), sha256: null };
  }
  const told = typeof content === "object" && "seed" in content ? content.sha256 : undefined;
  const sha256 = told ?? digestContent(content, "sha256");
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256}\nsize ${sizeBytes}\n`;
  return { path, content, sizeBytes, oid: digestContent(pointer, "sha1", true), sha256 };
}
