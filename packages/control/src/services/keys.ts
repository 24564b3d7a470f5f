import { randomBytes } from "node:crypto";
import {
  BerthError,
  type BudgetState,
  type createdKeySchema,
  type createKeySchema,
  type Key,
  type KeyLimits,
  type Scope,
  type updateKeySchema,
  type z,
} from "@berth/api";
import type { Clock } from "@berth/std/clock";
import type { KeyRow, KeyStore } from "@berth/store";
import type { AdminKey } from "./admin-key.ts";
import type { Changes } from "./changes.ts";
import { hashKey, keyPrefix, newKeyText } from "./key-text.ts";

/** Whose key it is, and what it opens. */
export interface KeyHolder {
  readonly keyId: string;
  readonly scopes: readonly Scope[];
  /** Model names it may call; `null` means any. */
  readonly models: readonly string[] | null;
  readonly limits: KeyLimits;
  readonly logBodies: boolean;
  /** Whose it is; nobody's when null or absent. */
  readonly owner?: string | null;
}

/** A key as requests are judged by it. */
export interface JudgedKey {
  readonly holder: KeyHolder;
  /** Milliseconds since 1970; `null`: never. */
  readonly expiresAt: number | null;
}

/** Told of a key by its hash: what it is now, or that it opens nothing any more. */
export type KeyListener = (keyHash: string, key: JudgedKey | undefined) => void;

/** Where the limits of keys hold while requests come, and how their budgets stand. */
export interface KeyLimitsPort {
  /** From when it resolves these limits hold, with what was used before; a key with none is let go. */
  setLimits(limits: ReadonlyMap<string, KeyLimits>): Promise<void>;
  budgets(keyId: string): BudgetState[];
}

export interface KeysOptions {
  readonly store: KeyStore;
  readonly limits: KeyLimitsPort;
  readonly admin: AdminKey;
  readonly changes: Changes;
  readonly clock: Clock;
}

/** A key, and what is told of its holder: one object for all of its requests. */
interface Known {
  readonly row: KeyRow;
  readonly holder: KeyHolder;
}

const adminId = "admin";
const adminHolder: KeyHolder = {
  keyId: adminId,
  scopes: ["admin", "inference", "worker"],
  models: null,
  limits: {},
  logBodies: false,
  owner: null,
};
const shortestAdopted = 8;
const flushEveryMs = 30_000;

/** API keys. Holds them in memory, hashed, so that each request is judged at once; nobody else writes them meanwhile. */
export class Keys {
  readonly #store: KeyStore;
  readonly #admin: AdminKey;
  readonly #changes: Changes;
  readonly #clock: Clock;
  readonly #limits: KeyLimitsPort;
  readonly #byHash = new Map<string, Known>();
  readonly #listeners = new Set<KeyListener>();
  /** Last uses that the store does not know yet. */
  #used = new Map<string, number>();
  #adminUsedAt: number | null = null;
  readonly #adminHash: string;

  private constructor({ store, limits, admin, changes, clock }: KeysOptions) {
    this.#store = store;
    this.#limits = limits;
    this.#admin = admin;
    this.#changes = changes;
    this.#clock = clock;
    this.#adminHash = hashKey(admin.key);
  }

  static async load(options: KeysOptions): Promise<Keys> {
    const keys = new Keys(options);
    const rows = await options.store.listKeys();
    await options.limits.setLimits(new Map(rows.map(({ id, limits }) => [id, limits])));
    for (const row of rows) keys.#know(row);
    return keys;
  }

  /** Whose key has this SHA-256 (hex); `undefined` for an unknown, expired or deleted one. Notes its use. */
  verify(keyHash: string): KeyHolder | undefined {
    const now = this.#clock.now();
    if (keyHash === this.#adminHash) {
      this.#adminUsedAt = now;
      return adminHolder;
    }
    const known = this.#byHash.get(keyHash);
    if (known === undefined || hasExpired(known.row, now)) return undefined;
    this.#used.set(known.row.id, now);
    return known.holder;
  }

  /** Like `verify`, for who has the key itself. */
  verifyKey(key: string): KeyHolder | undefined {
    return this.verify(hashKey(key));
  }

  /** Who has the key of that id, in whose name something is done that was asked for earlier; `undefined` as of `verify`. */
  holderOf(id: string): KeyHolder | undefined {
    if (id === adminId) return adminHolder;
    const known = [...this.#byHash.values()].find(({ row }) => row.id === id);
    return known === undefined || hasExpired(known.row, this.#clock.now()) ? undefined : known.holder;
  }

  /** Every key by its hash, also the admin's and those that have expired. */
  judged(): ReadonlyMap<string, JudgedKey> {
    const judged = new Map<string, JudgedKey>([[this.#adminHash, { holder: adminHolder, expiresAt: null }]]);
    for (const [hash, { row, holder }] of this.#byHash)
      judged.set(hash, { holder, expiresAt: row.expiresAt });
    return judged;
  }

  /** Calls the listener at each change, before whoever makes it hears that it is made. */
  watch(listener: KeyListener): void {
    this.#listeners.add(listener);
  }

  /** The admin key first, then the others, oldest first. */
  list(): Key[] {
    const rows = this.#rows().toSorted((a, b) => a.createdAt - b.createdAt);
    return [this.#viewAdmin(), ...rows.map((row) => this.#view(row))];
  }

  /** The key of that id. Throws `not_found` where whoever calls has none: the console, or anybody under BERTH_DEBUG. */
  own(id: string | undefined): Key {
    const key = this.list().find((each) => each.id === id);
    if (key === undefined) throw new BerthError("not_found", "no key was sent: it is a session that calls");
    return key;
  }

  /** Makes a key and returns it; it cannot be read again. Throws `already_exists` for a name in use. */
  async create(given: z.output<typeof createKeySchema>): Promise<z.output<typeof createdKeySchema>> {
    const key = newKeyText();
    return { ...this.#view(await this.#insert(given, key)), key };
  }

  /**
   * Takes over a key that callers have from elsewhere: it calls models, and nothing else. Resolves to whether it is new;
   * with `dryRun`, would be. Throws `invalid_request` for one that is no key or easily guessed, `already_exists` for a name
   * in use; the message never holds the key.
   */
  async adopt(name: string, key: string, { dryRun = false } = {}): Promise<boolean> {
    if (!/^[\x21-\x7e]+$/.test(key) || key.length < shortestAdopted)
      throw new BerthError(
        "invalid_request",
        `${name}: use at least ${shortestAdopted} visible ASCII characters without spaces, or make a new key`,
        { param: "key" },
      );
    const hash = hashKey(key);
    if (hash === this.#adminHash || this.#byHash.has(hash)) return false;
    if (!dryRun) await this.#insert({ name, scopes: ["inference"] }, key);
    return true;
  }

  async #insert(given: z.output<typeof createKeySchema>, key: string): Promise<KeyRow> {
    if (given.name === adminId) throw nameTaken();
    const now = this.#clock.now();
    const row: KeyRow = {
      id: randomBytes(6).toString("hex"),
      name: given.name,
      prefix: keyPrefix(key),
      hash: hashKey(key),
      scopes: [...new Set(given.scopes)],
      models: given.models ?? null,
      limits: given.limits ?? {},
      tags: given.tags ?? [],
      owner: given.owner ?? null,
      logBodies: given.logBodies ?? false,
      createdAt: now,
      expiresAt: given.expiresInSeconds === undefined ? null : now + given.expiresInSeconds * 1000,
      lastUsedAt: null,
    };
    await this.#keep(row, () => this.#store.insertKey(row));
    this.#know(row);
    this.#tell(row.hash);
    this.#changes.publish({ type: "keys" });
    return row;
  }

  /** From when it resolves the key may do and use what is said. Throws `not_found`, `already_exists` or `conflict`. */
  async update(id: string, change: z.output<typeof updateKeySchema>): Promise<Key> {
    if (id === adminId)
      throw new BerthError(
        "conflict",
        "the admin key has no limits and cannot be changed: make another key",
        {
          param: "id",
        },
      );
    if (change.name === adminId) throw nameTaken();
    const before = this.#require(id);
    const { expiresInSeconds, models, owner } = change;
    const now = this.#clock.now();
    const row: KeyRow = {
      ...before,
      name: change.name ?? before.name,
      models: models === undefined ? before.models : models,
      limits: change.limits ?? before.limits,
      tags: change.tags ?? before.tags,
      owner: owner === undefined ? before.owner : owner,
      logBodies: change.logBodies ?? before.logBodies,
      expiresAt:
        expiresInSeconds === undefined
          ? before.expiresAt
          : expiresInSeconds === null
            ? null
            : now + expiresInSeconds * 1000,
    };
    await this.#keep(row, () => this.#store.updateKey(row));
    // it may have been deleted meanwhile
    if (this.#byHash.has(row.hash)) this.#know(row);
    this.#tell(row.hash);
    this.#changes.publish({ type: "keys" });
    return this.#view(row);
  }

  /** The id of a key by its id or name; the same text for one that is gone, which the ledger may still know. */
  idOf(reference: string): string {
    return this.#rows().find(({ id, name }) => id === reference || name === reference)?.id ?? reference;
  }

  /** What people know a key by; its id, when it is gone. */
  nameOf(id: string): string {
    return this.#rows().find((row) => row.id === id)?.name ?? id;
  }

  /** From the moment it resolves the key opens nothing. Throws `not_found`, or `conflict` for the admin key. */
  async delete(id: string): Promise<void> {
    if (id === adminId)
      throw new BerthError("conflict", `the admin key cannot be deleted. ${this.#admin.howToRotate}`, {
        param: "id",
      });
    const row = this.#require(id);
    await this.#store.deleteKey(id);
    this.#byHash.delete(row.hash);
    this.#tell(row.hash);
    await this.#limits.setLimits(new Map([[id, {}]]));
    this.#used.delete(id);
    this.#changes.publish({ type: "keys" });
  }

  /** Stores the last uses noted so far. */
  async flush(): Promise<void> {
    const used = this.#used;
    this.#used = new Map();
    try {
      await this.#store.touchKeys(used);
    } catch (error) {
      this.#used = new Map([...used, ...this.#used]);
      throw error;
    }
    for (const row of this.#rows()) {
      const lastUsedAt = used.get(row.id);
      if (lastUsedAt !== undefined) this.#know({ ...row, lastUsedAt });
    }
  }

  /** Flushes now and then until the signal aborts, and once more then. Failures go to `onError`, and it goes on. */
  async keepFlushing(signal: AbortSignal, onError: (error: unknown) => void): Promise<void> {
    do {
      // an abort only wakes it for its last round
      await this.#clock.sleep(flushEveryMs, signal).catch(() => undefined);
      await this.flush().catch(onError);
    } while (!signal.aborted);
  }

  /** The limits first: a key that there is no room for must not be found in the store by the next start. */
  async #keep(row: KeyRow, store: () => Promise<void>): Promise<void> {
    await this.#limits.setLimits(new Map([[row.id, row.limits]]));
    try {
      await store();
    } catch (error) {
      const before = this.#byHash.get(row.hash)?.row.limits ?? {};
      await this.#limits.setLimits(new Map([[row.id, before]]));
      throw error;
    }
  }

  #know(row: KeyRow): void {
    const { id, scopes, models, limits, logBodies, owner } = row;
    this.#byHash.set(row.hash, { row, holder: { keyId: id, scopes, models, limits, logBodies, owner } });
  }

  #tell(hash: string): void {
    const known = this.#byHash.get(hash);
    const key = known && { holder: known.holder, expiresAt: known.row.expiresAt };
    for (const listener of this.#listeners) listener(hash, key);
  }

  #rows(): KeyRow[] {
    return [...this.#byHash.values()].map(({ row }) => row);
  }

  #require(id: string): KeyRow {
    const row = this.#rows().find((candidate) => candidate.id === id);
    if (row === undefined)
      throw new BerthError("not_found", `there is no key ${id}: \`berth key ls\` lists them`, {
        param: "id",
      });
    return row;
  }

  #view(row: KeyRow): Key {
    return {
      id: row.id,
      name: row.name,
      prefix: row.prefix,
      scopes: [...row.scopes],
      models: row.models === null ? null : [...row.models],
      status: hasExpired(row, this.#clock.now()) ? "expired" : "active",
      limits: row.limits,
      budgets: this.#limits.budgets(row.id),
      tags: [...row.tags],
      owner: row.owner,
      logBodies: row.logBodies,
      createdAt: row.createdAt,
      expiresAt: row.expiresAt,
      lastUsedAt: this.#used.get(row.id) ?? row.lastUsedAt,
    };
  }

  #viewAdmin(): Key {
    return {
      id: adminId,
      name: adminId,
      prefix: keyPrefix(this.#admin.key),
      scopes: [...adminHolder.scopes],
      models: null,
      status: "active",
      limits: {},
      budgets: [],
      tags: [],
      owner: null,
      logBodies: false,
      createdAt: this.#admin.createdAt,
      expiresAt: null,
      lastUsedAt: this.#adminUsedAt,
    };
  }
}

function nameTaken(): BerthError {
  return new BerthError("already_exists", `a key named "${adminId}" exists: choose another name`, {
    param: "name",
  });
}

function hasExpired(row: KeyRow, now: number): boolean {
  return row.expiresAt !== null && row.expiresAt <= now;
}
