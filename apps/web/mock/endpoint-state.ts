import {
  BerthError,
  type Change,
  type Deployment,
  type Endpoint,
  type EndpointEvent,
  type EndpointMoment,
  type Service,
} from "@berth/api";
import type { EndpointSeed } from "./seed-endpoints.ts";

/** The endpoints of a mock world, and the only place that changes them. */
export class EndpointState {
  readonly endpoints = new Map<string, Endpoint>();
  readonly deployments: Deployment[];
  readonly events: EndpointEvent[];
  readonly moments = new Map<string, EndpointMoment[]>();
  readonly replicas = new Map<string, Service>();
  /** How many lines the replicas of each endpoint have written. */
  lineCount = 60;
  readonly #publish: (change: Change) => void;

  constructor(seed: EndpointSeed, publish: (change: Change) => void) {
    for (const one of seed.endpoints) this.endpoints.set(one.id, one);
    for (const one of seed.replicas) this.replicas.set(one.id, one);
    for (const [id, moments] of Object.entries(seed.moments)) this.moments.set(id, [...moments]);
    this.deployments = [...seed.deployments];
    this.events = [...seed.events];
    this.#publish = publish;
  }

  /** By id, `owner/name`, or name. */
  one(word: string): Endpoint {
    const all = [...this.endpoints.values()];
    const found = this.endpoints.get(word) ?? all.find((one) => one.fullName === word || one.name === word);
    if (found === undefined)
      throw new BerthError("not_found", `there is no endpoint ${word}`, { param: "id" });
    return found;
  }

  change(id: string, part: Partial<Endpoint>): Endpoint {
    const endpoint = { ...this.one(id), ...part, updatedAt: Date.now() };
    this.endpoints.set(endpoint.id, endpoint);
    this.#publish({ type: "endpoint", endpoint });
    return endpoint;
  }

  add(endpoint: Endpoint): Endpoint {
    this.endpoints.set(endpoint.id, endpoint);
    this.#publish({ type: "endpoint", endpoint });
    return endpoint;
  }

  remove(word: string): void {
    const { id } = this.one(word);
    this.endpoints.delete(id);
    this.#publish({ type: "endpoint-removed", id });
  }

  tell(endpointId: string, kind: EndpointEvent["kind"], message: string): void {
    const event = { id: this.events.length + 1, endpointId, at: Date.now(), kind, message, evidence: {} };
    this.events.push(event);
    this.#publish({ type: "endpoint-event", event });
  }

  /** The last first. */
  deploymentsOf(id: string): Deployment[] {
    return this.deployments.filter((one) => one.endpointId === id).toSorted((a, b) => b.number - a.number);
  }

  changeDeployment(endpointId: string, number: number, part: Partial<Deployment>): void {
    const at = this.deployments.findIndex((one) => one.endpointId === endpointId && one.number === number);
    const before = this.deployments[at];
    if (before !== undefined) this.deployments[at] = { ...before, ...part };
  }

  replicasOf(id: string): Service[] {
    return [...this.replicas.values()].filter(({ replicaOf }) => replicaOf?.endpointId === id);
  }

  changeReplica(replica: Service): void {
    this.replicas.set(replica.id, replica);
    this.#publish({ type: "service", service: replica });
  }
}
