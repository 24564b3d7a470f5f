/** The cluster's clock, which may be an hour off: only its own times are compared with each other. */
export class ClusterClock {
  #aheadMs = 0;

  /** Learns of both clocks at one moment. What an answer takes to come, and whole seconds, are no difference. */
  note(clusterSeconds: number, ourMs: number): void {
    const aheadMs = clusterSeconds * 1000 - ourMs;
    // so that times which were told once are told the same again
    if (Math.abs(aheadMs - this.#aheadMs) > toleranceMs) this.#aheadMs = aheadMs;
  }

  toOurMs(clusterSeconds: number): number {
    return this.shift(clusterSeconds * 1000);
  }

  /** Milliseconds of a clock there. */
  shift(clusterMs: number): number {
    return Math.round(clusterMs - this.#aheadMs);
  }
}

const toleranceMs = 10_000;
