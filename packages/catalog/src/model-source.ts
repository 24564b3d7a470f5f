import type { CreateDownload, Download, HubModel, HubRepo, Model, Profile } from "@berth/api";

/** What can be run, and where it lies. This is the port; `./huggingface` and `./directory` are adapters. */

export interface DownloadProgress {
  readonly commit: string;
  readonly files: readonly string[];
  readonly bytesDone: number;
  readonly bytesTotal: number;
  readonly phase: "downloading" | "verifying";
}

export interface DownloadRequest extends CreateDownload {
  /** Where it is put: the profile's home, never its cache. */
  readonly profile: string;
  /** The commit to go on with, so that a resumed download stays one revision. */
  readonly commit?: string | undefined;
}

/** The hub: search, look, fetch. Every call honours offline mode with code `offline`. */
export interface Hub {
  search(
    query: { text: string; task: string | undefined; limit: number },
    signal: AbortSignal,
  ): Promise<readonly HubModel[]>;
  /** Throws `model_not_found`, or `gated_model` with how to be let in. */
  describe(repo: string, revision: string | undefined, signal: AbortSignal): Promise<HubRepo>;
  /**
   * Resolves when every file lies verified in the standard cache layout of the profile's home. Killed at any moment it
   * goes on, on the next call, from the bytes it has. Rejects with the signal's reason on cancel; partial files stay.
   */
  download(
    request: DownloadRequest,
    target: { readonly profile: Profile; readonly onProgress: (progress: DownloadProgress) => void },
    signal: AbortSignal,
  ): Promise<{ readonly commit: string }>;
}

/** Models that lie on a profile's disk. Never loads one; reads headers and config files only. */
export interface ModelSource {
  /** Every model of the profile: home first, then cache. Unreadable ones appear as `incomplete` or `corrupt`. */
  list(profile: Profile, signal: AbortSignal): Promise<readonly Model[]>;
  /** Facts of a directory or a single GGUF file; throws `unprocessable` saying what is wrong with it. */
  inspect(path: string, name: string | undefined, profile: Profile, signal: AbortSignal): Promise<Model>;
  /** Deletes the model's files from the profile's home, and shared blobs nobody else uses; `read_only` for the cache. */
  remove(model: Model, signal: AbortSignal): Promise<void>;
}

export type { Download };
