import { systemClock } from "@berth/std/clock";
import type { Launcher, LaunchRef, LaunchRequest, Observation } from "../launcher.ts";
import type { EngineAct } from "./engine-act.ts";

/** A place to launch in, and a look behind the scenes of it, which each adapter's tests provide. */
export interface ConformancePlace {
  /** Another launcher on the same place, as after a restart of the server. */
  launcher(): Launcher;
  /** A launch of its own, never requested before. Its `handle` is not known. */
  request(act: EngineAct): LaunchRequest;
  /** How often an engine was started for it. */
  starts(ref: LaunchRef): Promise<number>;
  /** How many processes it has, the runner's not counted. */
  living(ref: LaunchRef): Promise<number>;
  /** SIGKILL. */
  kill(ref: LaunchRef, what: "runner" | "engine"): Promise<void>;
  /** Has the ready engine print a line. */
  print(ref: LaunchRef, line: string): Promise<void>;
}

/** One fact that holds for every launcher. `run` rejects (with an AssertionError, or what the launcher threw) when not. */
export interface ConformanceCase {
  readonly name: string;
  readonly run: (place: ConformancePlace) => Promise<void>;
}

/** Never aborts. */
export const patience = new AbortController().signal;
/** Schedulers take their time. */
const limitMs = 60_000;

/** The one observation of the one launch. */
export async function observeOne(launcher: Launcher, ref: LaunchRef): Promise<Observation> {
  const observation = (await launcher.observe([ref], patience)).get(ref.launchId);
  if (observation === undefined) throw new Error(`${ref.launchId} was not observed`);
  return observation;
}

/** Observes until it is of the kind, and then of the phase; rejects after a minute. */
export async function observeUntil<K extends Observation["kind"]>(
  launcher: Launcher,
  ref: LaunchRef,
  kind: K,
  phase?: string,
): Promise<Extract<Observation, { kind: K }>> {
  return until(`${ref.launchId} ${kind} ${phase ?? ""}`, async () => {
    const seen = await observeOne(launcher, ref);
    const isInPhase = phase === undefined || (seen.kind === "running" && seen.state?.phase === phase);
    if (seen.kind === kind && isInPhase) return seen as Extract<Observation, { kind: K }>;
    if (seen.kind === "exited")
      throw new Error(`it exited: ${seen.exit.reason}: ${seen.exit.logTail.join("\n")}`);
    return undefined;
  });
}

export async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`${what}: not within ${limitMs / 1000} s`);
    await systemClock.sleep(10);
  }
}
