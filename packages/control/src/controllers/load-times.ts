import type { ServiceEvent } from "@berth/api";
import type { ServiceRow } from "@berth/store";

/** How long models took to become ready, learnt from the services' histories. */
export class LoadTimes {
  readonly #tookMs = new Map<string, number>();

  /** Takes the time that an event bears as its evidence; the latest of a model counts. */
  learn(service: ServiceRow["service"], event: Pick<ServiceEvent, "status" | "evidence">): void {
    const { tookMs } = event.evidence;
    if (event.status === "HEALTHY" && typeof tookMs === "number") this.#tookMs.set(keyOf(service), tookMs);
  }

  /** `undefined` for what was never loaded. */
  expectedMs(service: ServiceRow["service"]): number | undefined {
    return this.#tookMs.get(keyOf(service));
  }
}

function keyOf(service: ServiceRow["service"]): string {
  return JSON.stringify([service.engine, service.profile, service.model, service.revision]);
}
