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

/** Counts the requests for endpoints, for whoever decides how many replicas there are. */
export class EndpointTraffic {
  readonly #loads = new Map<string, Counted>();

  get loads(): ReadonlyMap<string, EndpointLoad> {
    return this.#loads;
  }

  begin(endpointId: string): void {
    this.#of(endpointId).arrived += 1;
  }

  end(endpointId: string): void {
    this.#of(endpointId).finished += 1;
  }

  /** One more waits, or one less. */
  hold(endpointId: string, by: 1 | -1): void {
    this.#of(endpointId).held += by;
  }

  /** Forgets endpoints that are not there any more, once nothing of them is under way. */
  retain(endpointIds: ReadonlySet<string>): void {
    for (const [id, { arrived, finished }] of this.#loads)
      if (arrived === finished && !endpointIds.has(id)) this.#loads.delete(id);
  }

  #of(endpointId: string): Counted {
    let counted = this.#loads.get(endpointId);
    if (counted === undefined) this.#loads.set(endpointId, (counted = { arrived: 0, finished: 0, held: 0 }));
    return counted;
  }
}
