import type { Clock } from "@berth/std/clock";
import { type Hub, type HubToken, settingToken } from "../model-source.ts";
import { download } from "./download.ts";
import { planDownload } from "./plan.ts";
import { describeRepo, searchModels } from "./repo.ts";
import { assertRepoName } from "./safe-names.ts";
import { Transport } from "./transport.ts";

export { assertGrantable } from "./assert-grantable.ts";
export { assertFits } from "./download.ts";
export { type CommitFile, commitFiles } from "./commit-files.ts";
export { receiveCommit } from "./receive.ts";
export type { RepoFile } from "./repo.ts";

export interface HubOptions {
  /** `https://huggingface.co`, or what HF_ENDPOINT says. */
  readonly endpoint: string;
  /** HF_TOKEN as it is now, for whoever brings no token along. It is sent to the endpoint alone and stands in no error. */
  readonly token: () => string | undefined;
  /** HF_HUB_OFFLINE as it is now. */
  readonly offline: () => boolean;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly random?: () => number;
  /** Failures in a row, without a byte gained, before a request or download fails; 6 when absent. */
  readonly attempts?: number;
  /** How long a connection may be silent; a minute when absent. */
  readonly stallMs?: number;
}

/** The Hugging Face hub, or another that speaks as it does, into the standard cache layout of a profile's home. */
export function createHub(options: HubOptions): Hub {
  const usual = { random: Math.random, attempts: 6, stallMs: 60_000, ...options };
  const as = (token: HubToken | undefined): Transport =>
    new Transport({ ...usual, token: () => token ?? settingToken(options.token()) });
  const transport = as(undefined);
  return {
    search: (query, signal) => searchModels(transport, query, signal),
    async describe(repo, revision, signal) {
      assertRepoName(repo);
      return describeRepo(transport, repo, revision ?? "main", signal);
    },
    async plan({ token, ...request }, profile, signal) {
      assertRepoName(request.repo);
      return planDownload(as(token), request, profile, signal);
    },
    async download(plan, target, signal) {
      assertRepoName(plan.repo);
      return download(as(target.token), plan, target, signal);
    },
  };
}
