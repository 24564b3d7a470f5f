import { BerthError, type CommandSpec } from "@berth/api";
import { containedSocket, type ContainerCommand } from "../container/contained-program.ts";
import { literal } from "../container/literal.ts";
import { userMount } from "../container/plan-program.ts";
import { wrap, type ContainerRuntime } from "../container/wrap.ts";
import type { EngineRequest } from "../engine.ts";

/**
 * The user's command in a container of his: its first word is a program of the image. `{socket}` is filled in as the
 * container sees it. Throws `invalid_request` when no image is named.
 */
export function containedCommand(
  { surroundings, options }: EngineRequest,
  command: Pick<CommandSpec, "argv" | "cwd"> & { readonly env: Readonly<Record<string, string>> },
  runtime: ContainerRuntime,
  listen: "socket" | "port",
): ContainerCommand {
  if (surroundings.container === undefined)
    throw new BerthError("invalid_request", `name the image in which ${runtime} is to run the command`, {
      param: "container",
    });
  const inside = (text: string): string => text.replaceAll("{socket}", containedSocket);
  const [program = "", ...args] = command.argv.map(inside);
  const given = Object.entries(surroundings.env).map(([name, value]) => [
    name,
    literal(value, `env.${name}`),
  ]);
  const own = Object.entries(command.env).map(([name, value]) => [name, inside(value)]);
  return wrap(
    {
      image: literal(surroundings.imageFile ?? surroundings.container, "container"),
      program,
      args,
      env: { ...Object.fromEntries(given), ...Object.fromEntries(own) },
      workdir: command.cwd ?? null,
      mounts: surroundings.mounts.map(userMount),
      listen,
      gpus: surroundings.gpus,
      sharedMemoryMiB: options.sharedMemoryMiB ?? 1024,
      needsRoot: false,
      isShared: surroundings.isShared,
    },
    runtime,
  );
}
