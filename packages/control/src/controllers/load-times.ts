import type { ServiceEvent } from "@berth/api";
import type { ServiceRow } from "@berth/store";

type Service = ServiceRow["service"];
/** What loads, and where. */
type Loaded = Pick<Service, "engine" | "profile" | "model" | "revision">;
/** The same of a service that is not there yet; what is absent may be anything. */
export type Likeness = Pick<Loaded, "profile"> & { readonly [K in keyof Loaded]?: Loaded[K] | undefined };

/** How long models took to become ready, learnt from the services' histories. */
export class LoadTimes {
  /** The latest last. */
  readonly #loads = new Map<string, { readonly loaded: Loaded; readonly tookMs: number }>();

  /** Takes the time that an event bears as its evidence; the latest of a model counts. */
  learn(service: Service, event: Pick<ServiceEvent, "status" | "evidence">): void {
    const { tookMs } = event.evidence;
    if (event.status !== "HEALTHY" || typeof tookMs !== "number") return;
    const { engine, profile, model, revision } = service;
    const key = keyOf(service);
    this.#loads.delete(key);
    this.#loads.set(key, { loaded: { engine, profile, model, revision }, tookMs });
  }

  /** `undefined` for what was never loaded. */
  expectedMs(service: Service): number | undefined {
    return this.#loads.get(keyOf(service))?.tookMs;
  }

  /** Of the last that was loaded and is like it; `undefined` where none was. */
  likelyMs({ profile, ...facts }: Likeness): number | undefined {
    const wanted = Object.entries(facts).filter(([, value]) => value !== undefined);
    const alike = [...this.#loads.values()].findLast(
      ({ loaded }) =>
        loaded.profile === profile && wanted.every(([name, value]) => loaded[name as keyof Loaded] === value),
    );
    return alike?.tookMs;
  }
}

function keyOf(service: Loaded): string {
  return JSON.stringify([service.engine, service.profile, service.model, service.revision]);
}
