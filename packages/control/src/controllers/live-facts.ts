import type { RunnerAddress, RunnerHealth, SlurmJob, Transport } from "@berth/api";
import type { Observation } from "@berth/launchers";
import type { Health } from "./health.ts";

/** What is true of a running launch at this moment and is not worth storing. */
export interface LiveFact {
  readonly launchId: string;
  /** Where its runner answers. */
  readonly address: RunnerAddress | undefined;
  readonly transport: Transport | null;
  /** What the scheduler last told of it. */
  readonly job: SlurmJob | null;
  /** While it waits in a queue: when it is expected to start, where that can be told. */
  readonly expectedStartAt: number | null;
  readonly inFlight: number;
  readonly lastActivityAt: number | null;
  readonly memoryMiB: number | null;
  /** What the engine does while it starts: "loading 62 %". */
  readonly progress: string | undefined;
  readonly probe: { readonly outcome: "ready" | "failing" | "none"; readonly streak: number };
}

/** Live facts of each service's launches. The reconciler writes them; views and routes read them. */
export class LiveFacts {
  readonly #facts = new Map<string, Map<string, LiveFact>>();
  readonly #uses = new Map<string, { readonly trace: string; readonly at: number }>();

  /** Of one launch of the service. */
  get(serviceId: string, launchId: string): LiveFact | undefined {
    return this.#facts.get(serviceId)?.get(launchId);
  }

  /** Whether the service was ever looked at. */
  knows(serviceId: string): boolean {
    return this.#facts.has(serviceId);
  }

  /** Whether anything that people or the gateway see has changed. */
  set(serviceId: string, fact: LiveFact): boolean {
    let launches = this.#facts.get(serviceId);
    if (launches === undefined) this.#facts.set(serviceId, (launches = new Map()));
    const before = launches.get(fact.launchId);
    launches.set(fact.launchId, fact);
    return (
      before === undefined ||
      !isSame(before.address, fact.address) ||
      before.transport !== fact.transport ||
      !isSame(before.job, fact.job) ||
      before.expectedStartAt !== fact.expectedStartAt ||
      before.inFlight !== fact.inFlight ||
      before.lastActivityAt !== fact.lastActivityAt ||
      before.memoryMiB !== fact.memoryMiB ||
      before.progress !== fact.progress
    );
  }

  /**
   * Notes at what time, by this machine's clock, the service was last seen to be used: runners tell of their last request
   * by their own clocks, so what counts is that they tell something new.
   */
  noteUse(serviceId: string, now: number): void {
    const launches = [...(this.#facts.get(serviceId)?.values() ?? [])];
    const isBusy = launches.some(({ inFlight }) => inFlight > 0);
    const trace = String(Math.max(0, ...launches.map(({ lastActivityAt }) => lastActivityAt ?? 0)));
    const before = this.#uses.get(serviceId);
    if (before === undefined || isBusy || before.trace !== trace)
      this.#uses.set(serviceId, { trace, at: now });
  }

  /** When it was last seen to be used, or first looked at. */
  usedAt(serviceId: string): number | undefined {
    return this.#uses.get(serviceId)?.at;
  }

  /** Drops what is known of the service's launches, but of those that are named. */
  keepOnly(serviceId: string, launchIds: readonly string[]): void {
    const launches = this.#facts.get(serviceId);
    for (const launchId of launches?.keys() ?? []) {
      if (!launchIds.includes(launchId)) launches?.delete(launchId);
    }
  }

  /** Whether there was anything to drop. */
  drop(serviceId: string): boolean {
    this.#uses.delete(serviceId);
    return this.#facts.delete(serviceId);
  }
}

export type ProbeAnswer =
  | { readonly kind: "health"; readonly health: RunnerHealth }
  | { readonly kind: "none"; readonly reason: string };

/**
 * What an observation and a probe's answer (`undefined`: not asked) make of what was known. An answer that bears another
 * launch's name is a failure: ports are reused.
 */
export function judge(
  before: LiveFact | undefined,
  launch: { readonly serviceId: string; readonly launchId: string },
  observation: Observation,
  answer: ProbeAnswer | undefined,
): { readonly fact: LiveFact; readonly health: Health } {
  const known = before?.launchId === launch.launchId ? before : unknownLaunch(launch.launchId);
  // unseen, it is believed to be where it was; only its probes count anew once it is seen again
  if (observation.kind === "unknown") {
    const fact = known.probe.streak === 0 ? known : { ...known, probe: unprobed };
    return { fact, health: { kind: "unasked" } };
  }
  if (observation.kind !== "running") {
    const job = observation.kind === "absent" ? null : (observation.job ?? null);
    const expectedStartAt =
      observation.kind === "queued" ? (observation.expectedStartMs ?? job?.expectedStartAt ?? null) : null;
    return {
      fact: { ...unknownLaunch(launch.launchId), job, expectedStartAt },
      health: { kind: "unasked" },
    };
  }
  const seen = {
    ...known,
    address: observation.address,
    transport: observation.transport ?? null,
    job: observation.job ?? null,
    expectedStartAt: null,
    progress: progressOf(observation.state?.progress),
  };
  if (answer === undefined) return { fact: seen, health: { kind: "unasked" } };
  if (answer.kind === "none") return failing(seen, answer.reason);
  const { health } = answer;
  if (health.launchId !== launch.launchId || health.serviceId !== launch.serviceId) {
    return failing(seen, `at its port answers another launch, ${health.launchId}`);
  }
  const told = {
    ...seen,
    inFlight: health.inFlight,
    lastActivityAt: health.lastActivityAt,
    memoryMiB: health.memoryMiB,
  };
  switch (health.phase) {
    case "ready": {
      const streak = known.probe.outcome === "ready" ? known.probe.streak + 1 : 1;
      return {
        fact: { ...told, progress: undefined, probe: { outcome: "ready", streak } },
        health: {
          kind: "ready",
          streak,
          contextTokens: health.engine?.contextTokens ?? null,
          parallel: health.engine?.parallel ?? null,
        },
      };
    }
    case "installing":
    case "starting": {
      const progress = progressOf(health.progress);
      const fact = { ...told, progress, probe: unprobed };
      return { fact, health: { kind: "starting", progress } };
    }
    case "draining":
      return failing(told, "its runner is stopping");
    case "exited":
      return failing(told, "its engine is gone");
  }
}

function failing(fact: LiveFact, reason: string): { readonly fact: LiveFact; readonly health: Health } {
  const streak = fact.probe.outcome === "failing" ? fact.probe.streak + 1 : 1;
  return {
    fact: { ...fact, probe: { outcome: "failing", streak } },
    health: { kind: "failing", streak, reason },
  };
}

const unprobed = { outcome: "none", streak: 0 } as const;

/** What is known of a launch before it is seen. */
export function unknownLaunch(launchId: string): LiveFact {
  return {
    launchId,
    address: undefined,
    transport: null,
    job: null,
    expectedStartAt: null,
    inFlight: 0,
    lastActivityAt: null,
    memoryMiB: null,
    progress: undefined,
    probe: unprobed,
  };
}

/** Plain values, in the order in which they were made. */
function isSame(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

function progressOf(progress: RunnerHealth["progress"] | undefined): string | undefined {
  if (progress === null || progress === undefined) return undefined;
  return progress.fraction === null
    ? progress.message
    : `${progress.message} ${Math.floor(progress.fraction * 100)} %`;
}
