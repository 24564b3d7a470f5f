import type { RoutingSnapshot, ServiceUpstream, Upstream } from "@berth/api";
import type { EndpointRow, EventStore, ServiceRow } from "@berth/store";
import type { RoutedEndpointRow } from "../endpoints/plan-endpoint-names.ts";
import type { ConfiguredRoute } from "../providers/configured-route.ts";
import type { RoutedProvider } from "../providers/routed-provider.ts";
import type { Changes } from "../services/changes.ts";
import type { ServiceRecords } from "../services/service-records.ts";
import { expectedReadyAt } from "../services/service-view.ts";
import type { Forecast } from "./forecast.ts";
import { planNames, type PlannedNames } from "./plan-names.ts";
import { planRoutes, type RoutedService, upstreamOf } from "./plan-routes.ts";

/** Histories that are read at the start: enough to know the models in use, few enough to be quick. */
const learntHistories = 50;

/** What has names beside services. Each array is the same one as long as nothing of it changes. */
export interface OtherNames {
  readonly providers: () => readonly RoutedProvider[];
  readonly configured: () => readonly ConfiguredRoute[];
  /** Those whose replicas these are; another array after each change of what they mean for requests. */
  readonly endpoints?: () => readonly EndpointSight[];
}

/** An endpoint as requests see it. */
export interface EndpointSight {
  readonly row: EndpointRow;
  /** Ids of the services that get its requests. */
  readonly serving: readonly string[];
  readonly absence: RoutedEndpointRow["absence"];
}

const none: readonly EndpointSight[] = [];

/** A service as it was last seen; `version` is another one whenever it means another thing for requests. */
interface Seen extends RoutedService {
  readonly upstream: ServiceUpstream;
  readonly text: string;
  readonly version: number;
}

function isItsOwn({ service }: ServiceRow): boolean {
  return service.replicaOf === null;
}

/** The routes to this server's services and providers, for a gateway: always at hand, and told anew only when they really change. */
export class ServiceRoutes {
  readonly #records: ServiceRecords;
  readonly #forecast: Forecast;
  readonly #listeners = new Set<() => void>();
  readonly #unsubscribe: () => void;
  /** What each service last meant for the routes. */
  readonly #told = new Map<string, string>();
  readonly #others: OtherNames;
  #planned: PlannedNames;
  #snapshot: RoutingSnapshot;
  readonly #seen = new Map<string, Seen>();
  #versions = 0;
  #text = "";
  #providers: readonly RoutedProvider[] = [];
  #configured: readonly ConfiguredRoute[] = [];
  #endpoints: readonly EndpointSight[] = [];

  constructor(records: ServiceRecords, changes: Changes, forecast: Forecast, others: OtherNames) {
    this.#records = records;
    this.#forecast = forecast;
    this.#others = others;
    this.#planned = planNames({ routes: new Map(), ports: new Map() }, [], []);
    const { resolve: _, ...names } = this.#planned;
    this.#snapshot = { ...names, version: 0 };
    this.#unsubscribe = changes.subscribe((change) => {
      switch (change.type) {
        case "service":
          return this.#concerns(change.service.id) ? this.refresh() : undefined;
        case "service-removed":
          this.#told.delete(change.id);
          this.#seen.delete(change.id);
          return this.refresh();
        case "endpoint":
        case "endpoint-removed":
        case "providers":
        case "routes":
          // most are of latencies
          return this.#haveOthersChanged() ? this.refresh() : undefined;
        case "service-event": {
          const row = records.known(change.event.serviceId);
          return row === undefined ? undefined : this.#forecast.learn(row.service, change.event);
        }
        case "endpoint-event":
        case "jobs":
        case "secrets":
        case "hardware-presets":
        case "download":
        case "download-removed":
        case "models":
        case "profiles":
        case "keys":
        case "conversations":
        case "image-pull":
        case "image-pull-removed":
        case "login":
          return undefined;
      }
    });
  }

  snapshot(): RoutingSnapshot {
    return this.#snapshot;
  }

  /** Calls the listener after each change until the returned function is called. */
  watch(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Learns how long models took in earlier lives of this server. */
  async learn(events: EventStore): Promise<void> {
    for (const { service } of this.#records.rows().slice(-learntHistories)) {
      for (const event of await events.listServiceEvents(service.id)) this.#forecast.learn(service, event);
    }
    this.refresh();
  }

  /** Who answers now for a name that is no configured route's. */
  resolve(model: string): readonly Upstream[] {
    return this.#planned.resolve(model);
  }

  refresh(): void {
    const rows = this.#records.rows();
    const own = rows.filter(isItsOwn).map((row) => this.#look(row));
    const endpoints = this.#endpointRows();
    const text = JSON.stringify([
      own.map(({ version }) => version),
      endpoints.map(({ replicas }) => replicas.map(({ serviceId }) => this.#seen.get(serviceId)?.version)),
    ]);
    if (text === this.#text && !this.#haveOthersChanged()) return;
    const services = planRoutes(own);
    this.#text = text;
    this.#endpoints = this.#others.endpoints?.() ?? none;
    this.#providers = this.#others.providers();
    this.#configured = this.#others.configured();
    this.#planned = planNames(services, this.#providers, this.#configured, endpoints);
    const { resolve: _, ...names } = this.#planned;
    this.#snapshot = { ...names, version: this.#snapshot.version + 1 };
    for (const listener of this.#listeners) listener();
  }

  #haveOthersChanged(): boolean {
    return (
      this.#others.providers() !== this.#providers ||
      this.#others.configured() !== this.#configured ||
      (this.#others.endpoints?.() ?? none) !== this.#endpoints
    );
  }

  #endpointRows(): readonly RoutedEndpointRow[] {
    const endpoints = this.#others.endpoints?.() ?? none;
    return endpoints.map(({ row, serving, absence }) => {
      const upstreams = serving.flatMap((id) => {
        const service = this.#records.known(id);
        return service === undefined ? [] : [this.#look(service).upstream];
      });
      // one that can answer keeps those that cannot yet out of sight
      const ready = upstreams.filter(({ state }) => state.kind === "ready");
      const usable = upstreams.filter(({ state }) => state.kind !== "unavailable");
      return { row, replicas: ready.length > 0 ? ready : usable, absence };
    });
  }

  /** With hundreds of services, only those that have changed are worked out anew. */
  #look(row: ServiceRow): Seen {
    const { id, status, updatedAt, port } = row.service;
    const routed = this.#routed(row);
    const known = this.#seen.get(id);
    const isKnown =
      known?.row === row &&
      known.fact === routed.fact &&
      known.expectedReadyAtMs === routed.expectedReadyAtMs;
    if (isKnown) return known;
    const upstream = upstreamOf(row, routed.fact, routed.expectedReadyAtMs);
    const text = JSON.stringify([status, updatedAt, port, upstream]);
    const seen =
      known?.text === text
        ? { ...known, ...routed }
        : { ...routed, upstream, text, version: (this.#versions += 1) };
    this.#seen.set(id, seen);
    return seen;
  }

  #routed(row: ServiceRow): RoutedService {
    const fact = this.#records.fact(row.service.id);
    return { row, fact, expectedReadyAtMs: expectedReadyAt(row, fact, this.#forecast) };
  }

  /** Whether the change matters to the routes: with a hundred services, most are of memory and requests under way. */
  #concerns(id: string): boolean {
    const row = this.#records.known(id);
    if (row === undefined) return true;
    const { routes, ports } = planRoutes([this.#routed(row)]);
    const { status, updatedAt } = row.service;
    const text = JSON.stringify([status, updatedAt, [...routes.keys()], routes.get(id), [...ports.keys()]]);
    if (this.#told.get(id) === text) return false;
    this.#told.set(id, text);
    return true;
  }

  close(): void {
    this.#unsubscribe();
    this.#listeners.clear();
  }
}
