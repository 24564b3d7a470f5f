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
  /** Of a clock that never jumps. */
  readonly at: number;
  readonly arrived: number;
  readonly finished: number;
  /** Replicas that were ready, how many of them had something to do, and whether all of them had enough. */
  readonly ready: number;
  readonly busy: number;
  readonly isSaturated: boolean;
}

/** A time in which replicas had less to do than they can. */
interface Lull {
  readonly since: number;
  readonly finished: number;
  /** That replicas had something to do, of all together. */
  readonly busyMs: number;
}

const windowMs = 60_000;
/** A speed is known when it was seen for so long. */
const seenMs = 5_000;
/** What replicas do in a lull tells something after so long. */
const lullMs = 10 * 60_000;

/** What is known of whether ready replicas have enough to do. */
export interface Occupation {
  readonly ready: number;
  readonly inFlight: number;
  /** Jobs are given to them, and more could be. */
  readonly jobs: { readonly ready: number; readonly running: number };
  /** Jobs that they get at once. */
  readonly slots: number;
  /** Requests from which on nobody works faster. */
  readonly enough: number;
}

/** Whether all of them have as much to do as they can: no job is given to one that has as many as it gets at once. */
export function isSaturated({ ready, inFlight, jobs, slots, enough }: Occupation): boolean {
  if (ready === 0) return false;
  return inFlight >= enough || (jobs.ready > 0 && Math.max(inFlight, jobs.running) >= slots);
}

/** Measures how fast requests come, and how fast one replica with enough to do works them off. */
export class EndpointMeter {
  #samples: Sample[] = [];
  #donePerSecond: number | null = null;
  #lull: Lull | undefined;

  /** To be called at every look, in order of time. */
  note(sample: Sample): void {
    const last = this.#samples.at(-1);
    // whoever counted has begun anew, or the clock has
    if (
      last !== undefined &&
      (sample.at < last.at || sample.arrived < last.arrived || sample.finished < last.finished)
    ) {
      this.#samples = [];
      this.#lull = undefined;
    }
    this.#samples.push(sample);
    const oldest = sample.at - windowMs;
    while (this.#samples.length > 1 && (this.#samples[1]?.at ?? 0) <= oldest) this.#samples.shift();
    this.#measure(sample);
    this.#watchLull(sample);
  }

  arrivalsPerSecond(now: number): number {
    const [first] = this.#samples;
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined) return 0;
    const seconds = Math.min(windowMs, Math.max(now - first.at, 1_000)) / 1000;
    return (last.arrived - first.arrived) / seconds;
  }

  /** What has come at least in each third of the last minute: a burst is none that goes on. */
  steadyPerSecond(now: number): number {
    const marks = [1, 2 / 3, 1 / 3, 0].map((part) => this.#arrivedBy(now - part * windowMs));
    const thirds = marks.slice(1).map((arrived, index) => arrived - (marks[index] ?? arrived));
    return (Math.min(...thirds) * 3 * 1000) / windowMs;
  }

  #arrivedBy(at: number): number {
    return (this.#samples.findLast((sample) => sample.at <= at) ?? this.#samples[0])?.arrived ?? 0;
  }

  /** Of one replica; `null`: none has had enough to do for long enough yet. */
  get donePerSecond(): number | null {
    return this.#donePerSecond;
  }

  /** Whether ready replicas have as much to do as they can, as last noted. */
  get isSaturated(): boolean {
    return this.#samples.at(-1)?.isSaturated ?? false;
  }

  /** Other replicas work from now on: how fast these are is not known. */
  forgetSpeed(): void {
    this.#donePerSecond = null;
    this.#lull = undefined;
    this.#samples = this.#samples.map((sample) => ({ ...sample, isSaturated: false }));
  }

  /** Over the latest stretch in which all replicas had enough to do and their number stayed. */
  #measure(last: Sample): void {
    if (!last.isSaturated) return;
    let first = last;
    for (const sample of this.#samples.toReversed()) {
      if (!sample.isSaturated || sample.ready !== last.ready) break;
      first = sample;
    }
    const elapsedMs = last.at - first.at;
    if (elapsedMs < seenMs || last.finished === first.finished) return;
    this.#donePerSecond = ((last.finished - first.finished) * 1000) / elapsedMs / last.ready;
  }

  /** What replicas finished while they had something to do, they can do at least: requests may have become lighter. */
  #watchLull(now: Sample): void {
    const before = this.#samples.at(-2);
    if (now.isSaturated || now.ready === 0 || before === undefined) {
      this.#lull = undefined;
      return;
    }
    const { since, finished, busyMs } = this.#lull ?? { since: before.at, finished: 0, busyMs: 0 };
    this.#lull = {
      since,
      finished: finished + now.finished - before.finished,
      busyMs: busyMs + now.busy * (now.at - before.at),
    };
    if (now.at - since < lullMs) return;
    // it was looked at about once a second: two deviations more than was seen, so that chance alone makes nobody faster
    const seconds = this.#lull.busyMs / 1000;
    const atLeast = this.#lull.finished / (seconds + 2 * Math.sqrt(seconds) + 1);
    if (this.#donePerSecond !== null) this.#donePerSecond = Math.max(this.#donePerSecond, atLeast);
    this.#lull = undefined;
  }
}
