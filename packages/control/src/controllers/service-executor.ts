import { BerthError, isBerthError } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import type { ServiceRow } from "@berth/store";
import { launchRefOf, launchSecretOf, runnerSpecOf } from "../services/launch-ref.ts";
import type { Place } from "../services/place.ts";
import type { NewEvent, ServiceRecords } from "../services/service-records.ts";
import { readPlan } from "../services/stored-plan.ts";
import type { Action, RowChange } from "./action.ts";
import { planLaunchFailure, planStopFailure } from "./plan-failure.ts";
import type { ServiceLimits } from "./service-limits.ts";

export interface ExecutorOptions {
  readonly records: ServiceRecords;
  readonly homeId: string;
  readonly limits: ServiceLimits;
  readonly clock: Clock;
}

/** Performs what was planned, in order, and chooses nothing. The first step that fails ends it; the next look goes on. */
export class ServiceExecutor {
  readonly #options: ExecutorOptions;

  constructor(options: ExecutorOptions) {
    this.#options = options;
  }

  /** Resolves to the row as it stands afterwards. `place` is absent when the service's profile is gone. */
  async perform(
    row: ServiceRow,
    actions: readonly Action[],
    place: Place | undefined,
    signal: AbortSignal,
  ): Promise<ServiceRow> {
    let current = row;
    for (const action of actions) current = await this.#perform(current, action, place, signal);
    return current;
  }

  async #perform(
    row: ServiceRow,
    action: Action,
    place: Place | undefined,
    signal: AbortSignal,
  ): Promise<ServiceRow> {
    if (action.kind === "write") return this.#write(row, action);
    if (place === undefined) {
      throw new BerthError("not_found", `profile ${row.service.profile} is gone; add it again to reach it`);
    }
    const { homeId } = this.#options;
    const { launcher, profile } = place;
    switch (action.kind) {
      case "launch":
        return this.#launch(row, place, signal);
      case "stop":
        try {
          await launcher.stop(launchRefOf(homeId, row, profile), { graceMs: action.graceMs }, signal);
        } catch (error) {
          if (isBerthError(error) && !signal.aborted)
            await this.perform(row, planStopFailure(row, error), place, signal);
          throw error;
        }
        return row;
      case "forget":
        await launcher.forget(launchRefOf(homeId, row, profile, action.attempt), signal);
        return row;
    }
  }

  async #launch(row: ServiceRow, place: Place, signal: AbortSignal): Promise<ServiceRow> {
    const { homeId, limits, records, clock } = this.#options;
    const ids = { homeId, serviceId: row.service.id, attempt: row.attempt };
    const request = {
      ...launchRefOf(homeId, row, place.profile),
      spec: runnerSpecOf(ids, readPlan(row.plan), limits),
      secret: launchSecretOf(row),
      resources: row.service.resources ?? {},
    };
    let handle: string;
    try {
      handle = await place.launcher.launch(request, signal);
    } catch (error) {
      // neither the server's end nor a broken promise is the launch's failure
      if (signal.aborted || !isBerthError(error)) throw error;
      return this.perform(row, planLaunchFailure(row, error, clock.now(), limits), place, signal);
    }
    return handle === row.handle ? row : records.put({ ...row, handle }, []);
  }

  #write(row: ServiceRow, action: Extract<Action, { kind: "write" }>): Promise<ServiceRow> {
    const { records, clock } = this.#options;
    const { remark } = action;
    const events: NewEvent[] =
      remark === undefined ? [] : [{ ...remark, serviceId: row.service.id, at: clock.now() }];
    return records.put(changed(row, action.change), events);
  }
}

function changed(row: ServiceRow, change: RowChange): ServiceRow {
  return { ...row, ...change, service: { ...row.service, ...change.service } };
}
