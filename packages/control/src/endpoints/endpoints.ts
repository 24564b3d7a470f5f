import { isDeepStrictEqual } from "node:util";
import {
  BerthError,
  nobodysOwner,
  ownerSchema,
  defaultQueueRules,
  defaultScaling,
  type CreateEndpoint,
  type Deployment,
  type Endpoint,
  type EndpointConfiguration,
  type EndpointEvent,
  type EndpointMoment,
  type EndpointTemplate,
  type HardwarePreset,
  type Profile,
  type Scaling,
  type Service,
  type UpdateEndpoint,
} from "@berth/api";
import type { Clock } from "@berth/std/clock";
import type { EndpointChange, EndpointRow, NewEndpointEvent } from "@berth/store";
import { newServiceName } from "../services/service-name.ts";
import { checkConfiguration, type KnownNames } from "./check-configuration.ts";
import type { EndpointRecords } from "./endpoint-records.ts";
import type { EndpointSights } from "./endpoint-sights.ts";
import { EndpointDeployments } from "./endpoint-deployments.ts";
import { findEndpoint, isGone } from "./find-endpoint.ts";
import {
  type EndpointCaller,
  findCallable,
  findWorkable,
  type Orderer,
  requireCallable,
} from "./find-callable.ts";
import { merged } from "./merged.ts";
import { withHidden } from "./hidden-values.ts";
import type { ModelDownloads } from "./model-arrivals.ts";
import type { ReplicaServices } from "./replica-services.ts";

export interface EndpointsOptions {
  readonly records: EndpointRecords;
  readonly sights: EndpointSights;
  readonly services: ReplicaServices;
  readonly view: (row: EndpointRow) => Endpoint;
  readonly profiles: () => Promise<readonly Profile[]>;
  readonly presets: () => readonly HardwarePreset[];
  readonly downloads: ModelDownloads;
  /** Names of the secrets that the owner has. */
  readonly secrets: (owner: string) => KnownNames["secrets"];
  /** What a key is called. */
  readonly nameOf: (keyId: string) => string;
  readonly wake: (id: string) => void;
  readonly newId: () => string;
  readonly random: () => number;
  readonly clock: Clock;
}

const usualEvents = 200;

/** What people can do with endpoints. Writes orders, never what became of them. */
export class Endpoints {
  readonly #options: EndpointsOptions;
  readonly #deployments: EndpointDeployments;

  constructor(options: EndpointsOptions) {
    this.#options = options;
    this.#deployments = new EndpointDeployments({
      ...options,
      check: async (owner, configuration) => checkConfiguration(configuration, await this.#known(owner)),
      ordered: (row) => this.#ordered(row),
    });
  }

  list(owner?: string): Endpoint[] {
    const rows = this.#options.records.rows().filter((row) => !row.isDeleted);
    return rows.filter((row) => owner === undefined || row.owner === owner).map(this.#options.view);
  }

  get(named: string, by?: Orderer): Endpoint {
    return this.#options.view(this.find(named, by));
  }

  find(named: string, by?: Orderer): EndpointRow {
    return findEndpoint(this.#options.records.rows(), named, by?.owner);
  }

  /** As `findCallable`. */
  findCallable(named: string, caller: EndpointCaller): EndpointRow {
    return findCallable(this.#options.records.rows(), named, caller);
  }

  /** As `findWorkable`. */
  findWorkable(named: string, caller: EndpointCaller): EndpointRow {
    return findWorkable(this.#options.records.rows(), named, caller);
  }

  async create(given: CreateEndpoint, by: Orderer): Promise<Endpoint> {
    const { records, random, newId, clock } = this.#options;
    const owner = given.owner ?? ownerOf(by);
    const taken = new Set(records.rows().flatMap((row) => (row.owner === owner ? [row.name] : [])));
    const now = clock.now();
    const row: EndpointRow = {
      id: `ep-${newId()}`,
      owner,
      name: given.name ?? newServiceName(taken, random),
      description: given.description ?? null,
      visibility: given.visibility ?? "private",
      scaling: checkScaling(merged(defaultScaling, given.scaling)),
      queue: merged(defaultQueueRules, given.queue),
      fallback: given.fallback ?? null,
      coldStart: given.coldStart ?? "hold",
      configuration: await this.#configuration(owner, {
        template: given.template ?? null,
        profiles: given.profiles ?? [await this.#defaultProfile()],
        hardware: given.hardware ?? null,
        secrets: given.secrets ?? [],
        hubSecret: given.hubSecret ?? null,
      }),
      currentDeployment: null,
      nextDeployment: null,
      formerNames: [],
      isPaused: false,
      isDeleted: false,
      createdAt: now,
      updatedAt: now,
    };
    await records.insert({ row, events: [this.#event(row, "order", `created by ${this.#name(by)}`)] });
    await this.#takeName(row);
    return this.#ordered(row);
  }

  async update(named: string, given: UpdateEndpoint, by: Orderer): Promise<Endpoint> {
    const found = this.find(named, by);
    const known = await this.#known(found.owner);
    const { profiles, hardware, secrets, hubSecret } = given;
    const isConfigured = [given.template, profiles, hardware, secrets, hubSecret].some(
      (one) => one !== undefined,
    );
    return this.#change(found.id, (row) => {
      const template = templateOf(given.template, row.configuration.template);
      const configuration = merged(row.configuration, { template, profiles, hardware, secrets, hubSecret });
      // what is gone since must not keep anybody from changing the rest
      if (isConfigured) checkConfiguration(configuration, known);
      const next: EndpointRow = {
        ...row,
        description: given.description ?? row.description,
        visibility: given.visibility ?? row.visibility,
        scaling: checkScaling(merged(row.scaling, given.scaling)),
        queue: merged(row.queue, given.queue),
        fallback: given.fallback === undefined ? row.fallback : given.fallback,
        coldStart: given.coldStart ?? row.coldStart,
        configuration,
      };
      if (isDeepStrictEqual(next, row)) return undefined;
      const fields = Object.keys(given).join(", ");
      return { row: next, events: [this.#event(row, "order", `${fields} changed by ${this.#name(by)}`)] };
    });
  }

  async rename(named: string, name: string, by: Orderer): Promise<Endpoint> {
    const found = this.find(named, by);
    const renamed = await this.#change(found.id, (row) => {
      if (row.name === name) return undefined;
      const formerNames = [...row.formerNames.filter((former) => former !== name), row.name];
      const message = `renamed from ${row.name} to ${name} by ${this.#name(by)}`;
      return { row: { ...row, name, formerNames }, events: [this.#event(row, "order", message)] };
    });
    await this.#takeName(renamed);
    return renamed;
  }

  /** Who had the name before has it no longer. */
  async #takeName({ id, owner, name }: Pick<EndpointRow, "id" | "owner" | "name">): Promise<void> {
    const { records, sights } = this.#options;
    for (const other of records.rows()) {
      if (other.id === id || other.owner !== owner || !other.formerNames.includes(name)) continue;
      await records.update(other.id, (row) => ({
        row: { ...row, formerNames: row.formerNames.filter((former) => former !== name) },
      }));
      sights.changed(other.id);
    }
  }

  /** Its replicas and jobs end; the name is free at once. */
  async delete(named: string, by: Orderer): Promise<void> {
    const { id } = this.find(named, by);
    await this.#change(id, (row) => ({
      row: {
        ...row,
        isDeleted: true,
        name: `${row.id}.deleted`,
        formerNames: [],
        nextDeployment: null,
      },
      deployments: this.#deployments.cancelled(row, "the endpoint was deleted"),
      events: [this.#event(row, "order", `deleted by ${this.#name(by)}`)],
    }));
  }

  pause(named: string, by: Orderer): Promise<Endpoint> {
    return this.#setPaused(named, true, by);
  }

  resume(named: string, by: Orderer): Promise<Endpoint> {
    return this.#setPaused(named, false, by);
  }

  /** Starts a replica where there is none, as a call would. */
  wake(named: string, by: Orderer): Endpoint {
    const { records, view } = this.#options;
    const row = this.find(named, by);
    requireCallable(row);
    this.#wake(row.id);
    return view(records.get(row.id) ?? row);
  }

  /** Throws what is wrong with the configuration, having changed nothing. */
  async deploy(named: string, wakeup: boolean, by: Orderer, signal: AbortSignal): Promise<Deployment> {
    return this.#deployments.deploy(this.find(named, by), wakeup, this.#name(by), signal);
  }

  async rollback(
    named: string,
    order: { readonly number?: number | undefined; readonly wakeup: boolean },
    by: Orderer,
    signal: AbortSignal,
  ): Promise<Deployment> {
    return this.#deployments.rollback(this.find(named, by), order, this.#name(by), signal);
  }

  /** The last one first. */
  deployments(named: string, by?: Orderer): Deployment[] {
    return this.#deployments.list(this.find(named, by));
  }

  /** Services that are its replicas; those that have ended only with `all`. */
  replicas(named: string, all: boolean, by?: Orderer): Service[] {
    const { services, sights } = this.#options;
    const row = this.find(named, by);
    const shown = new Set(
      sights.replicas(row).flatMap(({ id, phase }) => (all || phase !== "ended" ? [id] : [])),
    );
    return services
      .of(row.id)
      .filter(({ service }) => shown.has(service.id))
      .map((service) => services.view(service));
  }

  events(named: string, limit = usualEvents, by?: Orderer): Promise<readonly EndpointEvent[]> {
    return this.#options.records.events(this.find(named, by).id, limit);
  }

  moments(named: string, sinceMs: number, by?: Orderer): readonly EndpointMoment[] {
    const { moments } = this.#options.records.state(this.find(named, by).id);
    return moments.filter(({ at }) => at >= sinceMs);
  }

  #setPaused(named: string, isPaused: boolean, by: Orderer): Promise<Endpoint> {
    const { id } = this.find(named, by);
    const message = `${isPaused ? "paused" : "resumed"} by ${this.#name(by)}`;
    if (isPaused) this.#options.records.state(id).wokenAt = null;
    return this.#change(id, (row) => {
      if (row.isPaused === isPaused) return undefined;
      const events = [this.#event(row, "order", message)];
      if (!isPaused) return { row: { ...row, isPaused }, events };
      const deployments = this.#deployments.cancelled(row, "the endpoint was paused");
      return { row: { ...row, isPaused, nextDeployment: null }, deployments, events };
    });
  }

  async #configuration(owner: string, configuration: EndpointConfiguration): Promise<EndpointConfiguration> {
    checkConfiguration(configuration, await this.#known(owner));
    return configuration;
  }

  async #known(owner: string): Promise<KnownNames> {
    const { profiles, presets, secrets } = this.#options;
    return {
      profiles: (await profiles()).map(({ name }) => name),
      presets: presets(),
      secrets: secrets(owner),
    };
  }

  async #defaultProfile(): Promise<string> {
    const profile = (await this.#options.profiles()).find((each) => each.default);
    if (profile !== undefined) return profile.name;
    throw new BerthError(
      "unprocessable",
      'there is no default profile; name one, or set it by "berth profile default NAME"',
      { param: "profiles" },
    );
  }

  async #change(id: string, change: (row: EndpointRow) => EndpointChange | undefined): Promise<Endpoint> {
    const { records, clock } = this.#options;
    const row = await records.update(id, (current) => {
      if (current.isDeleted) throw isGone();
      const changed = change(current);
      return changed === undefined
        ? undefined
        : { ...changed, row: { ...changed.row, updatedAt: clock.now() } };
    });
    if (row === undefined) throw isGone();
    return this.#ordered(row);
  }

  #wake(id: string): void {
    const { records, wake, clock } = this.#options;
    records.state(id).wokenAt = clock.now();
    wake(id);
  }

  #ordered(row: EndpointRow): Endpoint {
    const { sights, wake, view } = this.#options;
    sights.changed(row.id);
    wake(row.id);
    return view(row);
  }

  #event(row: EndpointRow, kind: EndpointEvent["kind"], message: string): NewEndpointEvent {
    return { endpointId: row.id, at: this.#options.clock.now(), kind, message, evidence: {} };
  }

  #name({ keyId }: Orderer): string {
    return this.#options.nameOf(keyId);
  }
}

function templateOf(
  given: EndpointTemplate | null | undefined,
  before: EndpointTemplate | null,
): EndpointTemplate | null {
  if (given === undefined) return before;
  return given === null ? null : withHidden(given, before);
}

/** Throws `unprocessable` where the key's owner is no name that can stand in an address. */
function ownerOf({ owner }: Orderer): string {
  if (owner === null || owner === undefined) return nobodysOwner;
  if (ownerSchema.safeParse(owner).success) return owner;
  throw new BerthError(
    "unprocessable",
    `owner: "${owner}" cannot stand in an endpoint's address; give another`,
    {
      param: "owner",
    },
  );
}

function checkScaling(scaling: Scaling): Scaling {
  if (scaling.min <= scaling.max) return scaling;
  throw new BerthError(
    "invalid_request",
    `scaling.min: ${scaling.min} is more than max, which is ${scaling.max}`,
    { param: "scaling.min" },
  );
}
