import type { RoutingSnapshot } from "@berth/api";
import type { EventStore, ServiceRow } from "@berth/store";
import type { Changes } from "../services/changes.ts";
import type { ServiceRecords } from "../services/service-records.ts";
import { expectedReadyAt } from "../services/service-view.ts";
import type { Forecast } from "./forecast.ts";
import { planRoutes, type RoutedService } from "./plan-routes.ts";

/** Histories that are read at the start: enough to know the models in use, few enough to be quick. */
const learntHistories = 50;

const emptySnapshot: RoutingSnapshot = {
  version: 0,
  routes: new Map(),
  patterns: [],
  fallback: undefined,
  ports: new Map(),
  anyPath: undefined,
};

/** The routes of this server's services, for a gateway: always at hand, and told anew only when they really change. */
export class ServiceRoutes {
  readonly #records: ServiceRecords;
  readonly #forecast: Forecast;
  readonly #listeners = new Set<() => void>();
  readonly #unsubscribe: () => void;
  /** What each service last meant for the routes. */
  readonly #told = new Map<string, string>();
  #snapshot: RoutingSnapshot = emptySnapshot;
  #text = "";

  constructor(records: ServiceRecords, changes: Changes, forecast: Forecast) {
    this.#records = records;
    this.#forecast = forecast;
    this.#unsubscribe = changes.subscribe((change) => {
      switch (change.type) {
        case "service":
          return this.#concerns(change.service.id) ? this.refresh() : undefined;
        case "service-removed":
          this.#told.delete(change.id);
          return this.refresh();
        case "service-event": {
          const row = records.known(change.event.serviceId);
          return row === undefined ? undefined : this.#forecast.learn(row.service, change.event);
        }
        case "download":
        case "download-removed":
        case "models":
        case "profiles":
        case "keys":
        case "providers":
        case "routes":
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

  refresh(): void {
    const planned = planRoutes(this.#records.rows().map((row) => this.#routed(row)));
    const text = JSON.stringify([[...planned.routes], [...planned.ports]]);
    if (text === this.#text) return;
    this.#text = text;
    this.#snapshot = { ...emptySnapshot, version: this.#snapshot.version + 1, ...planned };
    for (const listener of this.#listeners) listener();
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
