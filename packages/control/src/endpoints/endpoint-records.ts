import type { Endpoint, EndpointEvent } from "@berth/api";
import type { DeploymentRow, EndpointChange, EndpointRow, EndpointStore } from "@berth/store";
import type { Changes } from "../services/changes.ts";
import { EndpointState } from "./endpoint-state.ts";

/**
 * The one door through which endpoints are written: into the store first, then told to whoever listens. Keeps them in memory with
 * their deployments; nobody else writes them while this server runs.
 */
export class EndpointRecords {
  readonly #store: EndpointStore;
  readonly #changes: Changes;
  readonly #view: (row: EndpointRow) => Endpoint;
  readonly #rows = new Map<string, EndpointRow>();
  readonly #deployments = new Map<string, DeploymentRow[]>();
  readonly #states = new Map<string, EndpointState>();
  readonly #told = new Map<string, string>();
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(store: EndpointStore, changes: Changes, view: (row: EndpointRow) => Endpoint) {
    this.#store = store;
    this.#changes = changes;
    this.#view = view;
  }

  async load(): Promise<void> {
    for (const row of await this.#store.listEndpoints()) {
      this.#rows.set(row.id, row);
      this.#deployments.set(row.id, [...(await this.#store.listDeployments(row.id))]);
    }
  }

  /** In the order they were made. */
  rows(): readonly EndpointRow[] {
    return [...this.#rows.values()];
  }

  get(id: string): EndpointRow | undefined {
    return this.#rows.get(id);
  }

  /** The first one first. */
  deployments(id: string): readonly DeploymentRow[] {
    return this.#deployments.get(id) ?? [];
  }

  deployment(id: string, number: number): DeploymentRow | undefined {
    return this.deployments(id).find((deployment) => deployment.number === number);
  }

  state(id: string): EndpointState {
    let state = this.#states.get(id);
    if (state === undefined) this.#states.set(id, (state = new EndpointState()));
    return state;
  }

  /**
   * Writes what `change` makes of the row as it is then; `undefined` leaves it. One at a time for each endpoint. Resolves to the
   * row as it is now, or to nothing when it is gone.
   */
  update(
    id: string,
    change: (row: EndpointRow) => EndpointChange | undefined,
  ): Promise<EndpointRow | undefined> {
    return this.#inTurn(id, async () => {
      const row = this.#rows.get(id);
      const changed = row === undefined ? undefined : change(row);
      if (changed === undefined) return row;
      await this.#write(changed);
      return changed.row;
    });
  }

  insert(change: EndpointChange): Promise<void> {
    return this.#inTurn(change.row.id, () => this.#write(change));
  }

  delete(id: string): Promise<void> {
    return this.#inTurn(id, async () => {
      await this.#store.deleteEndpoint(id);
      this.#rows.delete(id);
      this.#deployments.delete(id);
      this.#states.delete(id);
      this.#told.delete(id);
      this.#changes.publish({ type: "endpoint-removed", id });
    });
  }

  events(id: string, limit: number): Promise<readonly EndpointEvent[]> {
    return this.#store.listEndpointEvents(id, limit);
  }

  /** Tells it as it is, when people see a difference, or `anyway`. */
  tell(id: string, anyway = false): void {
    const row = this.#rows.get(id);
    if (row === undefined) return;
    const endpoint = this.#view(row);
    const text = JSON.stringify(endpoint);
    if (!anyway && this.#told.get(id) === text) return;
    this.#told.set(id, text);
    this.#changes.publish({ type: "endpoint", endpoint });
  }

  async #write({ row, deployments = [], events = [] }: EndpointChange): Promise<void> {
    const stored = await this.#store.putEndpoint({ row, deployments, events });
    this.#rows.set(row.id, row);
    const known = new Map(this.deployments(row.id).map((deployment) => [deployment.number, deployment]));
    for (const deployment of deployments) known.set(deployment.number, deployment);
    this.#deployments.set(row.id, [...known.values()]);
    this.tell(row.id);
    for (const event of stored) this.#changes.publish({ type: "endpoint-event", event });
  }

  #inTurn<T>(id: string, act: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(id) ?? Promise.resolve();
    const turn = before.then(act, act);
    this.#turns.set(id, turn);
    void turn
      .catch(() => undefined)
      .finally(() => {
        if (this.#turns.get(id) === turn) this.#turns.delete(id);
      });
    return turn;
  }
}
