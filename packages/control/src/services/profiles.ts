import {
  clusterFields,
  BerthError,
  type Profile,
  type ProfileSpec,
  type SlurmProfileSpec,
  type UpdateProfile,
} from "@berth/api";
import { removeIniSection, renameIniSection } from "@berth/std/ini";
import type { Changes } from "./changes.ts";
import { cacheProblem, homeProblem, localPath, makeHome, unusable } from "./profile-directories.ts";
import { ProfileFile } from "./profile-file.ts";
import type { ProfileField } from "./profile-keys.ts";
import { findDeclared, requireFree, requireName } from "./profile-rules.ts";
import type { ProfileSites } from "./profile-sites.ts";
import {
  type DeclaredProfile,
  declaredProfiles,
  type ProfileFields,
  unknownSchema,
  withDefault,
  withFields,
  withProfile,
} from "./profile-text.ts";
import { viewProfile } from "./profile-view.ts";
import { checkedSpec, type CheckOptions, parseSlurmSpec } from "./slurm-profile.ts";
import { isUnderHome } from "./slurm-section.ts";

export interface ProfilesOptions {
  /** `profiles.cfg` in the home. */
  readonly path: string;
  /** What `~` stands for. */
  readonly userHome: string;
  readonly changes: Changes;
  readonly sites: ProfileSites;
  /** Names of the live services on the profile. */
  usedBy(name: string): Promise<readonly string[]>;
  /** What else goes on there and would be lost sight of: "download 3f2a". */
  workOn(name: string): Promise<readonly string[]>;
  /** Tells those who keep the profile's name of its new one. */
  renamed(from: string, to: string): Promise<void>;
}

export interface NewProfile {
  readonly name: string;
  readonly default?: boolean | undefined;
  readonly spec: ProfileFields;
  /** Of a cluster: whether it is asked before anything is written. It is when absent. */
  readonly check?: boolean | undefined;
}

const never = new AbortController().signal;

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
    return Promise.all(
      (await this.#declared()).map((declared) => viewProfile(declared, this.#options.sites)),
    );
  }

  /** Throws `not_found`, with near names. */
  async get(name: string): Promise<Profile> {
    return viewProfile(findDeclared(await this.#declared(), name), this.#options.sites);
  }

  /**
   * Makes the home where it is absent, never the cache. The first profile becomes the default. A cluster is asked first,
   * unless `check` is false; what it refuses is not written.
   */
  async create(given: NewProfile, signal = never): Promise<Profile> {
    const { name } = given;
    const accepted = await this.accept(given);
    const fields =
      accepted.schema === "slurm" && given.check !== false
        ? await this.#check(
            name,
            accepted,
            { prefix: "spec.", isNew: (field) => accepted[field] !== undefined },
            signal,
          )
        : accepted;
    await this.#edit(
      async (text, declared) => {
        requireFree(declared, name, "name");
        const added = withProfile(text, name, fields);
        return given.default === true || declared.length === 0 ? withDefault(added, name) : added;
      },
      fields.schema === "local" ? this.#absolute(fields.home, "spec.home") : undefined,
    );
    return this.get(name);
  }

  /** What `create` would write; asks no cluster, makes nothing. Throws what is wrong with it, naming the field. */
  async accept({ name, spec }: NewProfile): Promise<ProfileSpec> {
    requireName(name, "name");
    requireFree(await this.#declared(), name, "name");
    switch (spec.schema) {
      case "slurm":
        return parseSlurmSpec(spec, "spec.");
      case "local": {
        const home = this.#absolute(spec.home, "spec.home");
        const cache = this.#absolute(spec.cache, "spec.cache");
        if (cache !== home) await requireCache(cache, "spec.cache");
        const problem = await homeProblem(home);
        if (problem !== undefined) throw unusable("spec.home", problem);
        return { schema: "local", home: spec.home, cache: spec.cache };
      }
      default:
        throw new BerthError("invalid_request", unknownSchema(spec.schema), { param: "spec.schema" });
    }
  }

  /** Throws `conflict` when home or host would move away under live services. A cluster is asked as by `create`. */
  async update(name: string, given: UpdateProfile, signal = never): Promise<Profile> {
    const before = findDeclared(await this.#declared(), name);
    if (before.schema === "slurm") await this.#updateSlurm(before, given, signal);
    else await this.#updateLocal(before, given);
    return this.get(name);
  }

  async #updateLocal({ name, schema }: DeclaredProfile, given: UpdateProfile): Promise<void> {
    const foreign = clusterFields.find((field) => given[field] !== undefined);
    if (foreign !== undefined)
      throw new BerthError("invalid_request", `profile ${name} is ${schema}: it has no ${foreign}`, {
        param: foreign,
      });
    const home = given.home === undefined ? undefined : this.#absolute(given.home, "home");
    const cache = given.cache === undefined ? undefined : this.#absolute(given.cache, "cache");
    await this.#edit(async (text, declared) => {
      const before = findDeclared(declared, name);
      if (cache !== undefined && cache !== (home ?? before.home)) await requireCache(cache, "cache");
      if (home !== undefined && home !== before.home) {
        await this.#requireIdle(name, "its home cannot move");
        const problem = await homeProblem(home);
        if (problem !== undefined) throw unusable("home", problem);
      }
      return withFields(text, name, { home: given.home, cache: given.cache });
    }, home);
  }

  async #updateSlurm(before: DeclaredProfile, given: UpdateProfile, signal: AbortSignal): Promise<void> {
    const { name } = before;
    const { check = true, ...changes } = given;
    const merged = Object.entries({ ...before.said, schema: "slurm", ...defined(changes) });
    const spec = parseSlurmSpec(
      Object.fromEntries(merged.filter(([, value]) => value !== null)) as ProfileFields,
      "",
    );
    const was = { ...before.said, home: before.home, cache: before.cache };
    const isNew = (field: keyof SlurmProfileSpec): boolean =>
      spec[field] !== undefined &&
      (spec[field] !== was[field] || ((field === "home" || field === "cache") && isUnderHome(spec[field])));
    const moves = (["host", "user", "home", "sshConfig"] as const).filter(
      (field) => changes[field] !== undefined && spec[field] !== was[field],
    );
    if (moves.length > 0)
      await this.#requireIdle(
        name,
        `its ${moves.map((field) => (field === "sshConfig" ? "ssh config" : field)).join(" and ")} cannot change`,
      );
    const checked = check ? await this.#check(name, spec, { prefix: "", isNew }, signal) : spec;
    const looked = (["home", "cache"] as const)
      .filter((field) => checked[field] !== was[field])
      .map((field) => [field, checked[field]]);
    await this.#edit(async (text, declared) => {
      findDeclared(declared, name);
      return withFields(text, name, { ...defined(changes), ...Object.fromEntries(looked) });
    });
    await this.#release();
  }

  /**
   * Looks up what only the cluster could tell when it was added unseen, what `~` is there, and makes the home. Resolves with the
   * profile as it stands then; one without open questions at once. Throws as `create` does.
   */
  async settle(name: string, signal = never): Promise<Profile> {
    const before = findDeclared(await this.#declared(), name);
    if (before.slurm === null || !(isUnderHome(before.home) || isUnderHome(before.cache)))
      return this.get(name);
    return this.update(name, {}, signal);
  }

  /** Throws `conflict` while live services use it. */
  async rename(from: string, to: string): Promise<Profile> {
    requireName(to, "to");
    if (from === to) return this.get(from);
    await this.#edit(async (text, declared) => {
      const { default: wasDefault } = findDeclared(declared, from);
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
      findDeclared(declared, name);
      return withDefault(text, name);
    });
    return this.get(name);
  }

  /** Its files stay. Throws `conflict` while live services use it, or for the default while there are others. */
  async delete(name: string): Promise<void> {
    await this.#edit(async (text, declared) => {
      const { default: isDefault } = findDeclared(declared, name);
      if (isDefault && declared.length > 1)
        throw new BerthError(
          "conflict",
          `profile ${name} is the default: make another the default first (\`berth profile default NAME\`)`,
          { param: "name" },
        );
      await this.#requireIdle(name, "it cannot be removed");
      return removeIniSection(text, name);
    });
    await this.#release();
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

  /** Connections that were made in vain are let go again. */
  async #check(
    name: string,
    spec: SlurmProfileSpec,
    options: Omit<CheckOptions, "userHome">,
    signal: AbortSignal,
  ): Promise<SlurmProfileSpec> {
    const { sites, userHome } = this.#options;
    try {
      return await checkedSpec(name, spec, sites, { ...options, userHome }, signal);
    } catch (error) {
      await this.#release();
      throw error;
    }
  }

  async #release(): Promise<void> {
    await this.#options.sites.release(await this.list());
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

  /** Neither a service nor anything else goes on there. */
  async #requireIdle(name: string, consequence: string): Promise<void> {
    await this.#requireUnused(name, consequence);
    const work = await this.#options.workOn(name);
    if (work.length === 0) return;
    throw new BerthError(
      "conflict",
      `profile ${name} is at work (${work.join(", ")}): ${consequence} until that has ended or is cancelled`,
      { param: "name", details: { work } },
    );
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

function defined(given: Omit<UpdateProfile, "check">): Partial<Record<ProfileField, string | null>> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

async function requireCache(path: string, param: string): Promise<void> {
  const problem = await cacheProblem(path);
  if (problem !== undefined) throw unusable(param, problem);
}
