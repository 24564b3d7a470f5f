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
  readonly inFlight: number;
  readonly lastActivityAt: number | null;
  readonly memoryMiB: number | null;
  /** What the engine does while it starts: "loading 62 %". */
  readonly progress: string | undefined;
  readonly probe: { readonly outcome: "ready" | "failing" | "none"; readonly streak: number };
}

/** Live facts by service id. The reconciler writes them; views and routes read them. */
export class LiveFacts {
  readonly #facts = new Map<string, LiveFact>();

  get(serviceId: string): LiveFact | undefined {
    return this.#facts.get(serviceId);
  }

  /** Whether anything that people or the gateway see has changed. */
  set(serviceId: string, fact: LiveFact): boolean {
    const before = this.#facts.get(serviceId);
    this.#facts.set(serviceId, fact);
    return (
      before?.launchId !== fact.launchId ||
      !isSame(before.address, fact.address) ||
      before.transport !== fact.transport ||
      !isSame(before.job, fact.job) ||
      before.inFlight !== fact.inFlight ||
      before.lastActivityAt !== fact.lastActivityAt ||
      before.memoryMiB !== fact.memoryMiB ||
      before.progress !== fact.progress
    );
  }

  /** Whether there was anything to drop. */
  drop(serviceId: string): boolean {
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
  // unseen, it is believed to be where it was
  if (observation.kind === "unknown") return { fact: known, health: { kind: "unasked" } };
  if (observation.kind !== "running") {
    const job = observation.kind === "absent" ? null : (observation.job ?? null);
    return { fact: { ...unknownLaunch(launch.launchId), job }, health: { kind: "unasked" } };
  }
  const seen = {
    ...known,
    address: observation.address,
    transport: observation.transport ?? null,
    job: observation.job ?? null,
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
      const fact = { ...told, progress, probe: { outcome: "none", streak: 0 } } as const;
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

function unknownLaunch(launchId: string): LiveFact {
  return {
    launchId,
    address: undefined,
    transport: null,
    job: null,
    inFlight: 0,
    lastActivityAt: null,
    memoryMiB: null,
    progress: undefined,
    probe: { outcome: "none", streak: 0 },
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
