import { BerthError, type PutSecret, type Secret } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import type { SecretRow, SecretStore } from "@berth/store";
import type { Changes } from "../services/changes.ts";
import type { Secrets } from "../services/secrets.ts";

export interface StoredSecretsOptions {
  readonly store: SecretStore;
  readonly secrets: Secrets;
  /** Full names of the endpoints that use it. */
  readonly usersOf: (owner: string, name: string) => readonly string[];
  readonly changes: Changes;
  readonly clock: Clock;
}

/** Secrets that people keep here for their endpoints: written, never shown, opened only for a launch. */
export class StoredSecrets {
  readonly #options: StoredSecretsOptions;
  readonly #rows = new Map<string, SecretRow>();

  private constructor(options: StoredSecretsOptions) {
    this.#options = options;
  }

  static async load(options: StoredSecretsOptions): Promise<StoredSecrets> {
    const secrets = new StoredSecrets(options);
    for (const row of await options.store.listSecrets()) secrets.#rows.set(keyOf(row.owner, row.name), row);
    return secrets;
  }

  list(owner?: string): Secret[] {
    return [...this.#rows.values()]
      .filter((row) => owner === undefined || row.owner === owner)
      .map((row) => this.#view(row))
      .toSorted((a, b) => a.owner.localeCompare(b.owner) || a.name.localeCompare(b.name));
  }

  of(owner: string): readonly Pick<Secret, "name" | "provider">[] {
    return [...this.#rows.values()].filter((row) => row.owner === owner);
  }

  async put(owner: string, name: string, { value, provider }: PutSecret): Promise<Secret> {
    const { store, secrets, changes, clock } = this.#options;
    const now = clock.now();
    const row: SecretRow = {
      owner,
      name,
      sealed: await secrets.seal(value, sealOwner(owner, name)),
      provider: provider ?? null,
      createdAt: this.#rows.get(keyOf(owner, name))?.createdAt ?? now,
      updatedAt: now,
    };
    await store.putSecret(row);
    this.#rows.set(keyOf(owner, name), row);
    changes.publish({ type: "secrets" });
    return this.#view(row);
  }

  /** Throws `not_found`, and `conflict` naming the endpoints that use it. */
  async delete(owner: string, name: string): Promise<void> {
    const { store, usersOf, changes } = this.#options;
    this.#require(owner, name);
    const users = usersOf(owner, name);
    if (users.length > 0)
      throw new BerthError("conflict", `secret ${name} is used by ${users.join(", ")}`, {
        param: "name",
        details: { usedBy: users },
      });
    await store.deleteSecret(owner, name);
    this.#rows.delete(keyOf(owner, name));
    changes.publish({ type: "secrets" });
  }

  /** For a launch or a download. Throws `unprocessable` for one that is gone or cannot be read. */
  valueOf(owner: string, name: string): string {
    return this.#options.secrets.unseal(this.#require(owner, name).sealed, sealOwner(owner, name));
  }

  #require(owner: string, name: string): SecretRow {
    const row = this.#rows.get(keyOf(owner, name));
    if (row !== undefined) return row;
    throw new BerthError(
      "not_found",
      `${owner} has no secret ${name}: \`berth secret set ${name}\` stores one`,
      { param: "name" },
    );
  }

  #view({ owner, name, provider, createdAt, updatedAt }: SecretRow): Secret {
    return { owner, name, provider, usedBy: [...this.#options.usersOf(owner, name)], createdAt, updatedAt };
  }
}

function keyOf(owner: string, name: string): string {
  return `${owner}/${name}`;
}

function sealOwner(owner: string, name: string): string {
  return `secret:${owner}/${name}`;
}
