import type { Endpoint } from "@berth/api";
import type { EndpointLoads, Traffic } from "@berth/control";
import type { EndpointLoad, Gateway } from "@berth/gateway";

/** What a gateway's thread counts of endpoints, as it tells it. */
export interface ThreadLoads {
  readonly endpoints: readonly (readonly [string, EndpointLoad])[];
  /** Requests under way, by service. */
  readonly outstanding: readonly (readonly [string, number])[];
}

/** What comes to endpoints, over all threads that carry requests, and what waits in the queue. */
export class GatewayLoads implements EndpointLoads {
  #own: Pick<Gateway, "traffic" | "outstanding"> | undefined;
  #jobs: (endpointId: string) => Endpoint["jobs"] = () => ({ queued: 0, ready: 0, running: 0 });
  readonly #threads = new Map<
    number,
    {
      readonly endpoints: ReadonlyMap<string, EndpointLoad>;
      readonly outstanding: ReadonlyMap<string, number>;
    }
  >();
  /** Of threads that are gone, so that no count ever falls. */
  readonly #past = new Map<string, { arrived: number; finished: number }>();

  /** Of the server's own thread. */
  setGateway(gateway: Pick<Gateway, "traffic" | "outstanding">): void {
    this.#own = gateway;
  }

  setJobs(jobs: (endpointId: string) => Endpoint["jobs"]): void {
    this.#jobs = jobs;
  }

  /** Of another thread; nothing once it is gone: whatever it had under way is over. */
  tell(thread: number, loads: ThreadLoads | undefined): void {
    if (loads !== undefined) {
      const { endpoints, outstanding } = loads;
      this.#threads.set(thread, { endpoints: new Map(endpoints), outstanding: new Map(outstanding) });
      return;
    }
    for (const [id, { arrived }] of this.#threads.get(thread)?.endpoints ?? []) {
      const past = this.#past.get(id) ?? { arrived: 0, finished: 0 };
      this.#past.set(id, { arrived: past.arrived + arrived, finished: past.finished + arrived });
    }
    this.#threads.delete(thread);
  }

  traffic(endpointId: string): Traffic | undefined {
    const loads: EndpointLoad[] = [];
    const own = this.#own?.traffic.loads.get(endpointId);
    if (own !== undefined) loads.push(own);
    for (const { endpoints } of this.#threads.values()) {
      const load = endpoints.get(endpointId);
      if (load !== undefined) loads.push(load);
    }
    const past = this.#past.get(endpointId);
    if (past !== undefined) loads.push({ ...past, held: 0 });
    if (loads.length === 0) return undefined;
    const sum = (of: (load: EndpointLoad) => number): number =>
      loads.reduce((all, load) => all + of(load), 0);
    const arrived = sum((load) => load.arrived);
    const finished = sum((load) => load.finished);
    const held = sum((load) => load.held);
    return { arrived, finished, held, inFlight: arrived - finished - held };
  }

  outstanding(serviceId: string): number {
    let sum = this.#own?.outstanding().get(serviceId) ?? 0;
    for (const { outstanding } of this.#threads.values()) sum += outstanding.get(serviceId) ?? 0;
    return sum;
  }

  jobs(endpointId: string): Endpoint["jobs"] {
    return this.#jobs(endpointId);
  }
}
