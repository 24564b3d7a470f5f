import { BerthError, type CommandSpec, type EngineOptions, type Task } from "@berth/api";
import { canBeEnclosed } from "../container/wrap.ts";
import type { Engine, EnginePlan, Surroundings } from "../engine.ts";
import { containedCommand } from "./contained-command.ts";

/** Any server the user names. Nothing is known of it but its command line, so it promises neither memory nor context. */

/** What the runner fills in, in `argv` and in the values of `env`; `{model}`, which is known before, is filled in here. */
type Placeholder = "port" | "socket" | "key";

const tasks: readonly Task[] = [
  "text-generation",
  "feature-extraction",
  "text-ranking",
  "automatic-speech-recognition",
  "text-classification",
  "unknown",
];
const defaultHealthPath = "/health";
const defaultStartTimeoutSeconds = 600;

export const commandEngine: Engine = {
  name: "command",
  tasks,

  accepts: () => ({ ok: true }),

  plan(request) {
    const { command, options, servedName, surroundings } = request;
    if (command === undefined)
      throw new BerthError(
        "invalid_request",
        "name the command to run: berth run command -- PROGRAM ARGUMENTS",
        {
          param: "command",
        },
      );
    refuseOptions(options);
    const listen = listenKind(command);
    const fill = (text: string): string => text.replaceAll("{model}", () => servedName);
    const env = Object.entries(command.env ?? {}).map(([name, value]) => [name, fill(value)] as const);
    const named = {
      ...command,
      argv: command.argv.map(fill),
      // Many servers read PORT; the user's own wins.
      env: { ...(listen === "port" ? { PORT: "{port}" } : {}), ...Object.fromEntries(env) },
    };
    return {
      program:
        surroundings.runtime === "process"
          ? { kind: "command", argv: named.argv, env: named.env, cwd: named.cwd ?? null }
          : containedCommand(request, named, surroundings.runtime, listen),
      listen: listenAt(command, listen, surroundings),
      healthPath: command.healthPath ?? defaultHealthPath,
      startTimeoutMs: Math.round((command.startTimeoutSeconds ?? defaultStartTimeoutSeconds) * 1000),
      contextTokens: null,
      parallel: null,
      threads: options.threads ?? 0,
      memoryMiB: null,
      warnings: warningsOf(command, listen, surroundings),
    };
  },
};

/**
 * A socket when the command mentions `{socket}`, a port when it mentions `{port}`, in `argv` or `env`. A command that
 * mentions neither is refused, even if it might read PORT: nobody could tell it from one that listens elsewhere.
 */
function listenKind(command: CommandSpec): "socket" | "port" {
  const socket = mentions(command, "socket");
  const port = mentions(command, "port");
  if (socket && port)
    throw new BerthError("invalid_request", "use {socket} or {port}, not both: the runner asks one of them", {
      param: "command.argv",
    });
  if (socket) return "socket";
  if (port) return "port";
  throw new BerthError(
    "invalid_request",
    `"${command.argv.join(" ")}" does not say where it listens: put {port} or {socket} where its port or socket path goes, for instance --port {port}, or PORT={port} in its environment`,
    { param: "command.argv" },
  );
}

/** Where others work too, a port that asks for no key lies in a network of its own, unless the user lets them reach it. */
function listenAt(
  command: CommandSpec,
  listen: "socket" | "port",
  { runtime, isShared, allowSharedPort }: Surroundings,
): EnginePlan["listen"] {
  if (listen === "socket") return { kind: "socket" };
  const isOpen = !mentions(command, "key");
  if (!isShared || !isOpen || allowSharedPort) return { kind: "port" };
  if (canBeEnclosed(runtime)) return { kind: "port", reach: "private" };
  throw new BerthError(
    "invalid_request",
    `other users of the node could reach the command's port in ${runtime}, since it asks for no key: let it listen on {socket}, hand it {key} as its API key, or give --allow-shared-port`,
    { param: "runtime" },
  );
}

function warningsOf(
  command: CommandSpec,
  listen: "socket" | "port",
  { isShared, allowSharedPort }: Surroundings,
): EnginePlan["warnings"] {
  const warnings: string[] = [];
  const isOpen = listen === "port" && !mentions(command, "key");
  if (isOpen && isShared && !allowSharedPort)
    warnings.push(
      "the command gets a network of its own, since its port asks for no key: it reaches no other machine. Let it listen on {socket}, hand it {key} as its API key, or give --allow-shared-port",
    );
  else if (isOpen)
    warnings.push(
      "other users of this machine can reach the command's port, since it asks for no key: let it listen on {socket}, or hand it {key} as its API key",
    );
  if (command.argv.some((word) => word.includes("{key}")))
    warnings.push(
      "other users of this machine can read {key} on the command line: hand it over in the environment, for instance API_KEY={key}",
    );
  return warnings;
}

function mentions({ argv, env = {} }: CommandSpec, name: Placeholder): boolean {
  return [...argv, ...Object.values(env)].some((text) => text.includes(`{${name}}`));
}

function refuseOptions(options: EngineOptions): void {
  const given = Object.keys(options).filter((name) => name !== "threads" && name !== "sharedMemoryMiB");
  const first = given[0];
  if (first === undefined) return;
  throw new BerthError(
    "invalid_request",
    `a command takes no option ${given.join(", ")}: put it into the command line itself`,
    { param: `options.${first}` },
  );
}
