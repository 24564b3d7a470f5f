import type { EngineProgram, RunnerSpec } from "@berth/api";
import { BerthError } from "@berth/api";
import type { EngineRequest, EnginePlan } from "../engine.ts";
import type { ContainedProgram, ContainerMount } from "./contained-program.ts";
import { literal } from "./literal.ts";
import { canBeEnclosed, isPublished, wrap, type ContainerRuntime } from "./wrap.ts";

/** How an engine is started in a container, where it listens decided. */
export interface Recipe {
  readonly image: string;
  readonly program: string | null;
  readonly args: readonly string[];
  readonly workdir?: string;
  /** What the engine itself needs to see, beside the user's mounts. */
  readonly mounts: readonly ContainerMount[];
  readonly needsRoot?: boolean;
}

/** An engine's two ways to be started: in a container, and as a program on PATH. */
export interface EngineRecipes {
  readonly listen: RunnerSpec["listen"];
  /** Set for both; the user's variables win. */
  readonly env: Readonly<Record<string, string>>;
  /** The engine's own key, which nothing overrides. */
  readonly keyEnv: Readonly<Record<string, string>>;
  readonly contained: (runtime: ContainerRuntime) => Recipe;
  readonly native: () => {
    readonly argv: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
  };
}

const defaultSharedMemoryMiB = 1024;

/** The program for the request's runtime. */
export function planProgram(request: EngineRequest, recipes: EngineRecipes): EngineProgram {
  const { surroundings, options } = request;
  const { runtime } = surroundings;
  const userEnv = Object.fromEntries(
    Object.entries(surroundings.env).map(([name, value]) => [name, literal(value, `env.${name}`)]),
  );
  if (runtime === "process") {
    refuseForProcess(request);
    const { argv, env } = recipes.native();
    return {
      kind: "command",
      argv: [...argv],
      env: { ...recipes.env, ...env, ...userEnv, ...recipes.keyEnv },
      cwd: null,
    };
  }
  const recipe = recipes.contained(runtime);
  const program: ContainedProgram = {
    image: literal(surroundings.imageFile ?? surroundings.container ?? recipe.image, "container"),
    program: recipe.program,
    args: recipe.args,
    env: { ...recipes.env, ...userEnv, ...recipes.keyEnv },
    workdir: recipe.workdir ?? null,
    mounts: [...recipe.mounts.map(checkedSource), ...surroundings.mounts.map(userMount)],
    listen: recipes.listen.kind,
    gpus: surroundings.gpus,
    sharedMemoryMiB: options.sharedMemoryMiB ?? defaultSharedMemoryMiB * Math.max(1, surroundings.gpus),
    needsRoot: recipe.needsRoot === true,
    isShared: surroundings.isShared,
  };
  return wrap(program, runtime);
}

/**
 * Where an engine that knows only ports listens: a private port on a machine with others, or else a port that the user
 * has agreed to (`allowSharedPort`). Throws `invalid_request` where the runtime allows neither.
 */
export function portReach({ surroundings }: EngineRequest, engine: string): RunnerSpec["listen"] {
  const { runtime, isShared, allowSharedPort } = surroundings;
  if (!isShared || allowSharedPort) return { kind: "port" };
  if (canBeEnclosed(runtime)) return { kind: "port", reach: "private" };
  throw new BerthError(
    "invalid_request",
    `other users of the node could reach ${engine}'s port in ${runtime}; run it by apptainer or as a process, or take it upon yourself with --allow-shared-port`,
    { param: "runtime" },
  );
}

/** The address an engine on a port binds to. */
export function bindAddress({ surroundings }: EngineRequest): string {
  const { runtime, isShared } = surroundings;
  return runtime !== "process" && isPublished(runtime, isShared) ? "0.0.0.0" : "127.0.0.1";
}

/** What a runtime cannot do that was asked for, and does not matter enough to refuse. */
export function runtimeWarnings({ surroundings, options }: EngineRequest): EnginePlan["warnings"] {
  const { runtime } = surroundings;
  if (options.sharedMemoryMiB === undefined || runtime === "docker" || runtime === "podman") return [];
  return [`sharedMemoryMiB has no effect: ${runtime} engines use the machine's own /dev/shm`];
}

function refuseForProcess({ surroundings }: EngineRequest): void {
  if (surroundings.container !== undefined)
    throw new BerthError(
      "invalid_request",
      "a plain process has no container; choose a runtime: podman, docker, apptainer or pyxis",
      { param: "container" },
    );
  const moved = surroundings.mounts.find(({ source, target }) => target !== undefined && target !== source);
  if (moved !== undefined)
    throw new BerthError(
      "invalid_request",
      `a plain process sees ${moved.source} where it is, not at ${moved.target}; leave the target out, or choose a container runtime`,
      { param: "mounts" },
    );
}

function checkedSource(mount: ContainerMount): ContainerMount {
  literal(mount.source, "model");
  return mount;
}

/** A mount as the user gave it. Throws `invalid_request` for what cannot be mounted as it is. */
export function userMount({
  source,
  target,
  readOnly,
}: EngineRequest["surroundings"]["mounts"][number]): ContainerMount {
  if (source.startsWith("~") && target === undefined)
    throw new BerthError("invalid_request", `say where the engine is to see ${source}: ${source}:/data`, {
      param: "mounts",
    });
  const path = literal(source, "mounts");
  return { source: path, target: literal(target ?? source, "mounts"), readOnly: readOnly === true };
}
