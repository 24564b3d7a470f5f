import type { ServiceEvent } from "@berth/api";
import type { ServiceRow } from "@berth/store";
import { wallTimeSecondsOf } from "../services/wall-time.ts";
import type { LiveFact } from "./live-facts.ts";
import { LoadTimes, type Likeness } from "./load-times.ts";
import { QueueWaits } from "./queue-waits.ts";
import { renewalLeadMs } from "./renewal-lead.ts";

/** When things will be ready, from what the scheduler says and what earlier launches took. */
export class Forecast {
  readonly #loads = new LoadTimes();
  readonly #waits = new QueueWaits();

  learn(service: ServiceRow["service"], event: Pick<ServiceEvent, "status" | "evidence">): void {
    this.#loads.learn(service, event);
    this.#waits.learn(service, event);
  }

  /** How long its model took to load on its profile. */
  loadMs(service: ServiceRow["service"]): number | undefined {
    return this.#loads.expectedMs(service);
  }

  /** How long one that was ordered now would take to be ready; `undefined` where nothing like it was ever loaded. */
  startMs(wanted: Likeness & Pick<Partial<ServiceRow["service"]>, "resources">): number | undefined {
    const { resources = null, ...likeness } = wanted;
    const loadMs = this.#loads.likelyMs(likeness);
    const waitMs = this.#waits.mostMs({ profile: wanted.profile, resources }) ?? 0;
    return loadMs === undefined ? undefined : waitMs + loadMs;
  }

  /** How long before the present launch's end its successor is launched. */
  leadMs(row: ServiceRow, fact: LiveFact | undefined): number {
    const seconds = wallTimeSecondsOf(row, fact?.job);
    return renewalLeadMs({
      waitMs: this.#waits.mostMs(row.service),
      loadMs: this.loadMs(row.service),
      wallMs: seconds === undefined ? undefined : seconds * 1000,
    });
  }

  /** When a launch that waits or starts will be ready; `undefined` where nobody can tell. */
  readyAt(
    { service }: ServiceRow,
    launch: { readonly isStarting: boolean; readonly since: number; readonly retryAt: number | null },
    fact: LiveFact | undefined,
  ): number | undefined {
    const loadMs = this.loadMs(service);
    if (loadMs === undefined) return undefined;
    if (launch.isStarting) return launch.since + loadMs;
    const startAt = this.#startAt(service, launch, fact);
    return startAt === undefined ? undefined : startAt + loadMs;
  }

  #startAt(
    service: ServiceRow["service"],
    { since, retryAt }: { readonly since: number; readonly retryAt: number | null },
    fact: LiveFact | undefined,
  ): number | undefined {
    const expected = fact?.expectedStartAt;
    if (expected !== null && expected !== undefined) return expected;
    const submittedAt = fact?.job?.submittedAt;
    // without a scheduler nothing waits for its turn
    if (submittedAt === null || submittedAt === undefined) return retryAt ?? since;
    const waitMs = this.#waits.mostMs(service);
    return waitMs === undefined ? undefined : submittedAt + waitMs;
  }
}
