import { defaultQueueRules, defaultScaling, type Scaling } from "@berth/api";
import type { EndpointRow } from "@berth/store";
import { EndpointState } from "../endpoints/endpoint-state.ts";
import { planEndpoint, type EndpointPlan } from "../endpoints/plan-endpoint.ts";
import type { Demand } from "../endpoints/plan-replicas.ts";
import type { Replica } from "../endpoints/replica.ts";
import { failuresSeen } from "../endpoints/start-failures.ts";

/** What can happen between two looks; numbers choose among replicas. */
export type Happening =
  | { readonly kind: "load"; readonly requests: number }
  /** `size`: the memory that each of its replicas needs, where there is less than for all. */
  | { readonly kind: "deploy"; readonly isBroken: boolean; readonly size?: number }
  /** The model of what is rolled out is on its way, or has come. */
  | { readonly kind: "download"; readonly isOver: boolean }
  | { readonly kind: "pause" | "resume" | "wake" | "pass" }
  | { readonly kind: "crash" | "sick"; readonly which: number };

export interface Look {
  readonly at: number;
  readonly row: EndpointRow;
  /** As they were when it was decided. */
  readonly replicas: readonly Replica[];
  readonly plan: EndpointPlan;
  /** Deployments of which there was no room for another. */
  readonly refused: readonly number[];
}

const lookMs = 1_000;
const startMs = 5_000;

/** An endpoint whose replicas do as the planner says: each look decides, its steps are performed, and time passes. */
export class SimulatedEndpoint {
  row: EndpointRow;
  readonly looks: Look[] = [];
  #now = 1_000_000;
  #replicas: Replica[] = [];
  #demands: readonly Demand[] = [];
  #load = 0;
  #isWoken = false;
  #lastActiveAt: number | null = null;
  #ids = 0;
  readonly #broken = new Set<number>();
  readonly #sizes = new Map<number, number>();
  readonly #state = new EndpointState();
  readonly #memory: number;
  #isDownloading = false;

  constructor(scaling: Partial<Scaling>, memory = Infinity) {
    this.#memory = memory;
    this.row = {
      id: "ep-1",
      owner: "ada",
      name: "chat",
      description: null,
      visibility: "private",
      scaling: { ...defaultScaling, ...scaling },
      queue: defaultQueueRules,
      fallback: null,
      coldStart: "hold",
      configuration: {
        template: { model: "berth/pilot" },
        profiles: ["here"],
        hardware: null,
        secrets: [],
        hubSecret: null,
      },
      currentDeployment: null,
      nextDeployment: null,
      formerNames: [],
      isPaused: false,
      isDeleted: false,
      createdAt: 1,
      updatedAt: 1,
    };
  }

  happen(happening: Happening): void {
    switch (happening.kind) {
      case "load":
        this.#load = happening.requests;
        return;
      case "deploy": {
        const number =
          Math.max(this.row.currentDeployment ?? 0, this.row.nextDeployment ?? 0, this.#last) + 1;
        this.#last = number;
        if (happening.isBroken) this.#broken.add(number);
        this.#sizes.set(number, happening.size ?? 1);
        this.row = { ...this.row, nextDeployment: number };
        return;
      }
      case "pause":
        this.row = { ...this.row, isPaused: true, nextDeployment: null };
        return;
      case "resume":
        this.row = { ...this.row, isPaused: false };
        return;
      case "wake":
        this.#isWoken = true;
        return;
      case "pass":
        return;
      case "download":
        this.#isDownloading = !happening.isOver;
        return;
      case "crash":
        return this.#changeOne(happening.which, {
          phase: "ended",
          failure: "exit code 1",
          endedAt: this.#now,
        });
      case "sick":
        return this.#changeOne(happening.which, { phase: "starting", unhealthySince: this.#now });
    }
  }
  #last = 0;

  /** One look, and the time until the next. */
  look(): Look {
    this.#replicas = this.#replicas.map((replica) => this.#lived(replica));
    this.#spread();
    const ready = this.#replicas.filter(
      ({ phase, drainingSince }) => phase === "ready" && drainingSince === null,
    );
    const inFlight = this.#replicas.reduce((sum, replica) => sum + replica.inFlight, 0);
    const waiting = this.row.isPaused || ready.length > 0 ? 0 : this.#load;
    if (ready.length > 0 && this.#isWoken) [this.#isWoken, this.#lastActiveAt] = [false, this.#now];
    if (inFlight + waiting > 0) this.#lastActiveAt = this.#now;
    this.#state.failures = failuresSeen(this.#state.failures, this.#replicas, this.#now);
    const facts = {
      now: this.#now,
      inFlight,
      waiting,
      arrivalsPerSecond: 0,
      steadyPerSecond: 0,
      startMs: null,
      donePerSecond: null,
      isSaturated: false,
      lastActiveAt: this.#lastActiveAt,
      isWoken: this.#isWoken,
      failures: this.#state.failures,
      lackOfRoom: new Map(this.#state.lackOfRoom),
      shortOfRoom: this.#state.shortOfRoom,
      coming: this.#state.coming,
      profilesOf: () => ["here"],
    };
    const plan = planEndpoint(this.row, this.#replicas, facts, this.#demands);
    this.#demands = plan.demands;
    if (plan.isMet) this.#state.met(this.row.currentDeployment ?? this.row.nextDeployment);
    const refused: number[] = [];
    const look = { at: this.#now, row: this.row, replicas: this.#replicas, plan, refused };
    this.looks.push(look);
    for (const step of plan.steps) {
      if (step.kind !== "start") this.#perform(step);
      else if (!refused.includes(step.deployment) && !this.#start(step.deployment))
        refused.push(step.deployment);
    }
    this.#now += lookMs;
    return look;
  }

  /** False where there was no room, or its model is on its way. */
  #start(deployment: number): boolean {
    if (this.#isDownloading && deployment === this.row.nextDeployment) {
      this.#state.coming.set(deployment, "downloading");
      return false;
    }
    this.#state.coming.delete(deployment);
    const live = this.#replicas.filter(({ phase }) => phase !== "ended");
    const used = live.reduce((sum, replica) => sum + this.#sizeOf(replica.deployment), 0);
    if (used + this.#sizeOf(deployment) > this.#memory) {
      this.#state.noRoom(deployment, { at: this.#now, profiles: ["here"], reason: "here: it is full" });
      return false;
    }
    this.#state.taken(deployment);
    this.#replicas = [...this.#replicas, this.#started(deployment)];
    return true;
  }

  #sizeOf(deployment: number): number {
    return this.#sizes.get(deployment) ?? 1;
  }

  #perform(step: Exclude<EndpointPlan["steps"][number], { kind: "start" }>): void {
    switch (step.kind) {
      case "drain":
        return this.#change(step.replica, { drainingSince: this.#now });
      case "keep":
        return this.#change(step.replica, { drainingSince: null });
      case "stop":
        return this.#change(step.replica, { phase: "ended", endedAt: this.#now, inFlight: 0 });
      case "forget":
        this.#replicas = this.#replicas.filter(({ id }) => id !== step.replica);
        return;
      case "conclude":
        this.row = {
          ...this.row,
          nextDeployment: null,
          currentDeployment: step.status === "COMPLETED" ? step.deployment : this.row.currentDeployment,
        };
        return;
      case "remove":
        this.#replicas = [];
    }
  }

  #started(deployment: number): Replica {
    const id = `r${(this.#ids += 1)}`;
    return {
      id,
      name: id,
      deployment,
      profile: "here",
      phase: "starting",
      failure: null,
      waitingSince: null,
      readyAt: null,
      inFlight: 0,
      createdAt: this.#now,
      endedAt: null,
      unhealthySince: null,
      drainingSince: null,
    };
  }

  #lived(replica: Replica): Replica {
    const isDue =
      replica.phase === "starting" && replica.readyAt === null && this.#now - replica.createdAt >= startMs;
    if (!isDue) return replica;
    if (this.#broken.has(replica.deployment))
      return { ...replica, phase: "ended", failure: "exit code 1", endedAt: this.#now };
    return { ...replica, phase: "ready", readyAt: this.#now };
  }

  /** What comes goes to those that get new requests, also of what is rolled out; what a draining one has left ends slowly. */
  #spread(): void {
    const { currentDeployment, nextDeployment } = this.row;
    const serving = this.#replicas.filter(
      ({ phase, drainingSince, deployment }) =>
        phase === "ready" &&
        drainingSince === null &&
        (deployment === currentDeployment || deployment === nextDeployment),
    );
    const others = this.#replicas
      .filter((replica) => !serving.includes(replica))
      .map((replica) => ({ ...replica, inFlight: Math.max(0, replica.inFlight - 1) }));
    const left = Math.max(0, this.#load - others.reduce((sum, { inFlight }) => sum + inFlight, 0));
    const busy = serving.map((replica, place) => ({
      ...replica,
      inFlight: Math.floor(left / serving.length) + (place < left % serving.length ? 1 : 0),
    }));
    this.#replicas = [...others, ...busy];
  }

  #changeOne(which: number, change: Partial<Replica>): void {
    const live = this.#replicas.filter(({ phase }) => phase === "ready");
    const one = live[which % Math.max(live.length, 1)];
    if (one !== undefined) this.#change(one.id, change);
  }

  #change(id: string, change: Partial<Replica>): void {
    this.#replicas = this.#replicas.map((replica) =>
      replica.id === id ? { ...replica, ...change } : replica,
    );
  }
}
