import type { Observation } from "@berth/launchers";
import type { Clock } from "@berth/std/clock";
import { withDeadline } from "@berth/std/deadline";
import type { ServiceRow } from "@berth/store";
import { launchIdOf, launchRefOf, launchSecretOf } from "../services/launch-ref.ts";
import type { Place } from "../services/place.ts";
import type { ServiceRecords } from "../services/service-records.ts";
import type { Health, RunnerProbe } from "./health.ts";
import { judge, type LiveFact, type ProbeAnswer } from "./live-facts.ts";
import type { Observer } from "./observer.ts";

export interface LookoutOptions {
  readonly records: ServiceRecords;
  readonly observer: Observer;
  readonly probe: RunnerProbe;
  readonly homeId: string;
  readonly clock: Clock;
}

export interface Look {
  readonly observation: Observation;
  readonly health: Health;
  readonly fact: LiveFact;
}

/** Looks at one launch of a service: where it is, by its launcher, and how it does, by its runner. Notes what it saw. */
export class Lookout {
  readonly #options: LookoutOptions;

  constructor(options: LookoutOptions) {
    this.#options = options;
  }

  async look(
    row: ServiceRow,
    attempt: number,
    place: Place | undefined,
    probeTimeoutMs: number,
    signal: AbortSignal,
  ): Promise<Look> {
    const { records } = this.#options;
    const { id } = row.service;
    const launch = { serviceId: id, launchId: launchIdOf(id, attempt) };
    const observation = await this.#observe(row, attempt, place, signal);
    const answer = await this.#ask(row, attempt, observation, probeTimeoutMs, signal);
    const { fact, health } = judge(records.factOf(id, launch.launchId), launch, observation, answer);
    records.noteFact(id, fact);
    return { observation, health, fact };
  }

  async #observe(
    row: ServiceRow,
    attempt: number,
    place: Place | undefined,
    signal: AbortSignal,
  ): Promise<Observation> {
    if (attempt === 0) return { kind: "absent" };
    if (place === undefined) {
      return { kind: "unknown", reason: `profile ${row.service.profile} is not there any more` };
    }
    const ref = launchRefOf(this.#options.homeId, row, place.profile, attempt);
    return this.#options.observer.observe(place.launcher, ref, signal);
  }

  async #ask(
    row: ServiceRow,
    attempt: number,
    observation: Observation,
    probeTimeoutMs: number,
    signal: AbortSignal,
  ): Promise<ProbeAnswer | undefined> {
    if (observation.kind !== "running" || observation.suspended === true) return undefined;
    const isPresent = attempt === row.attempt;
    if (isPresent && row.service.status === "PENDING") return undefined;
    const { address } = observation;
    if (address === undefined) {
      // where a way leads to it, that is what is missing: nothing can be said of a runner that was heard of before
      const isCutOff = isPresent && row.service.status !== "STARTING" && observation.transport !== undefined;
      return isCutOff
        ? undefined
        : { kind: "none", reason: observation.trouble ?? "its runner has no port yet" };
    }
    const { probe, clock } = this.#options;
    try {
      const health = await withDeadline(clock, probeTimeoutMs, signal, (deadline) =>
        probe(address, launchSecretOf(row, attempt), deadline),
      );
      return { kind: "health", health };
    } catch (error) {
      if (signal.aborted) throw error;
      const reasons = [reasonOf(error), ...(observation.trouble === undefined ? [] : [observation.trouble])];
      return { kind: "none", reason: reasons.join("; ") };
    }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
