import { BerthError, nameSchema, type Profile, profileSchemas } from "@berth/api";
import { removeIniSection, renameIniSection } from "@berth/std/ini";
import { nearest } from "@berth/std/nearest";
import type { Changes } from "./changes.ts";
import { cacheProblem, homeProblem, localPath, makeHome, unusable } from "./profile-directories.ts";
import { ProfileFile } from "./profile-file.ts";
import {
  type DeclaredProfile,
  declaredProfiles,
  type ProfileFields,
  unknownSchema,
  withDefault,
  withDirectory,
  withProfile,
} from "./profile-text.ts";

export interface ProfilesOptions {
  /** `profiles.cfg` in the home. */
  readonly path: string;
  /** What `~` stands for. */
  readonly userHome: string;
  readonly changes: Changes;
  /** Names of the live services on the profile. */
  usedBy(name: string): Promise<readonly string[]>;
  /** Tells those who keep the profile's name of its new one. */
  renamed(from: string, to: string): Promise<void>;
}

export interface NewProfile {
  readonly name: string;
  readonly default?: boolean | undefined;
  readonly spec: ProfileFields;
}

/** The places services can run on. The file is the truth: people edit it by hand, and each call reads it as it stands. */
export class Profiles {
  readonly #options: ProfilesOptions;
  readonly #file: ProfileFile;
  #seen: string | undefined;

  constructor(options: ProfilesOptions) {
    this.#options = options;
    this.#file = new ProfileFile(options.path);
  }

  /** In the file's order. One that cannot be used is `invalid`, with the reason. */
  async list(): Promise<Profile[]> {
    return Promise.all((await this.#declared()).map(viewProfile));
  }

  /** Throws `not_found`, with near names. */
  async get(name: string): Promise<Profile> {
    return viewProfile(find(await this.#declared(), name));
  }

  /** Makes the home where it is absent, never the cache. The first profile becomes the default. */
  async create({ name, default: asDefault, spec }: NewProfile): Promise<Profile> {
    requireName(name, "name");
    if (!profileSchemas.includes(spec.schema))
      throw new BerthError("invalid_request", unknownSchema(spec.schema), { param: "spec.schema" });
    const home = this.#absolute(spec.home, "spec.home");
    const cache = this.#absolute(spec.cache, "spec.cache");
    await this.#edit(async (text, declared) => {
      requireFree(declared, name, "name");
      if (cache !== home) await requireCache(cache, "spec.cache");
      const problem = await homeProblem(home);
      if (problem !== undefined) throw unusable("spec.home", problem);
      const added = withProfile(text, name, spec);
      return asDefault === true || declared.length === 0 ? withDefault(added, name) : added;
    }, home);
    return this.get(name);
  }

  /** Throws `conflict` when the home would move away under live services. */
  async update(
    name: string,
    given: { readonly home?: string | undefined; readonly cache?: string | undefined },
  ): Promise<Profile> {
    const home = given.home === undefined ? undefined : this.#absolute(given.home, "home");
    const cache = given.cache === undefined ? undefined : this.#absolute(given.cache, "cache");
    await this.#edit(async (text, declared) => {
      const before = find(declared, name);
      if (cache !== undefined && cache !== (home ?? before.home)) await requireCache(cache, "cache");
      if (home !== undefined && home !== before.home) {
        await this.#requireUnused(name, "its home cannot move");
        const problem = await homeProblem(home);
        if (problem !== undefined) throw unusable("home", problem);
      }
      const moved = given.home === undefined ? text : withDirectory(text, name, "home", given.home);
      return given.cache === undefined ? moved : withDirectory(moved, name, "cache", given.cache);
    }, home);
    return this.get(name);
  }

  /** Throws `conflict` while live services use it. */
  async rename(from: string, to: string): Promise<Profile> {
    requireName(to, "to");
    if (from === to) return this.get(from);
    await this.#edit(async (text, declared) => {
      const { default: wasDefault } = find(declared, from);
      requireFree(declared, to, "to");
      await this.#requireUnused(from, "it cannot be renamed");
      const renamed = renameIniSection(text, from, to);
      // it may have been the default by its name alone
      return wasDefault ? withDefault(renamed, to) : renamed;
    });
    try {
      await this.#options.renamed(from, to);
    } catch (error) {
      await this.#edit(async (text) => renameIniSection(text, to, from));
      throw error;
    }
    return this.get(to);
  }

  async setDefault(name: string): Promise<Profile> {
    await this.#edit(async (text, declared) => {
      find(declared, name);
      return withDefault(text, name);
    });
    return this.get(name);
  }

  /** Its files stay. Throws `conflict` while live services use it, or for the default while there are others. */
  async delete(name: string): Promise<void> {
    await this.#edit(async (text, declared) => {
      const { default: isDefault } = find(declared, name);
      if (isDefault && declared.length > 1)
        throw new BerthError(
          "conflict",
          `profile ${name} is the default: make another the default first (\`berth profile default NAME\`)`,
          { param: "name" },
        );
      await this.#requireUnused(name, "it cannot be removed");
      return removeIniSection(text, name);
    });
  }

  /** Whether there is a file at all, be it without profiles. */
  exists(): Promise<boolean> {
    return this.#file.exists();
  }

  async #declared(): Promise<readonly DeclaredProfile[]> {
    const { text, fingerprint } = await this.#file.read();
    // somebody edited the file by hand
    if (this.#seen !== undefined && this.#seen !== fingerprint) this.#tell();
    this.#seen = fingerprint;
    return declaredProfiles(text, this.#options.userHome);
  }

  /** Makes `home`, if given, when the change stands, and takes that back when it cannot be written. */
  async #edit(
    change: (text: string, declared: readonly DeclaredProfile[]) => Promise<string>,
    home?: string,
  ): Promise<void> {
    let undo = async (): Promise<void> => {};
    try {
      await this.#file.edit(async (text) => {
        const next = await change(text, declaredProfiles(text, this.#options.userHome));
        if (home !== undefined) undo = await makeHome(home);
        return next;
      });
    } catch (error) {
      await undo();
      throw error;
    }
    this.#seen = (await this.#file.read()).fingerprint;
    this.#tell();
  }

  #tell(): void {
    this.#options.changes.publish({ type: "profiles" });
    this.#options.changes.publish({ type: "models" });
  }

  #absolute(path: string, param: string): string {
    // oxlint-disable-next-line no-control-regex
    const absolute = /[\u0000-\u001f\u007f]/.test(path) ? undefined : localPath(path, this.#options.userHome);
    if (absolute === undefined || path !== path.trim())
      throw new BerthError("invalid_request", `${param}: give an absolute path, or one that starts with ~/`, {
        param,
      });
    return absolute;
  }

  async #requireUnused(name: string, consequence: string): Promise<void> {
    const services = await this.#options.usedBy(name);
    if (services.length === 0) return;
    throw new BerthError(
      "conflict",
      `profile ${name} has live services (${services.join(", ")}): ${consequence} until they are stopped`,
      { param: "name", details: { services } },
    );
  }
}

async function viewProfile({ mistake, ...declared }: DeclaredProfile): Promise<Profile> {
  const reason =
    mistake ??
    (await homeProblem(declared.home)) ??
    (declared.cache === declared.home ? undefined : await cacheProblem(declared.cache)) ??
    null;
  return {
    id: declared.name,
    ...declared,
    slurm: null,
    connection: null,
    status: reason === null ? "ready" : "invalid",
    statusReason: reason,
  };
}

function find(declared: readonly DeclaredProfile[], name: string): DeclaredProfile {
  const found = declared.find((profile) => profile.name === name);
  if (found !== undefined) return found;
  const near = nearest(
    name,
    declared.map((profile) => profile.name),
  );
  const meant = near.length === 0 ? "`berth profile ls` lists them" : `did you mean ${near.join(" or ")}?`;
  throw new BerthError("not_found", `there is no profile ${name}: ${meant}`, {
    param: "name",
    details: { near },
  });
}

function requireName(name: string, param: string): void {
  const parsed = nameSchema.safeParse(name);
  if (!parsed.success)
    throw new BerthError("invalid_request", `${param}: ${parsed.error.issues[0]?.message ?? "not a name"}`, {
      param,
    });
}

function requireFree(declared: readonly DeclaredProfile[], name: string, param: string): void {
  if (declared.some((profile) => profile.name === name))
    throw new BerthError("already_exists", `a profile named ${name} exists: choose another name`, { param });
}

async function requireCache(path: string, param: string): Promise<void> {
  const problem = await cacheProblem(path);
  if (problem !== undefined) throw unusable(param, problem);
}
