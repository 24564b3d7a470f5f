import type { EndpointMoment } from "@berth/api";
import { EndpointMeter } from "./endpoint-meter.ts";
import type { Demand } from "./plan-replicas.ts";
import type { FailedStart } from "./start-failures.ts";

const keptMoments = 8_640;
/** What does not change is noted so often all the same. */
const momentMs = 10_000;
/** Refused starts that are remembered of one deployment. */
const keptRefusals = 20;

/** What is known of an endpoint as long as this server runs. Times are milliseconds since 1970. */
export class EndpointState {
  readonly meter = new EndpointMeter();
  /** Since when each replica gets no new requests. */
  readonly draining = new Map<string, number>();
  readonly refused = new Map<number, FailedStart[]>();
  /** Until when a profile is tried after the others. */
  readonly avoided = new Map<string, number>();
  /** `undefined`: it was not looked at yet. */
  demands: readonly Demand[] | undefined;
  wanted = 0;
  decision: string | null = null;
  isFailing = false;
  /** Why the last start failed, as long as starts fail. */
  failure: string | null = null;
  /** What the next replica waits for: "downloading org/model 40 %". */
  coming: string | null = null;
  wokenAt: number | null = null;
  lastActiveAt: number | null = null;
  /** How many requests had come when it was last looked at. */
  seenArrived: number | undefined;
  #moments: EndpointMoment[] = [];

  get moments(): readonly EndpointMoment[] {
    return this.#moments;
  }

  note(moment: EndpointMoment): void {
    const last = this.#moments.at(-1);
    if (last !== undefined && moment.at - last.at < momentMs && isAlike(last, moment)) return;
    this.#moments.push(moment);
    if (this.#moments.length > keptMoments) this.#moments = this.#moments.slice(-keptMoments / 2);
  }

  refuse(deployment: number, failed: FailedStart): void {
    this.refused.set(deployment, [...(this.refused.get(deployment) ?? []), failed].slice(-keptRefusals));
  }
}

function isAlike(a: EndpointMoment, b: EndpointMoment): boolean {
  return (
    a.ready === b.ready &&
    a.starting === b.starting &&
    a.wanted === b.wanted &&
    a.inFlight === b.inFlight &&
    a.waiting === b.waiting
  );
}
