import { BerthError, isBerthError, type RunnerSpec } from "@berth/api";
import type { LaunchRequest } from "@berth/launchers";
import type { Clock } from "@berth/std/clock";
import type { ServiceRow } from "@berth/store";
import { disclose } from "../endpoints/disclose.ts";
import { launchRefOf, launchSecretOf, runnerSpecOf } from "../services/launch-ref.ts";
import type { Place } from "../services/place.ts";
import type { NewEvent, ServiceRecords } from "../services/service-records.ts";
import { readPlan } from "../services/stored-plan.ts";
import type { Action, RowChange } from "./action.ts";
import { isUnreached, planLaunchFailure, planStopFailure } from "./plan-failure.ts";
import { planSuccessorRefusal } from "./plan-renewal.ts";
import type { ServiceLimits } from "./service-limits.ts";

export interface ExecutorOptions {
  readonly records: ServiceRecords;
  readonly homeId: string;
  readonly limits: ServiceLimits;
  readonly clock: Clock;
  /** The value of a secret that an endpoint uses; of no other. Throws when it is gone or cannot be read. */
  readonly secretOf?: ((endpointId: string, secret: string) => string | undefined) | undefined;
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
    for (const action of actions) {
      const done = await this.#perform(current, action, place, signal);
      if (done.kind === "postponed") return done.row;
      current = done.row;
    }
    return current;
  }

  async #perform(
    row: ServiceRow,
    action: Action,
    place: Place | undefined,
    signal: AbortSignal,
  ): Promise<Done> {
    if (action.kind === "write") return done(await this.#write(row, action));
    if (place === undefined) {
      throw new BerthError("not_found", `profile ${row.service.profile} is gone; add it again to reach it`);
    }
    const { homeId } = this.#options;
    const { launcher, profile } = place;
    switch (action.kind) {
      case "launch":
        return this.#launch(row, place, signal);
      case "launch-successor":
        return this.#launchSuccessor(row, place, signal);
      case "stop": {
        const ref = launchRefOf(homeId, row, profile, action.attempt);
        try {
          await launcher.stop(ref, { graceMs: action.graceMs }, signal);
        } catch (error) {
          if (!isBerthError(error) || signal.aborted) throw error;
          // a launch beside the present one is no affair of the service's status
          const isTold = action.attempt === undefined || row.desired === "stopped";
          const told = isTold ? await this.perform(row, planStopFailure(row, error), place, signal) : row;
          if (isUnreached(error.code)) return { kind: "postponed", row: told };
          throw error;
        }
        return done(row);
      }
      case "forget":
        await launcher.forget(launchRefOf(homeId, row, profile, action.attempt), signal);
        return done(row);
    }
  }

  async #launch(row: ServiceRow, place: Place, signal: AbortSignal): Promise<Done> {
    const { limits, records, clock } = this.#options;
    let handle: string | undefined;
    try {
      const request = this.#request(row, row.attempt, place);
      handle = await this.#launchUnlessStopped(row, request, place, signal, (what) =>
        records.noteProgress(row.service.id, request.launchId, what),
      );
    } catch (error) {
      // neither the server's end nor a broken promise is the launch's failure
      if (signal.aborted || !isBerthError(error)) throw error;
      return done(await this.perform(row, planLaunchFailure(row, error, clock.now(), limits), place, signal));
    }
    if (handle === undefined) return { kind: "postponed", row };
    return done(handle === row.handle ? row : await records.put({ ...row, handle }, []));
  }

  /**
   * Launches may take hours, while engines travel: an order to stop ends one at once. `undefined` then; what was started
   * all the same is found by its name, and stopped, with the next look.
   */
  async #launchUnlessStopped(
    row: ServiceRow,
    request: LaunchRequest,
    place: Place,
    signal: AbortSignal,
    tell?: (what: string) => void,
  ): Promise<string | undefined> {
    const stopped = new AbortController();
    const over = new AbortController();
    this.#options.records.whenOrderedToStop(row.service.id, over.signal).then(
      () => stopped.abort(new Error("it was ordered to stop")),
      // it has been launched
      () => undefined,
    );
    try {
      return await place.launcher.launch(request, AbortSignal.any([signal, stopped.signal]), tell);
    } catch (error) {
      if (stopped.signal.aborted && !signal.aborted) return undefined;
      throw error;
    } finally {
      over.abort();
    }
  }

  async #launchSuccessor(row: ServiceRow, place: Place, signal: AbortSignal): Promise<Done> {
    const { limits, records, clock } = this.#options;
    const { renewal } = row;
    const successor = renewal?.successor;
    if (renewal === null || successor === undefined || successor === null)
      throw new BerthError("internal", `service ${row.service.id} has no successor to launch`);
    let handle: string | undefined;
    try {
      const request = this.#request(row, successor.attempt, place);
      handle = await this.#launchUnlessStopped(row, request, place, signal);
    } catch (error) {
      if (signal.aborted || !isBerthError(error)) throw error;
      const { startTimeoutMs } = readPlan(row.plan);
      const actions = planSuccessorRefusal(row, error, clock.now(), { ...limits, startTimeoutMs });
      return done(await this.perform(row, actions, place, signal));
    }
    if (handle === undefined) return { kind: "postponed", row };
    if (handle === successor.handle) return done(row);
    const launched = { ...renewal, successor: { ...successor, handle } };
    return done(await records.put({ ...row, renewal: launched }, []));
  }

  #request(row: ServiceRow, attempt: number, place: Place): LaunchRequest {
    const { homeId, limits } = this.#options;
    const ids = { homeId, serviceId: row.service.id, attempt };
    return {
      ...launchRefOf(homeId, row, place.profile, attempt),
      spec: this.#withSecrets(
        row,
        runnerSpecOf(ids, readPlan(row.plan), limits, row.service.idleTimeoutSeconds),
      ),
      secret: launchSecretOf(row, attempt),
      resources: row.service.resources ?? {},
    };
  }

  /** Secrets stand in no row: only what is launched has them. */
  #withSecrets({ service }: ServiceRow, spec: RunnerSpec): RunnerSpec {
    const { secretOf } = this.#options;
    const { replicaOf } = service;
    const { program } = spec;
    if (replicaOf === null || secretOf === undefined || program.env === undefined) return spec;
    return { ...spec, secrets: disclose(program.env, (secret) => secretOf(replicaOf.endpointId, secret)) };
  }

  #write(row: ServiceRow, action: Extract<Action, { kind: "write" }>): Promise<ServiceRow> {
    const { records, clock } = this.#options;
    const { remark } = action;
    const events: NewEvent[] =
      remark === undefined ? [] : [{ ...remark, serviceId: row.service.id, at: clock.now() }];
    return records.put(changed(row, action.change), events);
  }
}

/** Whether the rest of the plan follows, or another look comes first: the place is not reached, or a stop was ordered. */
interface Done {
  readonly kind: "done" | "postponed";
  readonly row: ServiceRow;
}

function done(row: ServiceRow): Done {
  return { kind: "done", row };
}

function changed(row: ServiceRow, change: RowChange): ServiceRow {
  return { ...row, ...change, service: { ...row.service, ...change.service } };
}
