import type { Download, Model } from "@berth/api";
import type { Berth } from "../berth-process.ts";
import { until } from "../until.ts";

/** What a server answered: its status and its JSON. */
export interface Answer<T> {
  readonly status: number;
  readonly body: T;
}

export async function call<T>(
  berth: Berth,
  method: "GET" | "POST" | "DELETE",
  path: string,
  body?: unknown,
): Promise<Answer<T>> {
  const response = await berth.fetch(path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as T };
}

export async function begin(berth: Berth, repo: string): Promise<Download> {
  const { status, body } = await call<Download>(berth, "POST", "/api/v1/downloads", { repo });
  if (status !== 202) throw new Error(`download of ${repo}: ${status} ${JSON.stringify(body)}`);
  return body;
}

/** Asks until the download is as wanted; throws when it ends otherwise. */
export async function untilDownload(
  berth: Berth,
  id: string,
  what: string,
  isWanted: (download: Download) => boolean,
): Promise<Download> {
  return until(`the download to be ${what}`, async () => {
    const { body } = await call<Download>(berth, "GET", `/api/v1/downloads/${id}`);
    if (isWanted(body)) return body;
    if (["COMPLETED", "FAILED", "CANCELLED"].includes(body.status))
      throw new Error(`${body.status}: ${body.statusReason}\n${berth.output()}`);
    return undefined;
  });
}

export const untilStatus = (berth: Berth, id: string, status: Download["status"]): Promise<Download> =>
  untilDownload(berth, id, status, (download) => download.status === status);

export async function listModels(berth: Berth): Promise<readonly Model[]> {
  return (await call<{ data: Model[] }>(berth, "GET", "/api/v1/models")).body.data;
}

/** Where a repository lies in a home. */
export const repoFolder = (berth: Berth, repo: string): string =>
  `${berth.home}/models/models--${repo.replace("/", "--")}`;
