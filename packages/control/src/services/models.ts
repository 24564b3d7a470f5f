import { BerthError, type Model, type Profile } from "@berth/api";
import type { ModelSource } from "@berth/catalog";
import type { Clock } from "@berth/std/clock";
import type { LocalModelStore } from "@berth/store";
import type { Changes } from "./changes.ts";
import type { ModelLookup } from "./choose-model.ts";
import { findModel, findProfile } from "./models-find.ts";
import type { ProfileLookup } from "./place.ts";

export interface ModelsOptions {
  readonly source: ModelSource;
  readonly profiles: ProfileLookup;
  readonly localModels: LocalModelStore;
  readonly changes: Changes;
  readonly clock: Pick<Clock, "monotonic">;
  /** What still needs the model's files, in words: `service pilot`, `download of Q4_K_M`. */
  readonly usedBy: (model: Model) => Promise<readonly string[]>;
}

interface Listing {
  readonly readAt: number;
  readonly models: Promise<readonly Model[]>;
}

/** Files come and go without us: a listing older than this is read again. Reading it costs little the second time. */
const listingAgeMs = 5_000;
/** A listing serves everybody who asks meanwhile, so no single caller's leaving ends it. */
const never = new AbortController().signal;

/** What models lie where. */
export class Models implements ModelLookup {
  readonly #options: ModelsOptions;
  readonly #listings = new Map<string, Listing>();

  constructor(options: ModelsOptions) {
    this.#options = options;
  }

  /** Of all profiles, or one; `refresh` reads the disks although they were read a moment ago. Throws `not_found`. */
  async listAll(
    wanted: { readonly profile?: string | undefined; readonly refresh?: boolean } = {},
  ): Promise<Model[]> {
    const all = await this.#options.profiles.list();
    const profiles = wanted.profile === undefined ? all : [findProfile(all, wanted.profile)];
    const lists = await Promise.all(
      profiles.map((profile) => this.#read(profile, wanted.refresh === true ? 0 : listingAgeMs)),
    );
    return lists.flat();
  }

  /** As the disk is now. */
  list(profile: Profile): Promise<readonly Model[]> {
    return this.#read(profile, 0);
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
    const namesake = (await this.list(profile)).find(({ repo }) => repo === model.repo);
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
    const listing = { readAt: now, models: this.#options.source.list(profile, never) };
    this.#listings.set(profile.name, listing);
    listing.models.catch(() => {
      // those who wait for it hear of it; the next one tries again
      if (this.#listings.get(profile.name) === listing) this.#listings.delete(profile.name);
    });
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
