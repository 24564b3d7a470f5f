import type {
  EngineName,
  EngineOptions,
  EngineProgram,
  CommandSpec,
  HandlerSpec,
  Model,
  Mount,
  PipelineTask,
  RunnerSpec,
  Runtime,
  Task,
} from "@berth/api";

export type { BuildMachine, EnginePackages } from "./engine-packages.ts";

/** How a model is served. This is the port: a pure plan; `./llama-cpp`, `./vllm`, `./command` ... are adapters. It starts nothing. */

/** The machine the engine will run on, as far as the plan depends on it. */
export interface Device {
  readonly cpuCores: number;
  /** Threads of engines already running there. */
  readonly busyThreads: number;
  readonly totalMemoryMiB: number;
  readonly freeMemoryMiB: number;
}

/** How the place wraps the engine, and what it lets it see. */
export interface Surroundings {
  readonly runtime: Runtime;
  /** An image reference, or the path of a .sif file on the place; `undefined`: the engine's usual one. */
  readonly container: string | undefined;
  /** The .sif file on the place that holds the image, where one was made of it: it is run in its stead. */
  readonly imageFile?: string;
  readonly mounts: readonly Mount[];
  readonly env: Readonly<Record<string, string>>;
  /** GPUs the engine may use; 0 on a place without. */
  readonly gpus: number;
  /** Others work on the machine too: nothing of the engine's may be reached past the runner. */
  readonly isShared: boolean;
  /** The user takes it upon himself that others can reach the engine's port. */
  readonly allowSharedPort: boolean;
}

/** A process of this user's on a machine of his own. */
export const plainSurroundings: Surroundings = {
  runtime: "process",
  container: undefined,
  mounts: [],
  env: {},
  gpus: 0,
  isShared: false,
  allowSharedPort: false,
};

export interface EngineRequest {
  /** Absent for engines that bring their own model. */
  readonly model: Model | undefined;
  /** The name callers use for it, when there is no `model`. */
  readonly servedName: string;
  readonly task: Task;
  /** It is to answer `POST /predict` in the Hub's words, whatever else there is for the task. */
  readonly isPipeline?: boolean;
  readonly options: EngineOptions;
  readonly command: CommandSpec | undefined;
  readonly handler?: HandlerSpec | undefined;
  readonly device: Device;
  readonly surroundings: Surroundings;
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
  /** What it answers at `POST /predict`; absent for engines that do not. */
  readonly pipelines?: readonly PipelineTask[];
  /** The image that is run unless another is named; absent for engines that have none. */
  readonly image?: string;
  /** Whether it can serve the model, and if not, why, in words for the user. */
  accepts(
    model: Model,
    /** What it is to do as a pipeline, if it is to be one. */
    pipeline?: PipelineTask,
  ): { readonly ok: true } | { readonly ok: false; readonly reason: string };
  /** Throws BerthError `invalid_request` that names an option it has not. */
  plan(request: EngineRequest): EnginePlan;
}
