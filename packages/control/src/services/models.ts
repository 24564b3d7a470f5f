import { BerthError, isBerthError, type Model, type Profile, type StaleListing } from "@berth/api";
import type { ModelSource, RememberingModelSource, StagingModelSource } from "@berth/catalog";
import type { Clock } from "@berth/std/clock";
import { DeadlinePassed, withDeadline } from "@berth/std/deadline";
import type { LocalModelStore } from "@berth/store";
import type { Changes } from "./changes.ts";
import type { StagingLookup } from "./draft-to-launch.ts";
import { findModel, findProfile } from "./models-find.ts";
import type { ProfileLookup } from "./place.ts";

export interface ModelsOptions {
  readonly source: ModelSource | (RememberingModelSource & StagingModelSource);
  readonly profiles: ProfileLookup;
  readonly localModels: LocalModelStore;
  readonly changes: Changes;
  readonly clock: Pick<Clock, "monotonic" | "sleep">;
  /** What still needs the model's files, in words: `service pilot`, `download of Q4_K_M`. */
  readonly usedBy: (model: Model) => Promise<readonly string[]>;
}

interface Listing {
  readonly readAt: number;
  readonly models: Promise<readonly Model[]>;
  isRead: boolean;
}

/** Files come and go without us: a listing older than this is read again. Reading it costs little the second time. */
const listingAgeMs = 5_000;
/** Of another machine, where looking costs a command. */
const remoteListingAgeMs = 30_000;
/** What was last seen of another machine is told when that one has not answered by then. */
const answerWithinMs = 2_000;
/** The first look at a cluster may have to bring over what looks. */
const patienceMs = 5 * 60_000;
/** A program that hangs on a dead disk must not be waited for by all who come after. */
const readLimitMs = 30 * 60_000;
/** A listing serves everybody who asks meanwhile, so no single caller's leaving ends it. */
const never = new AbortController().signal;

/** What models lie where. */
export class Models implements StagingLookup {
  readonly #options: ModelsOptions;
  readonly #listings = new Map<string, Listing>();

  constructor(options: ModelsOptions) {
    this.#options = options;
  }

  /**
   * Of all profiles, or one; `refresh` reads the disks although they were read a moment ago. A profile that cannot be
   * looked at never hides the others': it is told with what was last seen there. Throws `not_found`, and for a single
   * profile of which nothing was ever seen what hinders.
   */
  async listing(
    wanted: { readonly profile?: string | undefined; readonly refresh?: boolean } = {},
  ): Promise<{ data: Model[]; stale?: StaleListing[] }> {
    const all = await this.#options.profiles.list();
    const profiles = wanted.profile === undefined ? all : [findProfile(all, wanted.profile)];
    const parts = await Promise.all(profiles.map((profile) => this.#look(profile, wanted.refresh === true)));
    const [only] = parts;
    if (wanted.profile !== undefined && only?.error !== undefined && only.stale?.seenAt === null)
      throw only.error;
    const data = parts.flatMap(({ models }) => models);
    const stale = parts.flatMap((part) => part.stale ?? []);
    return stale.length === 0 ? { data } : { data, stale };
  }

  /** The models of `listing`. */
  async listAll(
    wanted: { readonly profile?: string | undefined; readonly refresh?: boolean } = {},
  ): Promise<Model[]> {
    return (await this.listing(wanted)).data;
  }

  async #look(
    profile: Profile,
    refresh: boolean,
  ): Promise<{ models: readonly Model[]; stale?: StaleListing; error?: unknown }> {
    const { source } = this.#options;
    const ageMs = profile.slurm === null ? listingAgeMs : remoteListingAgeMs;
    const listed = this.#read(profile, refresh ? 0 : ageMs);
    if (profile.slurm === null || !("remembered" in source)) return { models: await listed };
    const known = await source.remembered(profile);
    const { name } = profile;
    try {
      if (known === undefined || refresh) return { models: await listed };
      const models = await this.#inTime(listed);
      if (models !== undefined) return { models };
      return {
        models: known.models,
        stale: { profile: name, seenAt: known.seenAt, reason: "it has not answered yet" },
      };
    } catch (error) {
      if (!isBerthError(error)) throw error;
      const stale = { profile: name, seenAt: known?.seenAt ?? null, reason: error.message };
      return { models: known?.models ?? [], stale, error };
    }
  }

  /** `undefined` when the work has not ended in time; it goes on for the next who asks. */
  async #inTime<T>(work: Promise<T>): Promise<T | undefined> {
    const done = new AbortController();
    const late = this.#options.clock.sleep(answerWithinMs, done.signal).then(
      () => undefined,
      () => undefined,
    );
    try {
      return await Promise.race([work, late]);
    } finally {
      done.abort();
    }
  }

  /**
   * As the disk is now. Throws what hinders, and `host_unreachable` when the place has not answered in a while; the look
   * goes on for the next who asks.
   */
  async list(profile: Profile, signal: AbortSignal): Promise<readonly Model[]> {
    const { clock } = this.#options;
    const known = this.#listings.get(profile.name);
    const read = (): Promise<readonly Model[]> =>
      known?.isRead === false ? known.models : this.#read(profile, 0);
    try {
      return await withDeadline(clock, patienceMs, signal, read);
    } catch (error) {
      if (signal.aborted || !(error instanceof DeadlinePassed)) throw error;
      const minutes = patienceMs / 60_000;
      throw new BerthError(
        "host_unreachable",
        `profile ${profile.name} has not told its models within ${minutes} minutes; look at its connection, and try again`,
        { cause: error },
      );
    }
  }

  async stage(model: Model, profile: Profile, signal: AbortSignal): Promise<void> {
    const { source } = this.#options;
    if (!("stage" in source)) return;
    await source.stage(model, profile, signal);
    this.#listings.delete(profile.name);
    this.#options.changes.publish({ type: "models" });
  }

  inspect(path: string, profile: Profile, signal: AbortSignal): Promise<Model> {
    return this.#options.source.inspect(path, undefined, profile, signal);
  }

  /** By id, the start of one, or a repository that lies there once. Throws `not_found` or `conflict`. */
  async get(named: string): Promise<Model> {
    return findModel(await this.listAll(), named);
  }

  /** Tells everybody to look again. Resolves to the model of the revision, if it lies there by now. */
  async refresh(place: { profile: string; repo: string; revision: string }): Promise<Model | undefined> {
    this.#listings.delete(place.profile);
    this.#options.changes.publish({ type: "models" });
    const models = await this.listAll({ profile: place.profile });
    return models.find((model) => model.repo === place.repo && model.revision === place.revision);
  }

  /**
   * Registers a directory or a GGUF file where it lies. Throws `unprocessable` saying what is wrong with it, and
   * `already_exists` for a name that a model of the profile has.
   */
  async add(
    given: { path: string; name?: string | undefined; profile?: string | undefined },
    signal: AbortSignal,
  ): Promise<Model> {
    const { source, localModels, profiles } = this.#options;
    const profile = findProfile(await profiles.list(), given.profile);
    requireName(given.name);
    const model = await source.inspect(given.path, given.name, profile, signal);
    const namesake = (await this.list(profile, signal)).find(({ repo }) => repo === model.repo);
    if (namesake !== undefined) {
      throw new BerthError(
        "already_exists",
        `name: profile ${profile.name} has a model ${model.repo} already (${namesake.id}); give another name`,
        { param: "name", details: { id: namesake.id } },
      );
    }
    await localModels.insertLocalModel({ path: given.path, name: model.repo, profile: profile.name });
    return (await this.refresh({ ...model, profile: profile.name })) ?? model;
  }

  /**
   * Deletes a downloaded model's files; forgets a registered one, whose files stay. Throws `conflict` while something
   * needs them, `read_only` for the cache's and the demo.
   */
  async remove(named: string, signal: AbortSignal): Promise<void> {
    const model = await this.get(named);
    const users = await this.#options.usedBy(model);
    if (users.length > 0) {
      const words = users.join(", ");
      throw new BerthError("conflict", `${model.repo} is in use by ${words}: stop it first`, {
        param: "id",
        details: { usedBy: users },
      });
    }
    if (model.location === "directory") await this.#forget(model);
    else await this.#options.source.remove(model, await this.#profileOf(model), signal);
    await this.refresh(model);
  }

  async #profileOf(model: Model): Promise<Profile> {
    return findProfile(await this.#options.profiles.list(), model.profile);
  }

  /** Names are one a profile, so the name finds the row. */
  async #forget(model: Model): Promise<void> {
    const { localModels } = this.#options;
    const rows = await localModels.listLocalModels();
    const row = rows.find(({ name, profile }) => name === model.repo && profile === model.profile);
    if (row !== undefined) await localModels.deleteLocalModel(row);
  }

  #read(profile: Profile, maxAgeMs: number): Promise<readonly Model[]> {
    const known = this.#listings.get(profile.name);
    const now = this.#options.clock.monotonic();
    if (known !== undefined && now - known.readAt < maxAgeMs) return known.models;
    const { clock, source } = this.#options;
    const models = withDeadline(clock, readLimitMs, never, (limit) => source.list(profile, limit));
    const listing: Listing = { readAt: now, models, isRead: false };
    this.#listings.set(profile.name, listing);
    models.then(
      () => (listing.isRead = true),
      () => {
        // those who wait for it hear of it; the next one tries again
        if (this.#listings.get(profile.name) === listing) this.#listings.delete(profile.name);
      },
    );
    return listing.models;
  }
}

function requireName(name: string | undefined): void {
  // oxlint-disable-next-line no-control-regex
  if (name === undefined || !/[\u0000-\u001f\u007f]|^\s|\s$/.test(name)) return;
  throw new BerthError("unprocessable", "name: leave out control characters and spaces at the ends", {
    param: "name",
  });
}
