import { BerthError, hasEnded, type ServiceEvent } from "@berth/api";
import type { EventStore, ServiceRow, ServiceStore } from "@berth/store";

/** The part of the store that services need, in memory, with the same refusals. */
export class MemoryServices implements ServiceStore, EventStore {
  readonly #rows = new Map<string, ServiceRow>();
  readonly #events: ServiceEvent[] = [];

  listServices(filter: { readonly ended?: boolean } = {}): Promise<readonly ServiceRow[]> {
    const { ended } = filter;
    const rows = [...this.#rows.values()];
    return Promise.resolve(
      ended === undefined ? rows : rows.filter(({ service }) => hasEnded(service.status) === ended),
    );
  }

  getService(id: string): Promise<ServiceRow | undefined> {
    return Promise.resolve(this.#rows.get(id));
  }

  async insertService(row: ServiceRow, event: Omit<ServiceEvent, "id">): Promise<ServiceEvent> {
    this.#refuseTaken(row);
    this.#rows.set(row.service.id, row);
    return this.#append(event);
  }

  async putService(
    row: ServiceRow,
    events: readonly Omit<ServiceEvent, "id">[],
  ): Promise<readonly ServiceEvent[]> {
    const { id } = row.service;
    if (this.#rows.get(id)?.generation !== row.generation) throw new BerthError("conflict", `${id} changed`);
    this.#refuseTaken(row);
    this.#rows.set(id, { ...row, generation: row.generation + 1 });
    return events.map((event) => this.#append(event));
  }

  deleteService(id: string): Promise<void> {
    this.#rows.delete(id);
    return Promise.resolve();
  }

  listServiceEvents(serviceId: string): Promise<readonly ServiceEvent[]> {
    return Promise.resolve(this.#events.filter((event) => event.serviceId === serviceId));
  }

  #append(event: Omit<ServiceEvent, "id">): ServiceEvent {
    const stored = { ...event, id: this.#events.length + 1 };
    this.#events.push(stored);
    return stored;
  }

  #refuseTaken({ service }: ServiceRow): void {
    if (hasEnded(service.status)) return;
    for (const { service: other } of this.#rows.values()) {
      if (other.id === service.id || hasEnded(other.status)) continue;
      if (other.name === service.name) throw new BerthError("already_exists", "name", { param: "name" });
      if (other.port !== null && other.port === service.port)
        throw new BerthError("already_exists", "port", { param: "port" });
    }
  }
}
