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
import type { ImagePullRow, ImagePullStore } from "@berth/store";
import type { Changes } from "./changes.ts";
import { findProfile } from "./models-find.ts";
import type { ProfileLookup } from "./place.ts";
import { Turns } from "./turns.ts";

export interface ImagesOptions {
  readonly store: ImagePullStore;
  readonly source: ContainerImageSource;
  readonly profiles: ProfileLookup;
  readonly changes: Changes;
  readonly clock: Pick<Clock, "now">;
  readonly newId: () => string;
  /** Told of what is no fault of the place or the user. */
  readonly onError: (error: unknown, pull: ImagePull) => void;
}

const shortestPrefix = 4;
const logLines = 20;
/** How long the outcome of a pull is remembered, at the least. */
const keptMs = 7 * 86_400_000;
const cancelled = new Error("cancelled");
const stopped = new Error("the server stops");

/**
 * Container images on every profile, and their pulls. Rows outlive the server: what had not ended goes on after `start`. A pull
 * in a Slurm job has gone on meanwhile, and is found again.
 */
export class Images {
  readonly #options: ImagesOptions;
  readonly #rows = new Map<string, ImagePullRow>();
  /** Being cancelled, and whether that came about: what goes wrong for them meanwhile is the cancelling. */
  readonly #leaving = new Map<string, Promise<boolean>>();
  /** Orders to one profile are taken one after the other, so that the same order is begun once. */
  readonly #turns = new Turns();
  readonly #running = new Map<string, { readonly abort: AbortController; readonly ended: Promise<void> }>();

  constructor(options: ImagesOptions) {
    this.#options = options;
  }

  /** Reads the rows and goes on with those that had not ended. */
  async start(): Promise<void> {
    const { store, clock } = this.#options;
    for (const row of await store.listImagePulls()) {
      const { id, status, updatedAt } = row.pull;
      if (status !== "RUNNING" && updatedAt < clock.now() - keptMs) await store.deleteImagePull(id);
      else this.#rows.set(id, row);
    }
    for (const row of this.#rows.values()) if (row.pull.status === "RUNNING") this.#run(row);
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

  /**
   * Begins it; the same order to the same profile that goes on is returned as it is, and replaced once it is over. Throws `not_found`, and what hinders when
   * it cannot be seen whether the last one has left a Slurm job.
   */
  async pull(request: CreateImagePull, signal: AbortSignal): Promise<ImagePull> {
    const profile = findProfile(await this.#options.profiles.list(), request.profile);
    requireCluster(request, profile);
    return this.#turns.take(profile.name, () => this.#pull(request, profile, signal));
  }

  async #pull(request: CreateImagePull, profile: Profile, signal: AbortSignal): Promise<ImagePull> {
    const { changes, clock, newId, source, store } = this.#options;
    const same = [...this.#rows.values()].filter((row) => isSameOrder(row, profile, request));
    const running = same.find(({ pull }) => pull.status === "RUNNING");
    if (running !== undefined) return running.pull;
    const unfinished = same.filter(({ pull, loginNode }) => pull.status !== "COMPLETED" && !loginNode);
    for (const { pull } of unfinished) await source.abandon(pull.id, profile, signal);
    const id = newId();
    const now = clock.now();
    const pull: ImagePull = {
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
    const row = { pull, name: request.name ?? null, loginNode: request.loginNode === true };
    this.#rows.set(id, row);
    // before anything goes on somewhere, so that it is found again
    await store.putImagePull(row).catch((error: unknown) => {
      this.#rows.delete(id);
      throw error;
    });
    this.#run(row);
    for (const { pull: old } of same) {
      this.#rows.delete(old.id);
      await store.deleteImagePull(old.id);
      changes.publish({ type: "image-pull-removed", id: old.id });
    }
    return pull;
  }

  /** The newest first. */
  listPulls(): ImagePull[] {
    return [...this.#rows.values()].map(({ pull }) => pull).toSorted((a, b) => b.createdAt - a.createdAt);
  }

  /** By id, or the start of one. Throws `not_found`. */
  get(id: string): ImagePull {
    return this.#rows.get(id)?.pull ?? oneOf(this.listPulls(), id, "pull");
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
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#leaving.set(pull.id, promise);
    try {
      await this.#options.source.abandon(pull.id, profile, signal);
      resolve(true);
      running.abort.abort(cancelled);
      await running.ended;
    } finally {
      resolve(false);
      this.#leaving.delete(pull.id);
    }
    return this.get(pull.id);
  }

  /** Resolves when nothing is followed any more. Slurm jobs go on. */
  async stop(): Promise<void> {
    const running = [...this.#running.values()];
    for (const { abort } of running) abort.abort(stopped);
    await Promise.all(running.map(({ ended }) => ended));
  }

  /** To be called when a profile has got another name: the pulls bear it from then on. */
  renameProfile(from: string, to: string): void {
    for (const { pull } of this.#rows.values())
      if (pull.profile === from) this.#tell(pull.id, { profile: to });
  }

  async #look(profile: Profile, signal: AbortSignal): Promise<ContainerImage[]> {
    return [...(await this.#options.source.list(profile, signal))];
  }

  #run(row: ImagePullRow): void {
    const { id } = row.pull;
    const abort = new AbortController();
    const ended = this.#bring(row, abort.signal)
      .then(
        (image) => this.#put(id, { status: "COMPLETED", image }),
        (error: unknown) => this.#fail(id, error, abort.signal),
      )
      // the store refused the row: it goes on after the next start
      .catch((error: unknown) => this.#options.onError(error, this.get(id)))
      .finally(() => this.#running.delete(id));
    this.#running.set(id, { abort, ended });
  }

  async #bring({ pull, name, loginNode }: ImagePullRow, signal: AbortSignal): Promise<ContainerImage> {
    const { profiles, source } = this.#options;
    const profile = findProfile(await profiles.list(), pull.profile);
    const { id } = pull;
    const onLine = (line: string): void => {
      this.#tell(id, { logTail: [...this.get(id).logTail, line].slice(-logLines) });
    };
    const order = { source: pull.source, ...(name === null ? {} : { name }), loginNode };
    return source.pull(order, { profile, id, onLine }, signal);
  }

  async #fail(id: string, error: unknown, signal: AbortSignal): Promise<void> {
    if (signal.reason === stopped) return;
    if ((await this.#leaving.get(id)) === true || signal.reason === cancelled) {
      await this.#put(id, { status: "CANCELLED" });
      return;
    }
    if (!isBerthError(error)) this.#options.onError(error, this.get(id));
    const statusReason = isBerthError(error)
      ? error.message
      : "an unexpected error; the server's log tells more";
    await this.#put(id, { status: "FAILED", statusReason });
  }

  /** Writes it down, and tells. */
  async #put(id: string, change: Partial<ImagePull>): Promise<void> {
    await this.#options.store.putImagePull(this.#tell(id, change));
  }

  #tell(id: string, change: Partial<ImagePull>): ImagePullRow {
    const row = this.#rows.get(id);
    if (row === undefined) throw new RangeError(`there is no pull ${id}`);
    const pull = { ...row.pull, ...change, updatedAt: this.#options.clock.now() };
    const next = { ...row, pull };
    this.#rows.set(id, next);
    this.#options.changes.publish({ type: "image-pull", pull });
    return next;
  }
}

const isSameOrder = ({ pull, name }: ImagePullRow, profile: Profile, request: CreateImagePull): boolean =>
  pull.profile === profile.name && pull.source === request.source && name === (request.name ?? null);

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
