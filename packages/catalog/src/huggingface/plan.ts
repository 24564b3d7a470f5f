import type { CreateDownload, Profile } from "@berth/api";
import type { DownloadPlan } from "../model-source.ts";
import { assertRoom } from "./download.ts";
import { fileUrl } from "./fetch-blob.ts";
import { repoFiles, repoInfo } from "./repo.ts";
import { StallGuard } from "./stall-guard.ts";
import { StorePlace } from "./store-place.ts";
import type { Transport } from "./transport.ts";
import { chooseFiles } from "./variants.ts";

/** See `Hub.plan`. */
export async function planDownload(
  transport: Transport,
  request: Omit<CreateDownload, "profile">,
  profile: Profile,
  signal: AbortSignal,
): Promise<DownloadPlan> {
  const { repo, revision = "main" } = request;
  const info = await repoInfo(transport, repo, revision, signal);
  const all = await repoFiles(transport, repo, info.commit, signal);
  const wanted = new Set(chooseFiles(repo, all, request));
  const files = all.filter((file) => wanted.has(file.path));
  const [first] = files;
  // a gated repository shows its list of files to everybody, and its files to few
  if (first !== undefined && info.model.gated !== false) {
    await assertAdmitted(transport, repo, info.commit, first.path, signal);
  }
  const place = new StorePlace(profile.home, repo);
  await place.assertWritable();
  await assertRoom(place, files);
  let bytesDone = 0;
  for (const file of files) bytesDone += await place.bytesThere(file);
  return {
    repo,
    revision,
    commit: info.commit,
    files: files.map((file) => file.path),
    bytesDone,
    bytesTotal: files.reduce((sum, file) => sum + file.sizeBytes, 0),
  };
}

async function assertAdmitted(
  transport: Transport,
  repo: string,
  commit: string,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  await transport.retrying(signal, async () => {
    using guard = new StallGuard(transport.clock, transport.stallMs, signal);
    const url = fileUrl(transport.endpoint, repo, commit, path);
    // the link that a big file redirects to is signed for GET, and is not asked
    const init = { method: "HEAD", redirect: "manual" } as const;
    await transport.request(url, init, { repo, revision: commit, path }, guard.signal);
  });
}
