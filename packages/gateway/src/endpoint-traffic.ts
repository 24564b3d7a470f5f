/** What has come to an endpoint since the gateway runs, and what is there now. */
export interface EndpointLoad {
  readonly arrived: number;
  readonly finished: number;
  /** Of those that have not finished, how many wait for a replica. */
  readonly held: number;
}

interface Counted {
  arrived: number;
  finished: number;
  held: number;
}

/** Where one request has been: at the endpoint that it names, or at those that a route or a fallback has led it to. */
export class Visits {
  readonly #loads: Map<string, Counted>;
  readonly #isJob: boolean;
  #counted: readonly Counted[] = nowhere;
  #later: readonly string[] = [];

  constructor(loads: Map<string, Counted>, isJob: boolean) {
    this.#loads = loads;
    this.#isJob = isJob;
  }

  /** It is there now, too. Nothing is counted twice, or for what is no endpoint's. */
  at(endpointId: string | undefined): void {
    if (endpointId === undefined) return;
    if (this.#isJob) this.#later = [...this.#later, endpointId];
    else this.#count(endpointId);
  }

  #count(endpointId: string): void {
    let counted = this.#loads.get(endpointId);
    if (counted === undefined) this.#loads.set(endpointId, (counted = { arrived: 0, finished: 0, held: 0 }));
    if (this.#counted.includes(counted)) return;
    counted.arrived += 1;
    this.#counted = [...this.#counted, counted];
  }

  /** Counted as waiting wherever it is, until that resolves. */
  async held<T>(wait: () => Promise<T>): Promise<T> {
    const counted = this.#counted;
    for (const one of counted) one.held += 1;
    try {
      return await wait();
    } finally {
      for (const one of counted) one.held -= 1;
    }
  }

  /** `hasBegun`: somebody may have begun to work on it. */
  end(hasBegun: boolean): void {
    if (hasBegun) for (const endpointId of this.#later) this.#count(endpointId);
    for (const counted of this.#counted) counted.finished += 1;
  }
}

const nowhere: readonly Counted[] = [];

/** Counts the requests for endpoints, for whoever decides how many replicas there are. */
export class EndpointTraffic {
  readonly #loads = new Map<string, Counted>();

  get loads(): ReadonlyMap<string, EndpointLoad> {
    return this.#loads;
  }

  /**
   * Of one request that has come; until `end` it counts wherever it was. A job's call comes again and again until somebody has begun
   * to work on it: it counts at its end, and only then.
   */
  visits(isJob: boolean): Visits {
    return new Visits(this.#loads, isJob);
  }

  /** Forgets endpoints that are not there any more, once nothing of them is under way. */
  retain(endpointIds: ReadonlySet<string>): void {
    for (const [id, { arrived, finished }] of this.#loads)
      if (arrived === finished && !endpointIds.has(id)) this.#loads.delete(id);
  }
}
