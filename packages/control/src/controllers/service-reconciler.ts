import { hasEnded } from "@berth/api";
import type { Observation } from "@berth/launchers";
import type { Clock } from "@berth/std/clock";
import { withDeadline } from "@berth/std/deadline";
import type { ServiceRow } from "@berth/store";
import { launchRefOf, launchSecretOf } from "../services/launch-ref.ts";
import type { Place, Places } from "../services/place.ts";
import { StaleRow, type ServiceRecords } from "../services/service-records.ts";
import { readPlan } from "../services/stored-plan.ts";
import type { Reconciler } from "./controller.ts";
import type { RunnerProbe } from "./health.ts";
import { judge, type ProbeAnswer } from "./live-facts.ts";
import { lookAgainAfterMs } from "./look-interval.ts";
import type { Observer } from "./observer.ts";
import { planAdoption, planService } from "./plan-service.ts";
import type { ServiceExecutor } from "./service-executor.ts";
import type { ServiceLimits } from "./service-limits.ts";

export interface ServiceReconcilerOptions {
  readonly records: ServiceRecords;
  readonly places: Places;
  readonly observer: Observer;
  readonly executor: ServiceExecutor;
  readonly probe: RunnerProbe;
  readonly homeId: string;
  readonly limits: ServiceLimits;
  readonly clock: Clock;
}

const afterConflictMs = 10;

/** Looks at one service, lets the planner decide, has it done. The only writer of a service's status while it lives. */
export class ServiceReconciler implements Reconciler {
  readonly name = "services";
  readonly #options: ServiceReconcilerOptions;

  constructor(options: ServiceReconcilerOptions) {
    this.#options = options;
  }

  list(): Promise<readonly string[]> {
    return Promise.resolve(this.#options.records.live().map((row) => row.service.id));
  }

  async reconcile(id: string, signal: AbortSignal): Promise<{ readonly requeueAfterMs: number } | undefined> {
    const { records, places, executor, limits, clock } = this.#options;
    const row = await records.read(id);
    if (row === undefined || hasEnded(row.service.status)) return undefined;
    const place = await places.find(row.service.profile);
    const observation = await this.#observe(row, place, signal);
    const answer = await this.#ask(row, observation, signal);
    const launch = { serviceId: id, launchId: `${id}-${row.attempt}` };
    const known = records.fact(id);
    const { fact, health } = judge(known, launch, observation, answer);
    records.noteFact(id, fact);
    const isFirstLook = known === undefined;
    const planLimits = {
      ...limits,
      // what ended while no server looked, by a reboot most often, has been waited with
      ...(isFirstLook ? { retry: { ...limits.retry, firstMs: 0 } } : {}),
      startTimeoutMs: readPlan(row.plan).startTimeoutMs,
    };
    const actions = [
      ...(isFirstLook ? planAdoption(row, observation) : []),
      ...planService(row, observation, health, clock.now(), planLimits),
    ];
    try {
      const after = await executor.perform(row, actions, place, signal);
      const requeueAfterMs = lookAgainAfterMs(after, observation, clock.now());
      return requeueAfterMs === undefined ? undefined : { requeueAfterMs };
    } catch (error) {
      // somebody gave an order meanwhile: look again
      if (error instanceof StaleRow) return { requeueAfterMs: afterConflictMs };
      throw error;
    }
  }

  async #observe(row: ServiceRow, place: Place | undefined, signal: AbortSignal): Promise<Observation> {
    if (row.attempt === 0) return { kind: "absent" };
    if (place === undefined) {
      return { kind: "unknown", reason: `profile ${row.service.profile} is not there any more` };
    }
    const ref = launchRefOf(this.#options.homeId, row, place.profile);
    return this.#options.observer.observe(place.launcher, ref, signal);
  }

  async #ask(
    row: ServiceRow,
    observation: Observation,
    signal: AbortSignal,
  ): Promise<ProbeAnswer | undefined> {
    if (observation.kind !== "running" || row.service.status === "PENDING") return undefined;
    const { address } = observation;
    if (address === undefined) return { kind: "none", reason: "its runner has no port yet" };
    const { probe, limits, clock } = this.#options;
    try {
      const health = await withDeadline(clock, limits.probeTimeoutMs, signal, (deadline) =>
        probe(address, launchSecretOf(row), deadline),
      );
      return { kind: "health", health };
    } catch (error) {
      if (signal.aborted) throw error;
      return { kind: "none", reason: reasonOf(error) };
    }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
