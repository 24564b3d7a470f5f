import type { EndpointMoment } from "@berth/api";
import type { EndpointRow } from "@berth/store";
import { EndpointMeter } from "./endpoint-meter.ts";
import type { Trouble } from "./plan-endpoint.ts";
import type { Demand, LackOfRoom } from "./plan-replicas.ts";
import { afterFailure, type FailedStart, type FailuresByDeployment } from "./start-failures.ts";

const keptMoments = 8_640;
/** What does not change is noted so often all the same. */
const momentMs = 10_000;

/** What is known of an endpoint as long as this server runs. Times are milliseconds since 1970. */
export class EndpointState {
  readonly meter = new EndpointMeter();
  /** Since when each replica gets no new requests, by a clock that never jumps. */
  readonly draining = new Map<string, number>();
  /** Since when each replica does not answer, by the same clock. */
  readonly unhealthy = new Map<string, number>();
  failures: FailuresByDeployment = new Map();
  /** The last time, by deployment; none where a replica was started since. */
  readonly lackOfRoom = new Map<number, LackOfRoom>();
  /** Deployments for which there was one, some time. */
  readonly shortOfRoom = new Set<number>();
  /** Until when a profile is tried after the others. */
  readonly avoided = new Map<string, number>();
  /** `undefined`: it was not looked at yet. */
  demands: readonly Demand[] | undefined;
  wanted = 0;
  decision: string | null = null;
  /** Why fewer are ready than are asked for. */
  trouble: Trouble | null = null;
  /** What a deployment's next replica waits for: "downloading org/model 40 %". */
  readonly coming = new Map<number, string>();
  wokenAt: number | null = null;
  lastActiveAt: number | null = null;
  /** How many requests had come when it was last looked at. */
  seenArrived: number | undefined;
  #moments: EndpointMoment[] = [];

  get moments(): readonly EndpointMoment[] {
    return this.#moments;
  }

  /** What the endpoint waits for: what is rolled out goes before what is there. */
  comingTo({ currentDeployment, nextDeployment }: EndpointRow): string | null {
    return this.coming.get(nextDeployment ?? 0) ?? this.coming.get(currentDeployment ?? 0) ?? null;
  }

  note(moment: EndpointMoment): void {
    const last = this.#moments.at(-1);
    if (last !== undefined && moment.at - last.at < momentMs && isAlike(last, moment)) return;
    this.#moments.push(moment);
    if (this.#moments.length > keptMoments) this.#moments = this.#moments.slice(-keptMoments / 2);
  }

  failed(deployment: number, start: FailedStart): void {
    const row = afterFailure(this.failures.get(deployment), start);
    this.lackOfRoom.delete(deployment);
    this.failures = new Map([...this.failures, [deployment, row]]);
  }

  noRoom(deployment: number, lack: LackOfRoom): void {
    this.lackOfRoom.set(deployment, lack);
    this.shortOfRoom.add(deployment);
  }

  /** A place has taken a replica: what kept all of them from it does no longer. */
  taken(deployment: number): void {
    this.coming.delete(deployment);
    this.lackOfRoom.delete(deployment);
    if (this.failures.get(deployment)?.last.isRefusal !== true) return;
    this.failures = new Map([...this.failures].filter(([number]) => number !== deployment));
  }

  /** No more are asked for than are ready. */
  met(deployment: number | null): void {
    const row = this.failures.get(deployment ?? 0);
    this.lackOfRoom.delete(deployment ?? 0);
    if (row === undefined || row.isMet) return;
    this.failures = new Map([...this.failures, [deployment ?? 0, { ...row, isMet: true }]]);
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
