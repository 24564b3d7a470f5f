import { BerthError, type Model, type Task } from "@berth/api";
import type { EngineName } from "@berth/api";
import type { EngineRequest } from "../engine.ts";

/** What engines outside the runner's bundle agree upon. */

const minStartMs = 600_000;
/** An image may have to be fetched and converted before anything starts. */
const imageMs = 1_800_000;
/** A network file system, read once. */
const weightBytesPerMs = 20_000;

export function startTimeoutMs({ surroundings }: EngineRequest, model: Model): number {
  const fetches = surroundings.runtime !== "process";
  return minStartMs + (fetches ? imageMs : 0) + Math.round(model.sizeBytes / weightBytesPerMs);
}

/** Why the engine cannot load it; `null` when it can. */
export function weightsRefusal(model: Model, engine: EngineName): string | null {
  if (model.status !== "ready")
    return `${model.repo} is ${model.status}${model.statusReason === null ? "" : `: ${model.statusReason}`}`;
  const format = model.facts?.format ?? "other";
  if (format === "safetensors") return null;
  return `${model.repo} holds ${format === "other" ? "no" : `${format} files, no`} safetensors, which ${engine} serves`;
}

/** The model, if the engine serves it for the task. Throws `invalid_request`. */
export function requireModel(
  { model, task }: EngineRequest,
  engine: { readonly name: EngineName; readonly tasks: readonly Task[] },
  refusal: (model: Model) => string | null,
): Model {
  if (model === undefined)
    throw new BerthError("invalid_request", `${engine.name} needs a model`, { param: "model" });
  const problem = refusal(model);
  if (problem !== null) throw new BerthError("invalid_request", problem, { param: "model" });
  if (!engine.tasks.includes(task))
    throw new BerthError(
      "invalid_request",
      `${engine.name} does not serve ${task}; it serves ${engine.tasks.join(", ")}`,
      { param: "image" },
    );
  return model;
}
