import {
  BerthError,
  hasEnded,
  type CreateService,
  type LaunchPreview,
  type RestartService,
  type Service,
  type ServiceEvent,
} from "@berth/api";
import type { LogOptions } from "@berth/launchers";
import type { EventStore, ServiceRow } from "@berth/store";
import { findService } from "./find-service.ts";
import { LaunchService, replicaFacts, type LaunchServiceOptions } from "./launch-service.ts";
import { launchRefOf } from "./launch-ref.ts";
import { orderStop } from "./service-orders.ts";

export interface ServicesOptions extends LaunchServiceOptions {
  readonly events: EventStore;
  /** Somebody gave an order: look at the service now. */
  readonly wake: (id: string) => void;
}

/** What people can do with services. Writes orders, never what became of them; an `id` may be short, or a name. */
export class Services {
  readonly #options: ServicesOptions;
  readonly #launch: LaunchService;

  constructor(options: ServicesOptions) {
    this.#options = options;
    this.#launch = new LaunchService(options);
  }

  /** Oldest first; those that have ended only with `all`. */
  async list(options: { readonly all: boolean }): Promise<Service[]> {
    const { records } = this.#options;
    const rows = await records.readAll();
    return rows
      .filter(({ service }) => options.all || !hasEnded(service.status))
      .map((row) => records.view(row));
  }

  async get(id: string): Promise<Service> {
    return this.#options.records.view(await this.#find(id));
  }

  /** Resolves when the order is stored; its launch follows. */
  async create(spec: CreateService, signal: AbortSignal): Promise<Service> {
    return this.#ordered(await this.#launch.create(spec, signal));
  }

  /** The same, of an endpoint's replica. */
  async createReplica(
    spec: CreateService,
    replicaOf: NonNullable<Service["replicaOf"]>,
    signal: AbortSignal,
  ): Promise<ServiceRow> {
    const row = await this.#launch.create(spec, signal, replicaOf);
    this.#options.wake(row.service.id);
    return row;
  }

  preview(spec: CreateService, signal: AbortSignal): Promise<LaunchPreview> {
    return this.#launch.preview(spec, signal);
  }

  previewReplica(spec: CreateService, signal: AbortSignal): Promise<LaunchPreview> {
    return this.#launch.preview(spec, signal, replicaFacts);
  }

  /** Resolves when the order is stored. Stopping what has ended is no error and changes nothing. */
  async stop(id: string): Promise<Service> {
    const { records, clock } = this.#options;
    const { service } = await this.#find(id);
    return this.#ordered(await orderStop(records, clock, service.id));
  }

  /** Resolves when the order is stored; what still runs is stopped before the next launch. */
  async restart(id: string, signal: AbortSignal, change: RestartService = {}): Promise<Service> {
    return this.#ordered(await this.#launch.restart(await this.#find(id), change, signal));
  }

  /** Throws `conflict` while it lives. */
  async delete(id: string, signal: AbortSignal): Promise<void> {
    await this.#launch.forget(await this.#find(id), signal);
  }

  async events(id: string): Promise<readonly ServiceEvent[]> {
    const { service } = await this.#find(id);
    return this.#options.events.listServiceEvents(service.id);
  }

  /**
   * The engine's output in the latest launch, in chunks as they come; nothing before the first launch. With `follow` it
   * goes on with each launch that follows, until the service has ended or the signal aborts.
   */
  async *logs(id: string, options: LogOptions, signal: AbortSignal): AsyncIterable<string> {
    const found = await this.#find(id);
    if (!options.follow) {
      if (found.attempt > 0) yield* this.#log(found, options, signal);
      return;
    }
    const next = (attempt: number) => this.#options.records.nextLaunch(found.service.id, attempt, signal);
    let { tailLines } = options;
    for (let row = await next(0); row !== undefined; row = await next(row.attempt)) {
      yield* this.#log(row, { follow: true, tailLines }, signal);
      tailLines = undefined;
    }
  }

  async *#log(row: ServiceRow, options: LogOptions, signal: AbortSignal): AsyncIterable<string> {
    const { places, homeId } = this.#options;
    const place = await places.find(row.service.profile);
    if (place === undefined) {
      throw new BerthError(
        "not_found",
        `profile ${row.service.profile}, where the log lies, is not there any more`,
      );
    }
    yield* place.launcher.logs(launchRefOf(homeId, row, place.profile), options, signal);
  }

  /** Orders every live service to stop and resolves when all have ended; rejects with the signal's reason before that. */
  async stopAll(signal: AbortSignal): Promise<void> {
    const { records, clock } = this.#options;
    const ids = records.live().map(({ service }) => service.id);
    for (const id of ids) this.#ordered(await orderStop(records, clock, id));
    await records.whenEnded(ids, signal);
  }

  async #find(id: string): Promise<ServiceRow> {
    return findService(await this.#options.records.readAll(), id);
  }

  #ordered(row: ServiceRow): Service {
    this.#options.wake(row.service.id);
    return this.#options.records.view(row);
  }
}
