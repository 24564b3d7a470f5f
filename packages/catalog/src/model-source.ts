import type { CreateDownload, DownloadMeans, HubModel, HubRepo, Model, Profile } from "@berth/api";

/** What can be run, and where it lies. This is the port; `./huggingface` and `./directory` are adapters. */

export interface DownloadProgress {
  readonly bytesDone: number;
  readonly bytesTotal: number;
  readonly phase: "downloading" | "verifying";
  /** What is being done, where it is not simply the download: "copying to della". */
  readonly step?: string | undefined;
}

/** Who the hub is asked as. Its value is sent to the hub alone, and stands in no error, row or log. */
export interface HubToken {
  readonly value: string;
  /** As errors call it: `HF_TOKEN`, `secret hf-token`. */
  readonly name: string;
}

/** HF_TOKEN's. */
export function settingToken(value: string | undefined): HubToken | undefined {
  return value === undefined ? undefined : { value, name: "HF_TOKEN" };
}

/** What to bring. */
export interface HubRequest extends Omit<CreateDownload, "profile"> {
  /** HF_TOKEN when absent. */
  readonly token?: HubToken | undefined;
}

/** What a download will bring: one commit, so that it stays one revision however long it takes. */
export interface DownloadPlan {
  readonly repo: string;
  /** What was asked for: a branch, a tag or a commit. */
  readonly revision: string;
  readonly commit: string;
  readonly files: readonly string[];
  /** What lies there already, whole or in part. */
  readonly bytesDone: number;
  readonly bytesTotal: number;
  /** How it will come there, where the profile is on another machine. */
  readonly means?: DownloadMeans | undefined;
}

/** What `Hub.download` needs of a plan. */
export type PlannedDownload = Pick<DownloadPlan, "repo" | "revision" | "commit" | "files" | "means">;

/** Where a download goes. */
export interface DownloadTarget {
  readonly profile: Profile;
  /** Names the download for ever: what goes on without us is found again by it. */
  readonly id?: string | undefined;
  /** HF_TOKEN when absent. */
  readonly token?: HubToken | undefined;
  readonly onProgress: (progress: DownloadProgress) => void;
}

/** Of hubs whose downloads may go on without us. */
export interface DetachedHub extends Hub {
  /** Ends what still goes on of the download; what has ended is already gone. */
  abandon(
    id: string,
    planned: Pick<PlannedDownload, "means">,
    profile: Profile,
    signal: AbortSignal,
  ): Promise<void>;
}

/** The hub: search, look, fetch. Every call honours offline mode with code `offline`. */
export interface Hub {
  search(
    query: { readonly text: string; readonly task: string | undefined; readonly limit: number },
    signal: AbortSignal,
  ): Promise<readonly HubModel[]>;
  /** Throws `model_not_found` for the repository, `not_found` for the revision. */
  describe(repo: string, revision: string | undefined, signal: AbortSignal): Promise<HubRepo>;
  /**
   * Settles what a download would bring, and refuses what would fail: `model_not_found`, `not_found`, `gated_model` with
   * how to be let in, `unprocessable` for a choice of files that is none, `insufficient_disk`, `read_only`. Fetches and
   * writes nothing.
   */
  plan(request: HubRequest, profile: Profile, signal: AbortSignal): Promise<DownloadPlan>;
  /**
   * Resolves when every file lies verified in the standard cache layout of the profile's home. Killed at any moment it
   * goes on, on the next call, from the bytes it has. Rejects with the signal's reason on cancel; partial files stay.
   */
  download(plan: PlannedDownload, target: DownloadTarget, signal: AbortSignal): Promise<void>;
}

/** Models that lie on a profile's disk. Never loads one; reads headers and config files only. */
export interface ModelSource {
  /**
   * Every model of the profile: home first, then cache, then what was registered, then the demo. Unreadable ones appear
   * as `incomplete` or `corrupt`. `path` is always a folder; of several `files` in it the first is the best choice.
   */
  list(profile: Profile, signal: AbortSignal): Promise<readonly Model[]>;
  /** Facts of a directory or a single GGUF file; throws `unprocessable` saying what is wrong with it. */
  inspect(path: string, name: string | undefined, profile: Profile, signal: AbortSignal): Promise<Model>;
  /** Deletes the model's files from the profile's home, and blobs nobody else uses; `read_only` for any other place. */
  remove(model: Model, profile: Profile, signal: AbortSignal): Promise<void>;
}

/** What a profile's disk held when it was last seen. */
export interface RememberedListing {
  readonly models: readonly Model[];
  readonly seenAt: number;
}

/** Of sources whose disks may be out of sight: they remember what was there. */
export interface RememberingModelSource extends ModelSource {
  /** The last listing of the profile, whoever made it; `undefined` when there was none. Asks no other machine. */
  remembered(profile: Profile): Promise<RememberedListing | undefined>;
}

/** Of sources that list models which are on this machine still. */
export interface StagingModelSource extends ModelSource {
  /** Brings the model's files to the profile's place, if they are not there. Resolves to the model as it lies there. */
  stage(model: Model, profile: Profile, signal: AbortSignal): Promise<Model>;
}

export type { ContainerImageSource, ImagePullTarget } from "./container-image-source.ts";
