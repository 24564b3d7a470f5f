import { BerthError, hasEnded, isBerthError, type Service, type ServiceEvent } from "@berth/api";
import type { ServiceRow, ServiceStore } from "@berth/store";
import type { Forecast } from "../controllers/forecast.ts";
import { unknownLaunch, type LiveFact, type LiveFacts } from "../controllers/live-facts.ts";
import type { Changes } from "./changes.ts";
import { launchIdOf } from "./launch-ref.ts";
import { viewService } from "./service-view.ts";

export type NewEvent = Omit<ServiceEvent, "id">;

/** The row was written by somebody else since it was read: read it again. */
export class StaleRow extends BerthError {
  constructor(cause: BerthError) {
    super("conflict", cause.message, { cause });
  }
}

/**
 * The one door through which services are written: into the store first, then told to whoever listens. Keeps the rows in
 * memory as well, for those who cannot wait; nobody else writes them while this server runs.
 */
export class ServiceRecords {
  readonly #store: ServiceStore;
  readonly #changes: Changes;
  readonly #facts: LiveFacts;
  readonly #forecast: Forecast;
  readonly #rows = new Map<string, ServiceRow>();
  /** Ids of replicas, by their endpoint: whose replica a service is never changes. */
  readonly #replicas = new Map<string, Set<string>>();

  constructor(store: ServiceStore, changes: Changes, facts: LiveFacts, forecast: Forecast) {
    this.#store = store;
    this.#changes = changes;
    this.#facts = facts;
    this.#forecast = forecast;
  }

  /** Reads every row: before the rest, and after somebody else has written some, which are then told. */
  async load(): Promise<void> {
    for (const row of await this.#store.listServices()) {
      const known = this.#rows.get(row.service.id);
      if (known !== undefined && known.generation >= row.generation) continue;
      this.#keep(row);
      if (known !== undefined) this.#tell(row, []);
    }
  }

  /** Every row as the store has it, oldest first. */
  readAll(): Promise<readonly ServiceRow[]> {
    return this.#store.listServices();
  }

  /** As last read or written. */
  rows(): readonly ServiceRow[] {
    return [...this.#rows.values()];
  }

  /** Of the endpoint's replicas, as last read or written, oldest first. */
  replicasOf(endpointId: string): readonly ServiceRow[] {
    return [...(this.#replicas.get(endpointId) ?? [])].flatMap((id) => this.#rows.get(id) ?? []);
  }

  live(): readonly ServiceRow[] {
    return this.rows().filter((row) => !hasEnded(row.service.status));
  }

  /** The row as the store has it. */
  async read(id: string): Promise<ServiceRow | undefined> {
    const row = await this.#store.getService(id);
    if (row === undefined) this.#drop(id);
    else this.#remember(row);
    return row;
  }

  /** The row as the store has it. Throws `not_found` when it is gone. */
  async require(id: string): Promise<ServiceRow> {
    const row = await this.read(id);
    if (row === undefined) throw new BerthError("not_found", `service ${id} is gone`);
    return row;
  }

  /** As last read or written. */
  known(id: string): ServiceRow | undefined {
    return this.#rows.get(id);
  }

  /** Of the present launch. */
  fact(id: string): LiveFact | undefined {
    const row = this.#rows.get(id);
    return row === undefined ? undefined : this.factOf(id, launchIdOf(id, row.attempt));
  }

  factOf(id: string, launchId: string): LiveFact | undefined {
    return this.#facts.get(id, launchId);
  }

  /** Whether this server has looked at it. */
  isKnown(id: string): boolean {
    return this.#facts.knows(id);
  }

  /** Drops what is known of launches that are the row's no longer. */
  keepFacts({ service, attempt, renewal }: ServiceRow): void {
    const beside = [
      ...(renewal?.successor == null ? [] : [renewal.successor]),
      ...(renewal?.predecessors ?? []),
    ];
    const attempts = [attempt, ...beside.map((each) => each.attempt)];
    this.#facts.keepOnly(
      service.id,
      attempts.map((each) => launchIdOf(service.id, each)),
    );
  }

  noteUse(id: string, now: number): void {
    this.#facts.noteUse(id, now);
  }

  /** When it was last seen to be used, or first looked at, by this machine's clock. */
  usedAt(id: string): number | undefined {
    return this.#facts.usedAt(id);
  }

  view(row: ServiceRow): Service {
    return viewService(row, (launchId) => this.#facts.get(row.service.id, launchId), this.#forecast);
  }

  /** Throws `already_exists` for a name or port that a live service has. */
  async insert(row: ServiceRow, event: NewEvent): Promise<ServiceRow> {
    const stored = await this.#store.insertService(row, event);
    this.#keep(row);
    this.#tell(row, [stored]);
    return row;
  }

  /** Resolves to the row as it now stands. Throws StaleRow when somebody wrote in between. */
  async put(row: ServiceRow, events: readonly NewEvent[]): Promise<ServiceRow> {
    const stored = await this.#store.putService(row, events).catch((error: unknown) => {
      throw isBerthError(error) && error.code === "conflict" ? new StaleRow(error) : error;
    });
    const next = { ...row, generation: row.generation + 1 };
    this.#remember(next);
    this.#tell(next, stored);
    return next;
  }

  async delete(id: string): Promise<void> {
    await this.#store.deleteService(id);
    this.#drop(id);
    this.#facts.drop(id);
    this.#changes.publish({ type: "service-removed", id });
  }

  /** What a launch that is not seen yet is doing. */
  noteProgress(id: string, launchId: string, progress: string): void {
    this.noteFact(id, { ...(this.factOf(id, launchId) ?? unknownLaunch(launchId)), progress });
  }

  /** Takes what was just seen of a service; tells it, as it was last written, when people would see a difference. */
  noteFact(id: string, fact: LiveFact): void {
    const row = this.#rows.get(id);
    if (row !== undefined && this.#facts.set(id, fact)) this.#tell(row, []);
  }

  /** Resolves when each of them has ended or is gone; rejects with the signal's reason when it aborts first. */
  async whenEnded(ids: readonly string[], signal: AbortSignal): Promise<void> {
    await this.#when(() => {
      const live = new Set(this.live().map((row) => row.service.id));
      return ids.some((id) => live.has(id)) ? undefined : true;
    }, signal);
  }

  /** Resolves when the service is ordered to stop; rejects with the signal's reason when it aborts first. */
  async whenOrderedToStop(id: string, signal: AbortSignal): Promise<void> {
    await this.#when(() => (this.#rows.get(id)?.desired === "stopped" ? true : undefined), signal);
  }

  /** The row once a launch later than `attempt` was accepted; `undefined` when the service ends without one, or the signal aborts. */
  nextLaunch(id: string, attempt: number, signal: AbortSignal): Promise<ServiceRow | undefined> {
    const look = (): { readonly row: ServiceRow | undefined } | undefined => {
      const row = this.#rows.get(id);
      const isOver = row === undefined || hasEnded(row.service.status);
      if (row !== undefined && row.attempt > attempt && (isOver || row.handle !== null)) return { row };
      return isOver ? { row: undefined } : undefined;
    };
    return this.#when(look, signal).then(
      ({ row }) => row,
      (error: unknown) => {
        if (signal.aborted) return undefined;
        throw error;
      },
    );
  }

  /** Resolves to what `find` gives, now or after the first change after which it gives anything. */
  #when<T>(find: () => T | undefined, signal: AbortSignal): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const look = (): void => {
      const found = find();
      if (found !== undefined) resolve(found);
    };
    const abort = (): void => reject(signal.reason as Error);
    const unsubscribe = this.#changes.subscribe(look);
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) abort();
    look();
    return promise.finally(() => {
      unsubscribe();
      signal.removeEventListener("abort", abort);
    });
  }

  #keep(row: ServiceRow): void {
    const { id, replicaOf } = row.service;
    this.#rows.set(id, row);
    if (replicaOf === null) return;
    const own = this.#replicas.get(replicaOf.endpointId);
    if (own === undefined) this.#replicas.set(replicaOf.endpointId, new Set([id]));
    else own.add(id);
  }

  #drop(id: string): void {
    const endpointId = this.#rows.get(id)?.service.replicaOf?.endpointId;
    this.#rows.delete(id);
    if (endpointId === undefined) return;
    const own = this.#replicas.get(endpointId);
    own?.delete(id);
    if (own?.size === 0) this.#replicas.delete(endpointId);
  }

  /** An answer may come after a later one. */
  #remember(row: ServiceRow): void {
    const known = this.#rows.get(row.service.id);
    if (known !== undefined && known.generation <= row.generation) this.#rows.set(row.service.id, row);
  }

  #tell(row: ServiceRow, events: readonly ServiceEvent[]): void {
    if (hasEnded(row.service.status)) this.#facts.drop(row.service.id);
    this.#changes.publish({ type: "service", service: this.view(row) });
    for (const event of events) this.#changes.publish({ type: "service-event", event });
  }
}
