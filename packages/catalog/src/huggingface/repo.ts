import { BerthError, type HubModel, type HubRepo } from "@berth/api";
import { asRecord } from "../config-facts.ts";
import { assertSafePath, isBlobName, isCommit } from "./safe-names.ts";
import type { Transport } from "./transport.ts";
import { variantsOf } from "./variants.ts";

/** A file of a repository as the hub lists it. */
export interface RepoFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** Its name among the blobs: SHA-256 of a big file, git's SHA-1 of a small one. */
  readonly etag: string;
  readonly digest: "sha256" | "git-sha1";
}

export interface RepoInfo {
  readonly model: HubModel;
  readonly commit: string;
  readonly licence: string | null;
}

/** The model library of the hub is loaded when it is first used: it costs a tenth of a second. */
const hubLibrary = () => import("@huggingface/hub");

export async function searchModels(
  transport: Transport,
  query: { readonly text: string; readonly task: string | undefined; readonly limit: number },
  signal: AbortSignal,
): Promise<HubModel[]> {
  transport.requireOnline();
  const { listModels } = await hubLibrary();
  const found: HubModel[] = [];
  const entries = listModels({
    hubUrl: transport.endpoint,
    fetch: transport.fetchFor({}, signal),
    sort: "downloads",
    limit: query.limit,
    additionalFields: ["tags"],
    search: {
      query: query.text,
      // any task's name may be asked for; the hub knows more of them than the library's type
      ...(query.task === undefined ? {} : { task: query.task as "text-generation" }),
    },
  });
  if (query.limit === 0) return found;
  for await (const entry of entries) found.push(hubModel(entry));
  return found;
}

/** Throws `model_not_found`, or `not_found` for the revision. */
export async function repoInfo(
  transport: Transport,
  repo: string,
  revision: string,
  signal: AbortSignal,
): Promise<RepoInfo> {
  const { modelInfo } = await hubLibrary();
  const info = await modelInfo({
    name: repo,
    revision,
    hubUrl: transport.endpoint,
    fetch: transport.fetchFor({ repo, revision }, signal),
    additionalFields: ["tags", "sha", "cardData"],
  });
  if (typeof info.sha !== "string" || !isCommit(info.sha)) throw nonsense(transport, "a commit that is none");
  const licence = asRecord(info.cardData)["license"];
  return { model: hubModel(info), commit: info.sha, licence: typeof licence === "string" ? licence : null };
}

/** Every file of the commit. Throws `upstream_failed` for a path or name that could lead out of the cache. */
export async function repoFiles(
  transport: Transport,
  repo: string,
  commit: string,
  signal: AbortSignal,
): Promise<RepoFile[]> {
  const { listFiles } = await hubLibrary();
  const files: RepoFile[] = [];
  const fetch = transport.fetchFor({ repo, revision: commit }, signal);
  const place = {
    repo: { type: "model", name: repo },
    revision: commit,
    hubUrl: transport.endpoint,
  } as const;
  for await (const entry of listFiles({ ...place, fetch, recursive: true })) {
    if (entry.type !== "file") continue;
    assertSafePath(entry.path);
    const etag = entry.lfs?.oid ?? entry.oid ?? "";
    const digest = entry.lfs === undefined ? "git-sha1" : "sha256";
    const sizeBytes = entry.lfs?.size ?? entry.size;
    if (!isBlobName(etag, digest) || !Number.isSafeInteger(sizeBytes) || sizeBytes < 0) {
      throw nonsense(transport, `no proper name or size for ${entry.path}`);
    }
    files.push({ path: entry.path, sizeBytes, etag, digest });
  }
  return files;
}

export async function describeRepo(
  transport: Transport,
  repo: string,
  revision: string,
  signal: AbortSignal,
): Promise<HubRepo> {
  const info = await repoInfo(transport, repo, revision, signal);
  const [files, refs] = await Promise.all([
    repoFiles(transport, repo, info.commit, signal),
    repoRefs(transport, repo, signal),
  ]);
  return {
    ...info.model,
    // a repository that holds the files can be run, whatever its labels say
    runnable: info.model.runnable || files.some(({ path }) => isRunnableFile(path)),
    revision: info.commit,
    ...refs,
    variants: variantsOf(files),
    files: files.map(({ path, sizeBytes }) => ({ path, sizeBytes })),
    licence: info.licence,
  };
}

/** The library cannot list branches. */
async function repoRefs(
  transport: Transport,
  repo: string,
  signal: AbortSignal,
): Promise<{ branches: string[]; tags: string[] }> {
  const url = `${transport.endpoint}/api/models/${repo}/refs`;
  const answer = await transport.fetchFor({ repo }, signal)(url);
  const refs = asRecord(await answer.json());
  const names = (list: unknown): string[] =>
    (Array.isArray(list) ? list : []).flatMap((entry) => {
      const { name } = asRecord(entry);
      return typeof name === "string" ? [name] : [];
    });
  return { branches: names(refs["branches"]), tags: names(refs["tags"]) };
}

interface HubEntry {
  readonly name: string;
  readonly task?: string;
  readonly downloads: number;
  readonly likes: number;
  readonly gated: false | "auto" | "manual";
  readonly private: boolean;
  readonly updatedAt: Date;
  readonly tags?: readonly string[];
}

function hubModel(entry: HubEntry): HubModel {
  const updatedAt = entry.updatedAt.getTime();
  return {
    id: entry.name,
    task: entry.task ?? null,
    downloads: entry.downloads ?? 0,
    likes: entry.likes ?? 0,
    gated: entry.gated ?? false,
    private: entry.private ?? false,
    updatedAt: Number.isNaN(updatedAt) ? null : updatedAt,
    runnable: isRunnable(entry.tags ?? []),
  };
}

/** The engines that need nothing installed read GGUF, and Whisper as ONNX. */
function isRunnable(tags: readonly string[]): boolean {
  return tags.includes("gguf") || (tags.includes("whisper") && tags.includes("onnx"));
}

/** Whisper's GGML files have no label of their own. */
function isRunnableFile(path: string): boolean {
  return path.endsWith(".gguf") || /^ggml-[^/]+\.bin$/.test(path);
}

const nonsense = (transport: Transport, what: string): BerthError =>
  new BerthError("upstream_failed", `${transport.endpoint} answered with ${what}`);
