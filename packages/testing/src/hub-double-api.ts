import type { PreparedCommit, PreparedRepo } from "./hub-double-repo.ts";

/** The JSON that huggingface.co's API answers with, as of November 2026. */

/** One entry of `GET /api/models`, and `GET /api/models/{repo}/revision/{revision}`. */
export function modelJson(repo: PreparedRepo, commit: PreparedCommit): Record<string, unknown> {
  const { spec } = repo;
  const formats = new Set(commit.files.map((file) => file.path.split(".").at(-1)));
  return {
    _id: commit.sha.slice(0, 24),
    id: spec.id,
    modelId: spec.id,
    author: spec.id.split("/")[0],
    sha: commit.sha,
    lastModified: spec.lastModified ?? "2026-11-01T12:00:00.000Z",
    private: spec.private ?? false,
    gated: spec.gated ?? false,
    disabled: false,
    downloads: spec.downloads ?? 0,
    likes: spec.likes ?? 0,
    tags: [
      ...(spec.labels ?? []),
      ...["gguf", "safetensors"].filter((format) => formats.has(format)),
      ...(spec.licence === undefined ? [] : [`license:${spec.licence}`]),
    ],
    ...(spec.task === undefined ? {} : { pipeline_tag: spec.task }),
    ...(spec.licence === undefined ? {} : { cardData: { license: spec.licence } }),
    siblings: commit.files.map((file) => ({ rfilename: file.path })),
    createdAt: "2026-10-01T12:00:00.000Z",
  };
}

/** With `expand`, the hub answers with the named fields and `_id` and `id` only. */
export function expandOnly(
  model: Record<string, unknown>,
  fields: readonly string[],
): Record<string, unknown> {
  if (fields.length === 0) return model;
  return Object.fromEntries(Object.entries(model).filter(([key]) => ["_id", "id", ...fields].includes(key)));
}

/** `GET /api/models/{repo}/tree/{revision}`: files, and the folders they lie in. */
export function treeJson(
  commit: PreparedCommit,
  recursive: boolean,
  below: string,
): Record<string, unknown>[] {
  const prefix = below === "" ? "" : `${below}/`;
  const entries = new Map<string, Record<string, unknown>>();
  for (const file of commit.files) {
    if (!file.path.startsWith(prefix)) continue;
    const steps = file.path.slice(prefix.length).split("/");
    for (let depth = 1; depth < steps.length; depth += 1) {
      const path = prefix + steps.slice(0, depth).join("/");
      if (recursive || depth === 1) entries.set(path, { type: "directory", oid: commit.sha, size: 0, path });
    }
    if (!recursive && steps.length > 1) continue;
    const lfs =
      file.sha256 === null ? {} : { lfs: { oid: file.sha256, size: file.sizeBytes, pointerSize: 134 } };
    entries.set(file.path, { type: "file", oid: file.oid, size: file.sizeBytes, path: file.path, ...lfs });
  }
  return [...entries.values()];
}

/** `GET /api/models/{repo}/refs`. */
export function refsJson(repo: PreparedRepo): Record<string, unknown> {
  const list = (commits: ReadonlyMap<string, PreparedCommit>, kind: string): unknown[] =>
    [...commits].map(([name, { sha }]) => ({ name, ref: `refs/${kind}/${name}`, targetCommit: sha }));
  return { branches: list(repo.branches, "heads"), converts: [], tags: list(repo.tags, "tags") };
}
