import type {
  EngineName,
  EngineOptions,
  EngineProgram,
  CommandSpec,
  Model,
  RunnerSpec,
  Task,
} from "@berth/api";

export type { BuildMachine, EnginePackages } from "./engine-packages.ts";

/** How a model is served. This is the port: a pure plan; `./llama-cpp` and `./command` are adapters. It starts nothing. */

/** The machine the engine will run on, as far as the plan depends on it. */
export interface Device {
  readonly cpuCores: number;
  /** Threads of engines already running there. */
  readonly busyThreads: number;
  readonly totalMemoryMiB: number;
  readonly freeMemoryMiB: number;
}

export interface EngineRequest {
  /** Absent for engines that bring their own model. */
  readonly model: Model | undefined;
  /** The name callers use for it, when there is no `model`. */
  readonly servedName: string;
  readonly task: Task;
  readonly options: EngineOptions;
  readonly command: CommandSpec | undefined;
  readonly device: Device;
}

export interface EnginePlan {
  readonly program: EngineProgram;
  readonly listen: RunnerSpec["listen"];
  readonly healthPath: string;
  readonly startTimeoutMs: number;
  /** Tokens one sequence may hold; `null` when only the engine knows. */
  readonly contextTokens: number | null;
  readonly parallel: number | null;
  readonly threads: number;
  /** Weights, key-value cache and working memory; `null` when it cannot be told. */
  readonly memoryMiB: number | null;
  /** What the user should know: "other users of this machine can reach port ..." */
  readonly warnings: readonly string[];
}

export interface Engine {
  readonly name: EngineName;
  readonly tasks: readonly Task[];
  /** Whether it can serve the model, and if not, why, in words for the user. */
  accepts(model: Model): { readonly ok: true } | { readonly ok: false; readonly reason: string };
  /** Throws BerthError `invalid_request` that names an option it has not. */
  plan(request: EngineRequest): EnginePlan;
}
