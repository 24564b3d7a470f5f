import type { Model, RunnerSpec, Task } from "@berth/api";
import { plainSurroundings, type Engine, type EnginePlan, type Surroundings } from "@berth/engines";

export const revision = "fe8a4ea1ffedaf415f4da2f062534de366a451e6";

/** A model of one small file, in the hub's layout below `cache`. */
export function smallModel(repo: string, cache: string, task: Task): Model {
  return {
    id: `mdl-${repo}`,
    repo,
    revision,
    refs: ["main"],
    profile: "test",
    location: "cache",
    path: `${cache}/models--${repo.replaceAll("/", "--")}/snapshots/${revision}`,
    files: [],
    sizeBytes: 16,
    status: "ready",
    statusReason: null,
    image: task === "text-generation" ? "text-generation" : "speech-recognition",
    facts: {
      format: "safetensors",
      task,
      architecture: null,
      parameters: null,
      quantisation: null,
      contextTokens: 128,
      embeddingLength: null,
      layers: null,
      kvHeads: null,
      headSize: null,
      hasChatTemplate: true,
      licence: null,
    },
    estimatedMemoryMiB: null,
    modifiedAt: 0,
  };
}

/** What the engine would do with the model there. */
export function planOf(
  engine: Engine,
  model: Model,
  surroundings: Partial<Surroundings>,
  extra: readonly string[] = [],
): EnginePlan {
  return engine.plan({
    model,
    servedName: model.repo,
    task: model.facts?.task ?? "unknown",
    options: extra.length === 0 ? {} : { extra: [...extra] },
    command: undefined,
    device: { cpuCores: 2, busyThreads: 0, totalMemoryMiB: 4096, freeMemoryMiB: 2048 },
    surroundings: { ...plainSurroundings, ...surroundings },
  });
}

/** What the runner is told for the plan. */
export function specOf(
  { program, listen, healthPath }: EnginePlan,
  names: Pick<RunnerSpec, "homeId" | "serviceId" | "launchId">,
): RunnerSpec {
  return {
    version: 1,
    ...names,
    program,
    listen,
    healthPath,
    startTimeoutMs: 120_000,
    drainMs: 1_000,
    bindHost: "127.0.0.1",
    maxLogBytes: 1_000_000,
  };
}

/** A value that a shell, or a careless program, would make something else of. */
export const unkindValue = `two words, "double" 'single' $(touch /tmp/x) \`y\` \\ ünï\nnext=1`;
