import { BerthError, type Runtime } from "@berth/api";
import type { Engine } from "./engine.ts";

export interface ChosenRuntime {
  readonly runtime: Runtime;
  /** "the first of docker, podman" */
  readonly reason: string;
}

/**
 * How the engine is wrapped on a place that has the `available` runtimes: what was asked for, or else the first that the
 * engine can use there, in the engine's own order. `process` needs nothing of the place, and is chosen
 * unasked only for engines that are nothing else. Throws `invalid_request` for a
 * runtime that the engine or the place has not.
 */
export function chooseRuntime(
  available: readonly Runtime[],
  asked: Runtime | undefined,
  { name, runtimes = ["process"] }: Engine,
): ChosenRuntime {
  const here = (runtime: Runtime): boolean => runtime === "process" || available.includes(runtime);
  if (asked !== undefined) {
    if (!runtimes.includes(asked))
      throw refused(`${name} does not run by ${asked}; it runs by ${runtimes.join(", ")}`);
    if (!here(asked)) throw refused(`${asked} cannot be used here; there is ${listed(available)}`);
    return { runtime: asked, reason: "asked for" };
  }
  // an engine that containers bring along is on PATH only where somebody has put it
  const first = runtimes.find(
    (runtime) => here(runtime) && (runtime !== "process" || runtimes[0] === "process"),
  );
  if (first === undefined) {
    const native = runtimes.includes("process") ? `; where ${name} is installed, choose runtime process` : "";
    const usable = runtimes.filter((runtime) => runtime !== "process");
    throw refused(`${name} needs ${usable.join(" or ")}, and there is ${listed(available)}${native}`);
  }
  if (first === "process") return { runtime: first, reason: `${name} runs as a process` };
  const others = runtimes.filter((runtime) => here(runtime) && runtime !== "process");
  return {
    runtime: first,
    reason: others.length === 1 ? "the only one here" : `the first of ${others.join(", ")}`,
  };
}

function refused(message: string): BerthError {
  return new BerthError("invalid_request", message, { param: "runtime" });
}

function listed(available: readonly Runtime[]): string {
  const containers = available.filter((runtime) => runtime !== "process");
  return containers.length === 0 ? "no container runtime" : containers.join(", ");
}
