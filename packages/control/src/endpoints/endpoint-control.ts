import {
  hasEnded,
  type Endpoint,
  type EndpointConfiguration,
  type HardwarePreset,
  type Profile,
} from "@berth/api";
import type { Clock } from "@berth/std/clock";
import type { EndpointRow, EndpointStore } from "@berth/store";
import { Controller, type ControllerOptions } from "../controllers/controller.ts";
import type { Changes } from "../services/changes.ts";
import { EndpointRecords } from "./endpoint-records.ts";
import { EndpointReconciler } from "./endpoint-reconciler.ts";
import { EndpointSights, type EndpointLoads } from "./endpoint-sights.ts";
import { viewEndpoint } from "./endpoint-view.ts";
import { endpointLogs, type EndpointLogOptions } from "./endpoint-logs.ts";
import { Endpoints, type EndpointsOptions } from "./endpoints.ts";
import type { Orderer } from "./find-callable.ts";
import type { ModelDownloads } from "./model-arrivals.ts";
import type { ReplicaServices } from "./replica-services.ts";
import { slotsOf } from "./replica-slots.ts";

export interface EndpointControlOptions {
  readonly store: EndpointStore;
  readonly services: ReplicaServices;
  readonly loads: EndpointLoads;
  readonly changes: Changes;
  readonly profiles: () => Promise<readonly Profile[]>;
  readonly presets: () => readonly HardwarePreset[];
  readonly downloads: ModelDownloads;
  readonly secrets: EndpointsOptions["secrets"];
  readonly nameOf: EndpointsOptions["nameOf"];
  readonly cancelJobs: (endpointId: string) => Promise<void>;
  readonly newId: () => string;
  readonly random: () => number;
  readonly clock: Clock;
  readonly onError: ControllerOptions["onError"];
}

const resyncMs = 30_000;
const reconcileBackoff = { firstMs: 250, maxMs: 30_000, jitter: 0.2 };
/** What happened before is forgotten. */
const eventsMs = 90 * 24 * 60 * 60_000;
const forgetEveryMs = 24 * 60 * 60_000;

/** Endpoints and all that keeps them as they were ordered, put together. */
export class EndpointControl {
  readonly endpoints: Endpoints;
  readonly #options: EndpointControlOptions;
  readonly #records: EndpointRecords;
  readonly #sights: EndpointSights;
  readonly #controller: Controller;
  readonly #unsubscribe: () => void;
  readonly #stop = new AbortController();
  #running: Promise<unknown> | undefined;

  constructor(options: EndpointControlOptions) {
    const { store, services, loads, changes, profiles, presets, downloads, cancelJobs, newId, clock } =
      options;
    this.#options = options;
    const view = (row: EndpointRow): Endpoint => this.#view(row);
    const records = new EndpointRecords(store, changes, view);
    const sights = new EndpointSights({
      records: () => records,
      services,
      loads,
      slots: (row) => this.slots(row),
      clock,
    });
    this.#records = records;
    this.#sights = sights;
    this.#controller = new Controller(
      new EndpointReconciler({
        records,
        sights,
        services,
        profiles,
        presets,
        downloads,
        cancelJobs,
        newId,
        clock,
      }),
      { clock, resyncMs, backoff: reconcileBackoff, onError: options.onError },
    );
    this.endpoints = new Endpoints({
      ...options,
      records,
      sights,
      view,
      wake: (id) => this.wake(id),
    });
    this.#unsubscribe = changes.subscribe((change) => {
      if (change.type === "jobs") this.wake(change.endpointId);
      if (change.type !== "service") return;
      const { replicaOf } = change.service;
      if (replicaOf !== null) this.wake(replicaOf.endpointId);
    });
  }

  /** Reads what was there before, and begins to look after it. To be called when services are known. */
  async start(): Promise<void> {
    await this.#records.load();
    // whoever ordered a roll-out that has not ended had it woken, or somebody was waiting
    for (const row of this.rows())
      if (row.nextDeployment !== null) this.#records.state(row.id).wokenAt = this.#options.clock.now();
    this.#sights.list();
    this.#running = Promise.all([this.#controller.run(this.#stop.signal), this.#keepForgetting()]);
  }

  /** What endpoints mean for requests: the same array as long as nothing of it changes. */
  readonly sights = (): ReturnType<EndpointSights["list"]> => this.#sights.list();

  rows(): readonly EndpointRow[] {
    return this.#records.rows().filter(({ isDeleted }) => !isDeleted);
  }

  get(id: string): EndpointRow | undefined {
    const row = this.#records.get(id);
    return row?.isDeleted === true ? undefined : row;
  }

  /** Whether it is one of these; then it is looked at now. */
  wake(id: string): boolean {
    if (this.#records.get(id) === undefined) return false;
    this.#controller.wake(id);
    return true;
  }

  /** A call has found no replica ready: one is started, also when nobody waits for it. Whether it is one of these. */
  called(id: string): boolean {
    const row = this.#records.get(id);
    if (row === undefined) return false;
    const isDeployed = row.currentDeployment !== null || row.nextDeployment !== null;
    if (isDeployed && !row.isPaused) this.#records.state(id).wokenAt ??= this.#options.clock.now();
    return this.wake(id);
  }

  /** How many calls its ready replicas may have at once. */
  slots(row: EndpointRow): number {
    const replicas = new Set(
      this.#sights
        .replicas(row)
        .flatMap(({ id, phase, drainingSince }) => (phase === "ready" && drainingSince === null ? [id] : [])),
    );
    return this.#options.services
      .of(row.id)
      .filter(({ service }) => replicas.has(service.id))
      .reduce((sum, { service }) => sum + slotsOf(row.scaling, service), 0);
  }

  /** Whether one of its deployments may have the secret: what merely looks like a secret's place is not filled in. */
  uses(endpointId: string, secret: string): boolean {
    const { currentDeployment, nextDeployment } = this.#records.get(endpointId) ?? {};
    return [currentDeployment, nextDeployment].some((number) =>
      this.#records
        .deployment(endpointId, number ?? 0)
        ?.configuration.secrets.some((use) => use.secret === secret),
    );
  }

  /** Full names of the endpoints that use the secret of their owner's. */
  usersOf(owner: string, secret: string): readonly string[] {
    return this.rows()
      .filter((row) => row.owner === owner)
      .filter((row) => {
        const deployed = [row.currentDeployment, row.nextDeployment].flatMap(
          (number) => this.#records.deployment(row.id, number ?? 0)?.configuration ?? [],
        );
        return [row.configuration, ...deployed].some(
          ({ secrets, hubSecret }) => hubSecret === secret || secrets.some((use) => use.secret === secret),
        );
      })
      .map(({ owner: of, name }) => `${of}/${name}`);
  }

  /** A profile has another name now. */
  async renameProfile(from: string, to: string): Promise<void> {
    for (const { id } of this.#records.rows()) {
      await this.#records.update(id, (row) => {
        const renamed = <T extends { readonly configuration: EndpointConfiguration }>(one: T): T => {
          const profiles = one.configuration.profiles.map((name) => (name === from ? to : name));
          return { ...one, configuration: { ...one.configuration, profiles } };
        };
        const deployments = this.#records
          .deployments(id)
          .filter(({ configuration }) => configuration.profiles.includes(from));
        if (deployments.length === 0 && !row.configuration.profiles.includes(from)) return undefined;
        return { row: renamed(row), deployments: deployments.map(renamed) };
      });
    }
  }

  logs(named: string, options: EndpointLogOptions, by: Orderer, signal: AbortSignal): AsyncIterable<string> {
    const { services, clock } = this.#options;
    const row = this.endpoints.find(named, by);
    return endpointLogs(row, services, options, (ms, until) => clock.sleep(ms, until), signal);
  }

  /** Resolves when nothing is under way any more. Replicas go on running. */
  async close(): Promise<void> {
    this.#unsubscribe();
    this.#stop.abort(new Error("the server stops"));
    await this.#running;
  }

  #view(row: EndpointRow): Endpoint {
    const { services } = this.#options;
    const replicas = this.#sights.replicas(row);
    const expected = services
      .of(row.id)
      .filter(({ service }) => !hasEnded(service.status))
      .flatMap((service) => services.view(service).expectedReadyAt ?? []);
    return viewEndpoint(row, {
      deployments: this.#records.deployments(row.id),
      replicas,
      state: this.#records.state(row.id),
      traffic: this.#sights.traffic(row.id),
      jobs: this.#sights.jobs(row.id),
      expectedReadyAt: expected.length === 0 ? null : Math.min(...expected),
    });
  }

  async #keepForgetting(): Promise<void> {
    const { store, clock, onError } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await store
        .forgetEndpointEvents(clock.now() - eventsMs)
        .catch((error: unknown) => onError(error, { reconciler: "endpoints", key: undefined, failures: 1 }));
      await clock.sleep(forgetEveryMs, signal).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
    }
  }
}
