import { hasDownloadEnded, type CreateDownload, type Download, type EndpointTemplate } from "@berth/api";

/** Brings models from the hub to profiles. */
export interface ModelDownloads {
  list(): readonly Download[];
  /** Throws what the hub says, having ordered nothing. */
  create(request: CreateDownload, signal: AbortSignal): Promise<Download>;
}

/** How a model that a replica needs comes to its profile. */
export type Arrival =
  | { readonly kind: "coming"; readonly what: string }
  | { readonly kind: "failed"; readonly reason: string }
  /** It is nothing that the hub could have. */
  | { readonly kind: "nowhere" };

const hubRepository = /^[A-Za-z0-9][\w.-]*\/[\w.-]+$/;

/** Orders the model to be brought where it is not on its way yet; what failed before `since` is tried again. Throws what the hub says of it. */
export async function bringModel(
  { model, revision, options }: EndpointTemplate,
  profile: string,
  downloads: ModelDownloads,
  since: number,
  signal: AbortSignal,
): Promise<Arrival> {
  if (model === undefined || !hubRepository.test(model)) return { kind: "nowhere" };
  const known = downloads
    .list()
    .find(
      (download) =>
        download.repo === model &&
        download.profile === profile &&
        (revision === undefined || download.revision === revision),
    );
  if (known !== undefined && !hasDownloadEnded(known.status))
    return { kind: "coming", what: progressOf(known) };
  if (known?.status === "FAILED" && known.updatedAt >= since)
    return { kind: "failed", reason: known.statusReason ?? `the download of ${model} has failed` };
  const variant = options?.file;
  const ordered = await downloads.create(
    {
      repo: model,
      profile,
      ...(revision === undefined ? {} : { revision }),
      ...(variant === undefined || variant.includes("/") ? {} : { variant }),
    },
    signal,
  );
  return { kind: "coming", what: progressOf(ordered) };
}

function progressOf({ repo, bytesDone, bytesTotal, status }: Download): string {
  if (status === "QUEUED") return `${repo} waits to be downloaded`;
  const part =
    bytesTotal === null || bytesTotal === 0 ? "" : ` ${Math.floor((100 * bytesDone) / bytesTotal)} %`;
  return `downloading ${repo}${part}`;
}
