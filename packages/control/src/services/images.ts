import { createHash } from "node:crypto";
import {
  BerthError,
  type ContainerImage,
  type CreateImagePull,
  type ImagePull,
  isBerthError,
  type Profile,
  type StaleListing,
} from "@berth/api";
import type { ContainerImageSource } from "@berth/catalog";
import type { Clock } from "@berth/std/clock";
import type { Changes } from "./changes.ts";
import { findProfile } from "./models-find.ts";
import type { ProfileLookup } from "./place.ts";

export interface ImagesOptions {
  readonly source: ContainerImageSource;
  readonly profiles: ProfileLookup;
  readonly changes: Changes;
  readonly clock: Pick<Clock, "now">;
  /** Told of what is no fault of the place or the user. */
  readonly onError: (error: unknown, pull: ImagePull) => void;
}

const shortestPrefix = 4;
const logLines = 20;
const cancelled = new Error("cancelled");
const stopped = new Error("the server stops");

/**
 * Container images on every profile, and the pulls since the server started. A pull in a Slurm job goes on without the
 * server: the same order finds it again.
 */
export class Images {
  readonly #options: ImagesOptions;
  readonly #pulls = new Map<string, ImagePull>();
  readonly #running = new Map<string, { readonly abort: AbortController; readonly ended: Promise<void> }>();

  constructor(options: ImagesOptions) {
    this.#options = options;
  }

  /** A profile that cannot be looked at hides no other; alone, it is its error. Throws `not_found`. */
  async list(
    wanted: string | undefined,
    signal: AbortSignal,
  ): Promise<{ data: ContainerImage[]; stale?: StaleListing[] }> {
    const all = await this.#options.profiles.list();
    if (wanted !== undefined) return { data: await this.#look(findProfile(all, wanted), signal) };
    const stale: StaleListing[] = [];
    const lists = await Promise.all(
      all.map((profile) =>
        this.#look(profile, signal).catch((error: unknown) => {
          if (!isBerthError(error)) throw error;
          stale.push({ profile: profile.name, seenAt: null, reason: error.message });
          return [];
        }),
      ),
    );
    return { data: lists.flat(), ...(stale.length === 0 ? {} : { stale }) };
  }

  /** Deletes it from the home. Throws `not_found`, `read_only`, and as the place does. */
  async remove(id: string, signal: AbortSignal): Promise<void> {
    const { data } = await this.list(undefined, signal);
    const image = oneOf(data, id, "container image");
    const profile = findProfile(await this.#options.profiles.list(), image.profile);
    await this.#options.source.remove(image, profile, signal);
  }

  /** Begins it; one of the same source on the same profile that goes on is returned as it is. Throws `not_found`. */
  async pull(request: CreateImagePull): Promise<ImagePull> {
    const { profiles, clock, source } = this.#options;
    const profile = findProfile(await profiles.list(), request.profile);
    requireCluster(request, profile);
    const id = pullId(profile, request);
    const known = this.#pulls.get(id);
    if (known?.status === "RUNNING") return known;
    const now = clock.now();
    const started: ImagePull = {
      id,
      profile: profile.name,
      source: request.source,
      status: "RUNNING",
      statusReason: null,
      logTail: [],
      image: null,
      createdAt: now,
      updatedAt: now,
    };
    this.#pulls.set(id, started);
    const abort = new AbortController();
    const onLine = (line: string): void => {
      const logTail = [...this.get(id).logTail, line].slice(-logLines);
      this.#put(id, { logTail });
    };
    const ended = source
      .pull(request, { profile, id, onLine }, abort.signal)
      .then(
        (image) => this.#put(id, { status: "COMPLETED", image }),
        (error: unknown) => this.#fail(id, error, abort.signal),
      )
      .finally(() => this.#running.delete(id));
    this.#running.set(id, { abort, ended });
    return started;
  }

  /** The newest first. */
  listPulls(): ImagePull[] {
    return [...this.#pulls.values()].toSorted((a, b) => b.createdAt - a.createdAt);
  }

  /** By id, or the start of one. Throws `not_found`. */
  get(id: string): ImagePull {
    return this.#pulls.get(id) ?? oneOf(this.listPulls(), id, "pull");
  }

  /** Resolves when it has stopped. Throws `conflict` when it has ended, and as the place does when its job cannot be ended. */
  async cancel(id: string, signal: AbortSignal): Promise<ImagePull> {
    const pull = this.get(id);
    const running = this.#running.get(pull.id);
    if (running === undefined) {
      throw new BerthError("conflict", `pull ${pull.id} is ${pull.status} and cannot be cancelled`, {
        param: "id",
      });
    }
    const profile = findProfile(await this.#options.profiles.list(), pull.profile);
    await this.#options.source.abandon(pull.id, profile, signal);
    running.abort.abort(cancelled);
    await running.ended;
    return this.get(pull.id);
  }

  /** Resolves when nothing is followed any more. Slurm jobs go on. */
  async stop(): Promise<void> {
    const running = [...this.#running.values()];
    for (const { abort } of running) abort.abort(stopped);
    await Promise.all(running.map(({ ended }) => ended));
  }

  async #look(profile: Profile, signal: AbortSignal): Promise<ContainerImage[]> {
    return [...(await this.#options.source.list(profile, signal))];
  }

  #fail(id: string, error: unknown, signal: AbortSignal): void {
    if (signal.reason === cancelled) return this.#put(id, { status: "CANCELLED" });
    if (signal.reason === stopped) return;
    if (!isBerthError(error)) this.#options.onError(error, this.get(id));
    const statusReason = isBerthError(error)
      ? error.message
      : "an unexpected error; the server's log tells more";
    this.#put(id, { status: "FAILED", statusReason });
  }

  #put(id: string, change: Partial<ImagePull>): void {
    const pull = { ...this.get(id), ...change, updatedAt: this.#options.clock.now() };
    this.#pulls.set(id, pull);
    this.#options.changes.publish({ type: "image-pull", pull });
  }
}

/** The same for the same order, so that a pull which outlived the server is found by giving it again. */
const pullId = ({ name }: Profile, { source, name: called }: CreateImagePull): string =>
  createHash("sha256")
    .update(JSON.stringify(["image", name, source, called ?? null]))
    .digest("hex")
    .slice(0, 12);

function requireCluster({ loginNode }: CreateImagePull, profile: Profile): void {
  if (loginNode !== true || profile.slurm !== null) return;
  throw new BerthError(
    "unprocessable",
    `loginNode: profile ${profile.name} is on this machine; leave it out`,
    {
      param: "loginNode",
    },
  );
}

function oneOf<T extends { readonly id: string }>(all: readonly T[], id: string, what: string): T {
  const fitting = all.filter(
    (each) => each.id === id || (id.length >= shortestPrefix && each.id.startsWith(id)),
  );
  const [only, ...more] = fitting;
  if (only !== undefined && more.length === 0) return only;
  throw new BerthError("not_found", `there is no ${what} ${id}`, { param: "id" });
}
