import { isDeepStrictEqual } from "node:util";
import {
  hasDownloadEnded,
  type CreateDownload,
  type Download,
  type EndpointConfiguration,
  type HubSecret,
} from "@berth/api";

/** Brings models from the hub to profiles. */
export interface ModelDownloads {
  list(): readonly Download[];
  /** As whoever's token the secret holds. Throws what the hub says, having ordered nothing. */
  create(request: CreateDownload, signal: AbortSignal, hubSecret: HubSecret | undefined): Promise<Download>;
}

/** What an endpoint's replica needs, and where. */
export interface WantedModel extends Pick<EndpointConfiguration, "template" | "hubSecret"> {
  readonly owner: string;
  readonly profile: string;
  /** What failed before is tried again. */
  readonly since: number;
}

/** How a model that a replica needs comes to its profile. */
export type Arrival =
  | { readonly kind: "coming"; readonly what: string }
  | { readonly kind: "failed"; readonly reason: string }
  /** It is nothing that the hub could have. */
  | { readonly kind: "nowhere" };

const hubRepository = /^[A-Za-z0-9][\w.-]*\/[\w.-]+$/;

/** Orders the model to be brought where it is not on its way yet. Throws what the hub says of it. */
export async function bringModel(
  { template, hubSecret: secret, owner, profile, since }: WantedModel,
  downloads: ModelDownloads,
  signal: AbortSignal,
): Promise<Arrival> {
  const { model, revision, options } = template ?? {};
  if (model === undefined || !hubRepository.test(model)) return { kind: "nowhere" };
  const hubSecret = secret === null ? undefined : { owner, name: secret };
  const known = downloads
    .list()
    .filter(
      (download) =>
        download.repo === model &&
        download.profile === profile &&
        (revision === undefined || download.revision === revision),
    );
  const coming = known.find(({ status }) => !hasDownloadEnded(status));
  if (coming !== undefined) return { kind: "coming", what: progressOf(coming) };
  // what somebody else may not have is another thing
  const last = known.find((download) => isDeepStrictEqual(download.hubSecret, hubSecret));
  if (last?.status === "FAILED" && last.updatedAt >= since)
    return { kind: "failed", reason: last.statusReason ?? `the download of ${model} has failed` };
  const variant = options?.file;
  const ordered = await downloads.create(
    {
      repo: model,
      profile,
      ...(revision === undefined ? {} : { revision }),
      ...(variant === undefined || variant.includes("/") ? {} : { variant }),
    },
    signal,
    hubSecret,
  );
  return { kind: "coming", what: progressOf(ordered) };
}

function progressOf({ repo, bytesDone, bytesTotal, status }: Download): string {
  if (status === "QUEUED") return `${repo} waits to be downloaded`;
  const part =
    bytesTotal === null || bytesTotal === 0 ? "" : ` ${Math.floor((100 * bytesDone) / bytesTotal)} %`;
  return `downloading ${repo}${part}`;
}
