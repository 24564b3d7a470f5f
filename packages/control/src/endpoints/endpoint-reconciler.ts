import { BerthError, isBerthError, type EndpointMoment, type HardwarePreset, type Profile } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import type { DeploymentRow, EndpointRow } from "@berth/store";
import type { Reconciler } from "../controllers/controller.ts";
import type { EndpointFacts, EndpointStep } from "./endpoint-step.ts";
import { planEndpoint, type EndpointPlan } from "./plan-endpoint.ts";
import type { EndpointRecords } from "./endpoint-records.ts";
import type { EndpointSights } from "./endpoint-sights.ts";
import { bringModel, type Arrival, type ModelDownloads } from "./model-arrivals.ts";
import type { Replica } from "./replica.ts";
import type { ReplicaServices } from "./replica-services.ts";
import { replicaSpec } from "./replica-spec.ts";

export interface EndpointReconcilerOptions {
  readonly records: EndpointRecords;
  readonly sights: EndpointSights;
  readonly services: ReplicaServices;
  readonly profiles: () => Promise<readonly Profile[]>;
  readonly presets: () => readonly HardwarePreset[];
  readonly downloads: ModelDownloads;
  /** Ends the jobs of an endpoint that goes. */
  readonly cancelJobs: (endpointId: string) => Promise<void>;
  readonly newId: () => string;
  readonly clock: Clock;
}

/** How often an endpoint is looked at that has replicas or something to do. */
const lookMs = 1_000;
/** A profile that could not start a replica is tried after the others for so long. */
const avoidMs = 60_000;

/** Looks at one endpoint, lets the planner decide, has it done. The only one who starts and stops replicas. */
export class EndpointReconciler implements Reconciler {
  readonly name = "endpoints";
  readonly #options: EndpointReconcilerOptions;

  constructor(options: EndpointReconcilerOptions) {
    this.#options = options;
  }

  list(): Promise<readonly string[]> {
    return Promise.resolve(this.#options.records.rows().map(({ id }) => id));
  }

  async reconcile(id: string, signal: AbortSignal): Promise<{ readonly requeueAfterMs: number } | undefined> {
    const { records, sights } = this.#options;
    const row = records.get(id);
    if (row === undefined) return undefined;
    const { replicas, facts } = sights.look(row);
    const state = records.state(id);
    const serving = replicas.filter(
      ({ phase, drainingSince }) => (phase === "ready" || phase === "starting") && drainingSince === null,
    );
    // what a server before saw for long is not forgotten in a moment
    state.demands ??= [{ at: facts.now, replicas: serving.length }];
    const plan = planEndpoint(row, replicas, facts, state.demands);
    state.demands = plan.demands;
    const isNewDecision = plan.wanted !== state.wanted;
    state.wanted = plan.wanted;
    state.decision = plan.reason;
    state.trouble = plan.trouble;
    if (plan.isMet) state.met(row.currentDeployment ?? row.nextDeployment);
    state.note(moment(plan, replicas, facts));
    if (isNewDecision) await this.#noteDecision(row, plan, facts);
    if (state.wokenAt !== null && plan.trouble !== null && hasWaitedLong(state.wokenAt, row, facts))
      state.wokenAt = null;
    await this.#performAll(row, plan.steps, signal);
    sights.changed(id);
    const isQuiet =
      plan.steps.length === 0 &&
      replicas.every(({ phase }) => phase === "ended") &&
      facts.inFlight + facts.waiting === 0 &&
      row.nextDeployment === null &&
      plan.wanted === 0 &&
      plan.isMet &&
      !facts.isWoken;
    return isQuiet ? undefined : { requeueAfterMs: lookMs };
  }

  async #noteDecision(row: EndpointRow, plan: EndpointPlan, facts: EndpointFacts): Promise<void> {
    const { records } = this.#options;
    await records.update(row.id, (now) => ({
      row: now,
      events: [
        {
          endpointId: row.id,
          at: facts.now,
          kind: "scaling",
          message: `${plan.wanted} ${plan.wanted === 1 ? "replica" : "replicas"}: ${plan.reason}`,
          evidence: {
            inFlight: facts.inFlight,
            waiting: facts.waiting,
            arrivalsPerSecond: facts.arrivalsPerSecond,
            steadyPerSecond: facts.steadyPerSecond,
            donePerSecond: facts.donePerSecond,
            startMs: facts.startMs,
          },
        },
      ],
    }));
  }

  async #performAll(row: EndpointRow, steps: readonly EndpointStep[], signal: AbortSignal): Promise<void> {
    // where one could not be started, the others could not either
    let isFull = false;
    for (const step of steps) {
      if (step.kind !== "start") await this.#perform(row, step, signal);
      else if (!isFull) isFull = !(await this.#start(row, step, signal));
    }
  }

  async #perform(
    row: EndpointRow,
    step: Exclude<EndpointStep, { kind: "start" }>,
    signal: AbortSignal,
  ): Promise<void> {
    const { records, sights, services, cancelJobs, clock } = this.#options;
    const { draining, unhealthy } = records.state(row.id);
    switch (step.kind) {
      case "drain":
        draining.set(step.replica, clock.monotonic());
        return;
      case "keep":
        draining.delete(step.replica);
        return;
      case "stop":
        draining.set(step.replica, draining.get(step.replica) ?? clock.monotonic());
        await unlessGone(services.stop(step.replica));
        return;
      case "forget":
        draining.delete(step.replica);
        unhealthy.delete(step.replica);
        await unlessGone(services.forget(step.replica, signal));
        return;
      case "conclude":
        return this.#conclude(row, step);
      case "remove":
        await cancelJobs(row.id);
        for (const { service } of services.of(row.id)) await unlessGone(services.forget(service.id, signal));
        await records.delete(row.id);
        return sights.changed(row.id);
    }
  }

  /**
   * On the first profile that takes it; false when none did, which is remembered: as what is on its way there, as a lack of room, or
   * as a start that has failed.
   */
  async #start(
    row: EndpointRow,
    { deployment: number, except }: Extract<EndpointStep, { kind: "start" }>,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { records, services, clock } = this.#options;
    const state = records.state(row.id);
    let coming: string | null = null;
    const begunAt = clock.now();
    const reasons: string[] = [];
    const roomLater: string[] = [];
    try {
      const deployment = records.deployment(row.id, number);
      if (deployment === undefined)
        throw new BerthError("internal", `deployment ${number} of ${row.name} is gone`);
      for (const profile of await this.#profiles(row, deployment)) {
        if (except.has(profile.name)) continue;
        try {
          const spec = replicaSpec(deployment.configuration, profile, this.#options.presets());
          const name = `${row.name.slice(0, 48)}.${this.#options.newId().slice(0, 6)}`;
          await services.create({ ...spec, name }, { endpointId: row.id, deployment: number }, signal);
          state.taken(number);
          state.coming = null;
          return true;
        } catch (error) {
          if (!isBerthError(error) || signal.aborted) throw error;
          // one place is enough to bring it to
          const arrival: Arrival =
            coming === null
              ? await this.#bring(error, row, deployment, profile, signal)
              : { kind: "nowhere" };
          if (arrival.kind === "coming") {
            coming = arrival.what;
            continue;
          }
          state.avoided.set(profile.name, begunAt + avoidMs);
          if (isForNow(error)) roomLater.push(profile.name);
          reasons.push(`${profile.name}: ${arrival.kind === "failed" ? arrival.reason : error.message}`);
        }
      }
    } catch (error) {
      if (!isBerthError(error) || signal.aborted) throw error;
      reasons.push(error.message);
    }
    state.coming = coming;
    // it is waited for, whatever others say
    if (coming !== null) return false;
    const reason = reasons.join("; ") || "no other profile is there any more";
    if (roomLater.length > 0) state.noRoom(number, { at: clock.now(), profiles: roomLater, reason });
    else state.failed(number, { begunAt, failedAt: clock.now(), reason, isRefusal: true });
    return false;
  }

  /** What a launch lacks may lie at the hub. */
  async #bring(
    error: BerthError,
    { owner }: EndpointRow,
    { configuration, createdAt: since }: DeploymentRow,
    profile: Profile,
    signal: AbortSignal,
  ): Promise<Arrival> {
    if (error.code !== "model_not_found") return { kind: "nowhere" };
    try {
      const wanted = { ...configuration, owner, profile: profile.name, since };
      return await bringModel(wanted, this.#options.downloads, signal);
    } catch (refusal) {
      if (!isBerthError(refusal) || signal.aborted) throw refusal;
      return { kind: "failed", reason: refusal.message };
    }
  }

  /** In order; those that could not start one a moment ago come last. */
  async #profiles(row: EndpointRow, { configuration }: DeploymentRow): Promise<readonly Profile[]> {
    const { records, sights, clock } = this.#options;
    const known = new Map((await this.#options.profiles()).map((profile) => [profile.name, profile]));
    const avoided = new Map(records.state(row.id).avoided);
    for (const { profile, until } of sights.failedOn(row.id, avoidMs)) avoided.set(profile, until);
    const found = configuration.profiles.flatMap((name) => known.get(name) ?? []);
    if (found.length === 0)
      throw new BerthError(
        "unprocessable",
        `none of the profiles ${configuration.profiles.join(", ")} is there any more: \`berth endpoint update ${row.name} --profile NAME\``,
        { param: "profiles" },
      );
    const now = clock.now();
    return found.toSorted(
      (a, b) => Number((avoided.get(a.name) ?? 0) > now) - Number((avoided.get(b.name) ?? 0) > now),
    );
  }

  /** Whether old replicas have gone since the deployment was ordered. */
  #hasMadeRoom({ id, currentDeployment, scaling }: EndpointRow, number: number): boolean {
    const { records, services } = this.#options;
    const orderedAt = records.deployment(id, number)?.createdAt ?? Infinity;
    if (scaling.rollout !== "replace" && !records.state(id).shortOfRoom.has(number)) return false;
    return services
      .of(id)
      .some(
        ({ service }) =>
          service.replicaOf?.deployment === currentDeployment && (service.endedAt ?? 0) >= orderedAt,
      );
  }

  async #conclude(row: EndpointRow, step: Extract<EndpointStep, { kind: "conclude" }>): Promise<void> {
    const { records, clock } = this.#options;
    const now = clock.now();
    const { deployment: number, status, reason } = step;
    const state = records.state(row.id);
    // what was to be woken is not there; what has made room for it is to be there again
    if (status === "FAILED") state.wokenAt = this.#hasMadeRoom(row, number) ? now : null;
    else state.meter.forgetSpeed();
    await records.update(row.id, (current) => {
      const deployment = records.deployment(row.id, number);
      // somebody has ordered another meanwhile
      if (deployment === undefined || current.nextDeployment !== number) return undefined;
      const isGood = status === "COMPLETED";
      const left =
        current.currentDeployment === null ? "" : `; deployment ${current.currentDeployment} goes on`;
      return {
        row: {
          ...current,
          currentDeployment: isGood ? number : current.currentDeployment,
          nextDeployment: null,
          updatedAt: now,
        },
        deployments: [{ ...deployment, status, statusReason: reason, concludedAt: now }],
        events: [
          {
            endpointId: row.id,
            at: now,
            kind: "deployment",
            message: isGood
              ? `deployment ${number} is there: ${reason}`
              : `deployment ${number} has failed: ${reason}${left}`,
            evidence: { deployment: number, tookMs: now - deployment.createdAt },
          },
        ],
      };
    });
  }
}

/** Whether what others hold keeps it from starting, and not what the place is. */
function isForNow({ code, details }: BerthError): boolean {
  if (code !== "insufficient_memory") return false;
  const { neededMiB, totalMiB } = details ?? {};
  return typeof neededMiB === "number" && typeof totalMiB === "number" && neededMiB <= totalMiB;
}

/** Whoever has woken it does not wait for ever for what fails to start. */
function hasWaitedLong(
  wokenAt: number,
  { scaling }: EndpointRow,
  { now, waiting, inFlight }: EndpointFacts,
): boolean {
  return waiting + inFlight === 0 && now - wokenAt >= scaling.scaledownPeriodSeconds * 1000;
}

function moment(plan: EndpointPlan, replicas: readonly Replica[], facts: EndpointFacts): EndpointMoment {
  const serving = replicas.filter(({ drainingSince }) => drainingSince === null);
  return {
    at: facts.now,
    ready: serving.filter(({ phase }) => phase === "ready").length,
    starting: serving.filter(({ phase }) => phase === "starting").length,
    wanted: plan.wanted,
    inFlight: facts.inFlight,
    waiting: facts.waiting,
    arrivalsPerSecond: Math.round(facts.arrivalsPerSecond * 100) / 100,
    reason: plan.reason,
  };
}

/** What is gone needs no stopping. */
async function unlessGone(acting: Promise<unknown>): Promise<void> {
  try {
    await acting;
  } catch (error) {
    if (!isBerthError(error) || (error.code !== "not_found" && error.code !== "conflict")) throw error;
  }
}
