import { isBerthError, type EndpointMoment } from "@berth/api";
import type { EndpointRow } from "@berth/store";
import type { Reconciler } from "../controllers/controller.ts";
import type { EndpointFacts, EndpointStep } from "./endpoint-step.ts";
import { planEndpoint, type EndpointPlan } from "./plan-endpoint.ts";
import type { Replica } from "./replica.ts";
import { ReplicaStarter, type ReplicaStarterOptions } from "./replica-starter.ts";

export interface EndpointReconcilerOptions extends ReplicaStarterOptions {
  /** Ends the jobs of an endpoint that goes. */
  readonly cancelJobs: (endpointId: string) => Promise<void>;
}

/** How often an endpoint is looked at that has replicas or something to do. */
const lookMs = 1_000;

/** Looks at one endpoint, lets the planner decide, has it done. The only one who starts and stops replicas. */
export class EndpointReconciler implements Reconciler {
  readonly name = "endpoints";
  readonly #options: EndpointReconcilerOptions;
  readonly #starter: ReplicaStarter;

  constructor(options: EndpointReconcilerOptions) {
    this.#options = options;
    this.#starter = new ReplicaStarter(options);
  }

  list(): Promise<readonly string[]> {
    return Promise.resolve(this.#options.records.rows().map(({ id }) => id));
  }

  async reconcile(id: string, signal: AbortSignal): Promise<{ readonly requeueAfterMs: number } | undefined> {
    const { records, sights, profiles } = this.#options;
    const known = new Set((await profiles()).map(({ name }) => name));
    const row = records.get(id);
    if (row === undefined) return undefined;
    const { replicas, facts } = sights.look(row, known);
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
    // where one could not be started, the others of its deployment could not either
    const full = new Set<number>();
    for (const step of steps) {
      if (step.kind !== "start") await this.#perform(row, step, signal);
      else if (!full.has(step.deployment) && !(await this.#starter.start(row, step, signal)))
        full.add(step.deployment);
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
