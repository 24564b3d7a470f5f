import { hasEnded } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import type { ServiceRow } from "@berth/store";
import type { Place, Places } from "../services/place.ts";
import { StaleRow, type ServiceRecords } from "../services/service-records.ts";
import { readPlan } from "../services/stored-plan.ts";
import type { Action } from "./action.ts";
import type { Reconciler } from "./controller.ts";
import type { Forecast } from "./forecast.ts";
import { LivedTime } from "./lived-time.ts";
import { lookAgainAfterMs } from "./look-interval.ts";
import { Lookout, type Look, type LookoutOptions } from "./lookout.ts";
import { planIdle } from "./plan-idle.ts";
import { planRenewal, type RenewalLooks } from "./plan-renewal.ts";
import { planAdoption, planService, type PlanLimits } from "./plan-service.ts";
import type { ServiceExecutor } from "./service-executor.ts";
import { limitsAt, type ServiceLimits } from "./service-limits.ts";

export interface ServiceReconcilerOptions extends LookoutOptions {
  readonly records: ServiceRecords;
  readonly places: Places;
  readonly executor: ServiceExecutor;
  readonly forecast: Forecast;
  readonly limits: ServiceLimits;
  readonly clock: Clock;
}

const afterConflictMs = 10;

/** Looks at one service, lets the planners decide, has it done. The only writer of a service's status while it lives. */
export class ServiceReconciler implements Reconciler {
  readonly name = "services";
  readonly #options: ServiceReconcilerOptions;
  readonly #lookout: Lookout;
  readonly #lived: LivedTime;

  constructor(options: ServiceReconcilerOptions) {
    this.#options = options;
    this.#lookout = new Lookout(options);
    this.#lived = new LivedTime(options.clock);
  }

  list(): Promise<readonly string[]> {
    this.#lived.note();
    return Promise.resolve(this.#options.records.live().map((row) => row.service.id));
  }

  async reconcile(id: string, signal: AbortSignal): Promise<{ readonly requeueAfterMs: number } | undefined> {
    const { records, places, executor, clock } = this.#options;
    this.#lived.note();
    const row = await records.read(id);
    if (row === undefined || hasEnded(row.service.status)) return undefined;
    const place = await places.find(row.service.profile);
    const isFirstLook = !records.isKnown(id);
    const limits = this.#limits(row, place, isFirstLook);
    const [present, ...beside] = await this.#lookAtAll(row, place, limits, signal);
    this.#lived.note();
    const now = clock.now();
    records.keepFacts(row);
    records.noteUse(id, now);
    const actions = [
      ...(isFirstLook ? planAdoption(row, present.observation) : []),
      ...planService(row, present.observation, present.health, now, limits),
    ];
    const steps = actions.some(changesStatus)
      ? actions
      : [...actions, ...this.#plansBeside(row, present, beside, limits)];
    try {
      const after = await executor.perform(row, steps, place, signal);
      const requeueAfterMs = lookAgainAfterMs(
        after,
        present.observation,
        clock.now(),
        isElsewhere(place) ? records.live().length : undefined,
      );
      return requeueAfterMs === undefined ? undefined : { requeueAfterMs };
    } catch (error) {
      // somebody gave an order meanwhile: look again
      if (error instanceof StaleRow) return { requeueAfterMs: afterConflictMs };
      throw error;
    }
  }

  #limits(row: ServiceRow, place: Place | undefined, isFirstLook: boolean): PlanLimits {
    const limits = limitsAt(place?.profile, this.#options.limits);
    return {
      ...limits,
      // what ended while no server looked, by a reboot most often, has been waited with
      ...(isFirstLook ? { retry: { ...limits.retry, firstMs: 0 } } : {}),
      startTimeoutMs: readPlan(row.plan).startTimeoutMs,
      lostMs: (sinceMs) => this.#lived.lostMs(sinceMs),
    };
  }

  /** At the present launch, then at those beside it: at once, so that the place is asked one question. */
  async #lookAtAll(
    row: ServiceRow,
    place: Place | undefined,
    limits: PlanLimits,
    signal: AbortSignal,
  ): Promise<[Look, ...Look[]]> {
    const look = (attempt: number): Promise<Look> =>
      this.#lookout.look(row, attempt, place, limits.probeTimeoutMs, signal);
    const [present, ...beside] = await Promise.all([look(row.attempt), ...besideOf(row).map(look)]);
    return [present, ...beside];
  }

  #plansBeside(
    row: ServiceRow,
    present: Look,
    beside: readonly Look[],
    limits: PlanLimits,
  ): readonly Action[] {
    const { records, forecast, clock } = this.#options;
    const { service, renewal } = row;
    const idle = planIdle(row, present, records.usedAt(service.id), clock.now(), limits);
    if (idle.length > 0) return idle;
    const byAttempt = new Map(besideOf(row).map((attempt, index) => [attempt, seen(beside[index])]));
    const looks: RenewalLooks = {
      job: present.fact.job,
      successor: renewal?.successor == null ? undefined : byAttempt.get(renewal.successor.attempt),
      predecessors: new Map(
        [...byAttempt].flatMap(([attempt, look]) => (look === undefined ? [] : [[attempt, look] as const])),
      ),
    };
    const leadMs = forecast.leadMs(row, present.fact);
    return planRenewal(row, looks, clock.now(), { ...limits, leadMs });
  }
}

function besideOf({ renewal }: ServiceRow): number[] {
  if (renewal === null) return [];
  return [...(renewal.successor === null ? [] : [renewal.successor]), ...renewal.predecessors].map(
    ({ attempt }) => attempt,
  );
}

function seen(
  look: Look | undefined,
): ({ readonly inFlight: number } & Pick<Look, "observation" | "health">) | undefined {
  return look === undefined
    ? undefined
    : { observation: look.observation, health: look.health, inFlight: look.fact.inFlight };
}

/** The launches beside the present one are seen to once that is settled. */
function changesStatus(action: Action): boolean {
  return (
    action.kind !== "write" ||
    action.change.service?.status !== undefined ||
    action.change.attempt !== undefined
  );
}

function isElsewhere(place: Place | undefined): boolean {
  return place !== undefined && place.profile.schema !== "local";
}
