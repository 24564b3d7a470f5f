import {
  BerthError,
  type CreateProvider,
  type Provider,
  type ProviderTest,
  type UpdateProvider,
} from "@berth/api";
import type { Clock } from "@berth/std/clock";
import { DeadlinePassed, withDeadline } from "@berth/std/deadline";
import type { ProviderRow, ProviderStore } from "@berth/store";
import { Controller } from "../controllers/controller.ts";
import type { Changes } from "../services/changes.ts";
import type { Secrets } from "../services/secrets.ts";
import { Turns } from "../services/turns.ts";
import { findProvider } from "./find-provider.ts";
import { orderProvider, reorderProvider } from "./order-provider.ts";
import {
  type Environment,
  openCredential,
  type OpenedCredential,
  storeCredential,
} from "./provider-credential.ts";
import { healthAfter, neverSeen, nextLookMs, type ProviderHealth } from "./provider-health.ts";
import type { ProviderLook, ProviderProbe } from "./provider-probe.ts";
import { viewProvider } from "./provider-view.ts";
import { routedProvider, type RoutedProvider } from "./routed-provider.ts";
import { testProvider } from "./test-provider.ts";

export interface ProvidersOptions {
  readonly store: ProviderStore;
  readonly secrets: Secrets;
  /** Of this process: where credentials may lie. */
  readonly environment: Environment;
  readonly probe: ProviderProbe;
  readonly changes: Changes;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly random: () => number;
  /** Told of what should not happen: what was found could not be stored. */
  readonly onError: (error: unknown, provider: string) => void;
}

/** A provider in memory. */
interface Known {
  readonly row: ProviderRow;
  readonly health: ProviderHealth;
  /** `undefined` while it is switched off. */
  readonly routed: RoutedProvider | undefined;
}

/** A look so young holds for those who ask why a request failed. */
const justLookedMs = 2_000;
const lookMs = 10_000;
const resyncMs = 600_000;
const noBackoff = { firstMs: 5_000, maxMs: 60_000, jitter: 0.2 };

/** The inference servers that Berth did not launch. Nobody else writes them while this server runs. */
export class Providers {
  readonly #options: ProvidersOptions;
  readonly #known = new Map<string, Known>();
  readonly #turns = new Turns();
  readonly #lookout: Controller;
  #routed: readonly RoutedProvider[] = [];

  private constructor(options: ProvidersOptions) {
    this.#options = options;
    this.#lookout = new Controller(
      {
        name: "providers",
        list: async () =>
          this.#rows()
            .filter(({ enabled }) => enabled)
            .map(({ id }) => id),
        reconcile: (id, signal) => this.#lookAt(id, signal),
      },
      {
        clock: options.clock,
        resyncMs,
        backoff: noBackoff,
        onError: (error, { key }) => options.onError(error, this.#known.get(key ?? "")?.row.name ?? ""),
      },
    );
  }

  static async load(options: ProvidersOptions): Promise<Providers> {
    const providers = new Providers(options);
    for (const row of await options.store.listProviders()) providers.#keep(row, neverSeen);
    providers.#tell();
    return providers;
  }

  /** In the order they were made. */
  list(): Provider[] {
    return [...this.#known.values()].map((known) => this.#view(known));
  }

  /** By name or id. Throws `not_found`, with near names. */
  get(nameOrId: string): Provider {
    return this.#view(this.#find(nameOrId));
  }

  /** As the routes need them: the same array as long as nothing of it changes. */
  routed(): readonly RoutedProvider[] {
    return this.#routed;
  }

  /**
   * Its models can be called when it resolves, those that the server tells as soon as it has been looked at. Throws
   * `already_exists`, `invalid_request`, or `conflict` for a second one that takes any path.
   */
  create(given: CreateProvider): Promise<Provider> {
    return this.#write(async () => {
      const { store, secrets, clock, newId } = this.#options;
      const order = orderProvider(given);
      const id = newId();
      this.#requireFree(order, id);
      const now = clock.now();
      const credential = await storeCredential(
        given.credential ?? { kind: "none" },
        { ...order, id },
        secrets,
        now,
      );
      const row: ProviderRow = { ...order, id, credential, found: null, createdAt: now, updatedAt: now };
      this.#requireOpenable(row);
      await store.putProvider(row);
      return this.#changed(row, neverSeen);
    });
  }

  /**
   * Throws as `create`, and `not_found`. A stored credential does not follow the address to another host: whoever moves
   * it there has to know it.
   */
  update(nameOrId: string, given: UpdateProvider): Promise<Provider> {
    return this.#write(async () => {
      const { store, secrets, clock } = this.#options;
      const { row: before, health } = this.#find(nameOrId);
      const order = reorderProvider(before, given);
      this.#requireFree(order, before.id);
      if (
        before.credential.kind === "stored" &&
        given.credential === undefined &&
        new URL(order.url).origin !== new URL(before.url).origin
      )
        throw new BerthError(
          "invalid_request",
          "credential: the address leads to another server, which the stored credential was not given for: give it again, or none",
          { param: "credential" },
        );
      const now = clock.now();
      const credential =
        given.credential === undefined
          ? before.credential
          : await storeCredential(given.credential, { ...order, id: before.id }, secrets, now);
      const { id, createdAt } = before;
      const stays =
        order.url === before.url && credential === before.credential && order.auth === before.auth;
      const found = order.url === before.url ? before.found : null;
      const row: ProviderRow = { ...order, id, credential, found, createdAt, updatedAt: now };
      this.#requireOpenable(row);
      await store.putProvider(row);
      return this.#changed(row, stays ? health : neverSeen);
    });
  }

  /** Throws `not_found`. Routes that lead to its models stay, and say that they are missing. */
  delete(nameOrId: string): Promise<void> {
    return this.#write(async () => {
      const { row } = this.#find(nameOrId);
      await this.#options.store.deleteProvider(row.id);
      this.#known.delete(row.id);
      this.#tell();
    });
  }

  /** Looks at everything from its name to an answer. What is found counts as a look. Throws `not_found`. */
  async test(nameOrId: string, signal: AbortSignal): Promise<ProviderTest> {
    const { clock, probe } = this.#options;
    const { row, routed } = this.#find(nameOrId);
    const opened = this.#open(row);
    const target = routed?.target ?? routedProvider(row, noAuth(opened), false, undefined).target;
    const lost = opened.kind === "lost" ? opened.reason : undefined;
    const learn = (look: ProviderLook): Promise<void> => this.#learn(row, look);
    return testProvider({ row, target, lost, probe, clock, learn }, signal);
  }

  /** A request to it has failed: it is looked at now, unless that was done a moment ago. */
  suspect(id: string): void {
    const checkedAt = this.#known.get(id)?.health.checkedAt;
    if (checkedAt === undefined) return;
    if (checkedAt === null || this.#options.clock.now() - checkedAt >= justLookedMs) this.#lookout.wake(id);
  }

  /** Looks at each now and then, all at once, until the signal aborts. */
  keepLooking(signal: AbortSignal): Promise<void> {
    return this.#lookout.run(signal);
  }

  async #lookAt(id: string, signal: AbortSignal): Promise<{ readonly requeueAfterMs: number } | undefined> {
    const { clock, probe } = this.#options;
    const known = this.#known.get(id);
    if (known?.routed === undefined) return undefined;
    const { row, routed } = known;
    const opened = this.#open(row);
    const look =
      opened.kind === "lost"
        ? ({ kind: "failed", reason: opened.reason } as const)
        : await withDeadline(clock, lookMs, signal, (limit) => probe.look(routed.target, limit)).catch(
            (error: unknown): ProviderLook => {
              signal.throwIfAborted();
              if (!(error instanceof DeadlinePassed)) throw error;
              return { kind: "failed", reason: `it did not answer within ${lookMs / 1000} s` };
            },
          );
    await this.#learn(row, look);
    const health = this.#known.get(id)?.health;
    return health === undefined ? undefined : { requeueAfterMs: nextLookMs(health, this.#options.random) };
  }

  /** What a look found, unless the provider was changed meanwhile: it is looked at again then. */
  #learn(row: ProviderRow, look: ProviderLook): Promise<void> {
    return this.#write(async () => {
      const known = this.#known.get(row.id);
      if (known?.row !== row) return;
      const health = healthAfter(known.health, look, this.#options.clock.now());
      const found = look.kind === "answered" ? (look.models ?? row.found) : row.found;
      const learnt = JSON.stringify(found) === JSON.stringify(row.found) ? row : { ...row, found };
      if (learnt !== row) await this.#options.store.putProvider(learnt);
      this.#keep(learnt, health);
      this.#tell();
    });
  }

  /** One after the other: each goes out from what the last one left. */
  #write<T>(work: () => Promise<T>): Promise<T> {
    return this.#turns.take("providers", work);
  }

  #changed(row: ProviderRow, health: ProviderHealth): Provider {
    const known = this.#keep(row, health);
    this.#tell();
    this.#lookout.wake(row.id);
    return this.#view(known);
  }

  #keep(row: ProviderRow, seen: ProviderHealth): Known {
    const opened = this.#open(row);
    // nobody can call it, so nobody has to be asked how it is
    const health: ProviderHealth =
      opened.kind === "lost" ? { ...seen, status: "down", reason: opened.reason } : seen;
    const before = this.#known.get(row.id)?.routed;
    const isDown = health.status === "down";
    const known: Known = {
      row,
      health,
      routed: row.enabled ? routedProvider(row, noAuth(opened), isDown, before) : undefined,
    };
    this.#known.set(row.id, known);
    return known;
  }

  #tell(): void {
    const routed = [...this.#known.values()].flatMap((known) => known.routed ?? []);
    const isSame =
      routed.length === this.#routed.length && routed.every((one, index) => one === this.#routed[index]);
    if (!isSame) this.#routed = routed;
    this.#options.changes.publish({ type: "providers" });
  }

  /** Throws what is wrong with it before it is stored: one that is missing for now is not wrong. */
  #requireOpenable(row: ProviderRow): void {
    openCredential(row, this.#options.secrets, this.#options.environment);
  }

  /** One that breaks is lost for its own provider; the server starts, and all others answer. */
  #open(row: ProviderRow): OpenedCredential {
    try {
      return openCredential(row, this.#options.secrets, this.#options.environment);
    } catch (error) {
      this.#options.onError(error, row.name);
      return { kind: "lost", reason: "its credential cannot be read: give it again" };
    }
  }

  #view({ row, health }: Known): Provider {
    return viewProvider(row, health, this.#options.environment);
  }

  #rows(): ProviderRow[] {
    return [...this.#known.values()].map(({ row }) => row);
  }

  #find(nameOrId: string): Known {
    const { id } = findProvider(this.#rows(), nameOrId);
    return this.#known.get(id)!;
  }

  #requireFree({ name, anyPath }: Pick<ProviderRow, "name" | "anyPath">, id: string): void {
    const others = this.#rows().filter((other) => other.id !== id);
    if (others.some((other) => other.name === name))
      throw new BerthError("already_exists", `a provider named "${name}" exists: choose another name`, {
        param: "name",
      });
    const taker = anyPath ? others.find((other) => other.anyPath) : undefined;
    if (taker !== undefined)
      throw new BerthError(
        "conflict",
        `anyPath: ${taker.name} takes the paths that Berth does not know already; only one provider can`,
        { param: "anyPath" },
      );
  }
}

function noAuth(opened: OpenedCredential): RoutedProvider["target"]["auth"] {
  return opened.kind === "open" ? opened.auth : { kind: "none" };
}
