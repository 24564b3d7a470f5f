import { BerthError, type EndpointEvent } from "@berth/api";
import type { DeploymentRow, EndpointChange, EndpointRow, EndpointStore } from "@berth/store";

/** Endpoints in memory, with the same refusals as the store's. */
export class MemoryEndpoints implements EndpointStore {
  readonly #rows = new Map<string, EndpointRow>();
  readonly #deployments = new Map<string, Map<number, DeploymentRow>>();
  readonly #events: EndpointEvent[] = [];

  async listEndpoints(): Promise<readonly EndpointRow[]> {
    return [...this.#rows.values()];
  }

  async putEndpoint({
    row,
    deployments = [],
    events = [],
  }: EndpointChange): Promise<readonly EndpointEvent[]> {
    for (const { id, owner, name } of this.#rows.values())
      if (id !== row.id && owner === row.owner && name === row.name)
        throw new BerthError("already_exists", `${owner} has an endpoint ${name} already`, { param: "name" });
    this.#rows.set(row.id, row);
    const known = this.#deployments.get(row.id) ?? new Map<number, DeploymentRow>();
    for (const deployment of deployments) {
      const before = known.get(deployment.number);
      if (before !== undefined && before.id !== deployment.id)
        throw new Error("two deployments of one number");
      known.set(deployment.number, deployment);
    }
    this.#deployments.set(row.id, known);
    return events.map((event) => {
      const stored = { ...event, id: this.#events.length + 1 };
      this.#events.push(stored);
      return stored;
    });
  }

  async deleteEndpoint(id: string): Promise<void> {
    this.#rows.delete(id);
    this.#deployments.delete(id);
  }

  async listDeployments(endpointId: string): Promise<readonly DeploymentRow[]> {
    return [...(this.#deployments.get(endpointId)?.values() ?? [])];
  }

  async listEndpointEvents(endpointId: string, limit: number): Promise<readonly EndpointEvent[]> {
    return this.#events.filter((event) => event.endpointId === endpointId).slice(-limit);
  }

  async forgetEndpointEvents(): Promise<void> {}
}
