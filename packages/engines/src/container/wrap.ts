import type { Runtime } from "@berth/api";
import { apptainerCommand } from "./apptainer.ts";
import type { ContainedProgram, ContainerCommand } from "./contained-program.ts";
import { dockerCommand } from "./docker.ts";
import { podmanCommand } from "./podman.ts";
import { pyxisCommand } from "./pyxis.ts";

export type ContainerRuntime = Exclude<Runtime, "process">;

/**
 * The command line by which the runtime runs the program: words, never a shell's text, and no value of the environment
 * among them. Throws `invalid_request`, naming the field, for what the runtime cannot run.
 */
export function wrap(program: ContainedProgram, runtime: ContainerRuntime): ContainerCommand {
  switch (runtime) {
    case "docker":
      return dockerCommand(program);
    case "podman":
      return podmanCommand(program);
    case "apptainer":
      return apptainerCommand(program);
    case "pyxis":
      return pyxisCommand(program);
  }
}

/** Whether a port of the engine's is one of the container's own, published on the place's loopback. */
export function isPublished(runtime: ContainerRuntime, isShared: boolean): boolean {
  return runtime === "docker" || (runtime === "podman" && !isShared);
}

/** Whether the runtime's command works inside a network of its own that the runner makes around it. */
export function canBeEnclosed(runtime: Runtime): boolean {
  switch (runtime) {
    case "process":
    case "apptainer":
      return true;
    // their containers are not children of what runs there: a daemon's, a step's; Podman needs the user's other numbers
    case "docker":
    case "podman":
    case "pyxis":
      return false;
  }
}
