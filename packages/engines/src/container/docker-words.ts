import { launchMarkName } from "@berth/api";
import type { ContainedProgram } from "./contained-program.ts";
import { rulesClient } from "./ruling-names.ts";

/** What `docker run` and `podman run` have in common. */

/** By this name, and by its labels, a container of ours is found again. */
export const containerName = "berth-{launch}";

/** Who it is, and what it may do: nothing that its user could not do without it. */
export function commonWords(program: ContainedProgram): readonly string[] {
  return [
    "--rm",
    "--name",
    containerName,
    "--label",
    "berth.home={homeId}",
    "--label",
    "berth.launch={launch}",
    "--cap-drop",
    "ALL",
    "--security-opt",
    "no-new-privileges",
    "--security-opt",
    "label=disable",
    "--shm-size",
    `${program.sharedMemoryMiB}m`,
  ];
}

/** Published on loopback only; an engine on a socket needs no network at all, and gets none. */
export function networkWords({ listen }: ContainedProgram): readonly string[] {
  return listen === "socket" ? ["--network", "none"] : ["--publish", "127.0.0.1:{port}:{port}"];
}

/** The client reads values from its own environment by their names, but for the names that mean something to itself. */
export function environmentWords({ env }: ContainedProgram, forwarded: readonly string[]): readonly string[] {
  const given = Object.entries(env).map(([name, value]) => (rulesClient(name) ? `${name}=${value}` : name));
  const rest = forwarded.filter((name) => !Object.hasOwn(env, name));
  // by its mark a launcher finds the engine's processes wherever they hang in the process tree
  return [...given, ...rest, launchMarkName].flatMap((word) => ["--env", word]);
}

export function programWords(program: ContainedProgram, image: string): readonly string[] {
  return [
    ...(program.workdir === null ? [] : ["--workdir", program.workdir]),
    ...(program.program === null ? [] : ["--entrypoint", program.program]),
    image,
    ...program.args,
  ];
}
