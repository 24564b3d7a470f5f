/** What has come to an endpoint since somebody began to count, and what is there now. Counts only grow. */
export interface Traffic {
  readonly arrived: number;
  readonly finished: number;
  readonly inFlight: number;
  /** Of what has arrived and not finished, what waits for a replica. */
  readonly held: number;
}

export const noTraffic: Traffic = { arrived: 0, finished: 0, inFlight: 0, held: 0 };

interface Sample {
  readonly at: number;
  readonly arrived: number;
  readonly finished: number;
  /** Replicas that were ready, and whether all of them had enough to do. */
  readonly ready: number;
  readonly isSaturated: boolean;
}

const windowMs = 60_000;
/** A speed is known when it was seen for so long. */
const seenMs = 5_000;

/** Measures how fast requests come, and how fast one replica with enough to do works them off. */
export class EndpointMeter {
  #samples: Sample[] = [];
  #donePerSecond: number | null = null;

  /** To be called at every look, in order of time. */
  note(sample: Sample): void {
    const last = this.#samples.at(-1);
    // whoever counted has begun anew
    if (last !== undefined && (sample.arrived < last.arrived || sample.finished < last.finished))
      this.#samples = [];
    this.#samples.push(sample);
    const oldest = sample.at - windowMs;
    while (this.#samples.length > 1 && (this.#samples[1]?.at ?? 0) <= oldest) this.#samples.shift();
    this.#measure();
  }

  arrivalsPerSecond(now: number): number {
    const [first] = this.#samples;
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined) return 0;
    const seconds = Math.min(windowMs, Math.max(now - first.at, 1_000)) / 1000;
    return (last.arrived - first.arrived) / seconds;
  }

  /** Of one replica; `null`: none has had enough to do for long enough yet. */
  get donePerSecond(): number | null {
    return this.#donePerSecond;
  }

  /** Over the latest stretch in which all replicas had enough to do and their number stayed. */
  #measure(): void {
    const last = this.#samples.at(-1);
    if (last === undefined || !last.isSaturated || last.ready === 0) return;
    let first = last;
    for (const sample of this.#samples.toReversed()) {
      if (!sample.isSaturated || sample.ready !== last.ready) break;
      first = sample;
    }
    const elapsedMs = last.at - first.at;
    if (elapsedMs < seenMs || last.finished === first.finished) return;
    this.#donePerSecond = ((last.finished - first.finished) * 1000) / elapsedMs / last.ready;
  }
}
