import {
  BerthError,
  imageTask,
  isPipelineTask,
  type CommandSpec,
  type CreateService,
  type HandlerSpec,
  type Image,
  type Model,
  type PipelineTask,
  type Task,
} from "@berth/api";
import type { Engine } from "@berth/engines";

/** What a spec asks for: a model served by an engine, the user's own command, or his function. */
export type ServiceKind =
  | { readonly kind: "model"; readonly name: string; readonly revision: string | undefined }
  | { readonly kind: "command"; readonly command: CommandSpec; readonly servedName: string | undefined }
  | { readonly kind: "handler"; readonly handler: HandlerSpec; readonly servedName: string | undefined };

/** Throws `invalid_request` or `model_required`, naming the field, for parts that do not go together. */
export function serviceKind(spec: CreateService): ServiceKind {
  const { image, engine, command, handler, model, revision } = spec;
  if (command !== undefined && handler !== undefined)
    throw mismatch("handler", "give a command or a handler, not both");
  if (command !== undefined) {
    if (engine !== undefined && engine !== "command") {
      throw mismatch("engine", `engine ${engine} runs no command; leave it out`);
    }
    if (revision !== undefined) throw mismatch("revision", "a command has no revision; leave it out");
    return { kind: "command", command, servedName: model };
  }
  if (handler !== undefined) {
    if (engine !== undefined && engine !== "handler")
      throw mismatch("engine", `engine ${engine} runs no handler; leave it out`);
    if (image !== undefined && image !== "handler")
      throw mismatch("image", `a handler is no ${image}; leave it out`);
    if (revision !== undefined) throw mismatch("revision", "a handler has no revision; leave it out");
    return { kind: "handler", handler, servedName: model };
  }
  if (image === "handler" || engine === "handler")
    throw mismatch("handler", "name the handler's file: berth run handler FILE");
  if (image === "command" || engine === "command") {
    throw mismatch("command", "name the command to run: berth run command -- PROGRAM ARGUMENTS");
  }
  if (model === undefined) {
    throw new BerthError(
      "model_required",
      'name a model: a repository id, a model id or a path; "berth model ls" shows what is here',
      { param: "model" },
    );
  }
  return { kind: "model", name: model, revision };
}

export interface Purpose {
  readonly image: Image;
  readonly task: Task;
  readonly warnings: readonly string[];
}

/** What the service is for: what was asked for, or else what the model is made for. */
export function purposeOf(
  { image: asked, task: wanted }: Pick<CreateService, "image" | "task">,
  model: Model | undefined,
): Purpose {
  if (wanted !== undefined && asked !== undefined && asked !== "pipeline")
    throw mismatch(
      "task",
      `image ${asked} has a task of its own; leave it out, or run the model as pipeline`,
    );
  const image = wanted === undefined ? (asked ?? model?.image ?? "command") : "pipeline";
  if (image === "pipeline") return { image, task: pipelineTaskOf(wanted, model), warnings: [] };
  const task = imageTask(image);
  const made = model?.facts?.task ?? "unknown";
  if (model === undefined || made === "unknown" || made === task) return { image, task, warnings: [] };
  if (task === "text-generation") {
    throw new BerthError(
      "unprocessable",
      `${model.repo} is made for ${made} and writes no text; run it as ${model.image}`,
      { param: "image", details: { image: model.image } },
    );
  }
  return { image, task, warnings: [`${model.repo} is made for ${made}; its ${image} may be poor`] };
}

/** Whether the model can do it is for its engine to say. */
function pipelineTaskOf(wanted: PipelineTask | undefined, model: Model | undefined): PipelineTask {
  if (model === undefined)
    throw mismatch("image", "a command is no pipeline; leave the image and the task out");
  const task = wanted ?? model.facts?.task ?? "unknown";
  if (isPipelineTask(task)) return task;
  const problem =
    task === "unknown"
      ? `its files do not say what ${model.repo} is made for`
      : `${task} is no pipeline's task`;
  throw mismatch(
    "task",
    `${problem}; name one, as: berth run pipeline ${model.repo} --task text-classification`,
  );
}

/** The engine that was asked for, or the first that serves the purpose and accepts the model. */
export function chooseEngine(
  engines: readonly Engine[],
  asked: CreateService["engine"],
  { image, task }: Pick<Purpose, "image" | "task">,
  model: Model | undefined,
): Engine {
  if (model === undefined) return engineNamed(engines, asked === "handler" ? asked : "command");
  const pipeline = image === "pipeline" && isPipelineTask(task) ? task : undefined;
  const able =
    asked === undefined
      ? engines.filter((engine) => serves(engine, task, pipeline))
      : [engineNamed(engines, asked)];
  if (able.length === 0) {
    throw new BerthError("unprocessable", `no engine here serves ${task}, which ${model.repo} is for`, {
      param: "model",
    });
  }
  const reasons: string[] = [];
  for (const engine of able) {
    const answer = acceptsAs(engine, model, pipeline);
    if (answer.ok) return engine;
    reasons.push(`${engine.name}: ${answer.reason}`);
  }
  throw new BerthError("unprocessable", `no engine can serve ${model.repo}: ${reasons.join("; ")}`, {
    param: "model",
    details: { reasons },
  });
}

function serves(engine: Engine, task: Task, pipeline: PipelineTask | undefined): boolean {
  if (pipeline !== undefined) return engine.pipelines?.includes(pipeline) === true;
  return engine.name !== "command" && engine.name !== "handler" && engine.tasks.includes(task);
}

function acceptsAs(
  engine: Engine,
  model: Model,
  pipeline: PipelineTask | undefined,
): ReturnType<Engine["accepts"]> {
  if (pipeline !== undefined && engine.pipelines?.includes(pipeline) !== true)
    return { ok: false, reason: `it answers no ${pipeline} at /predict` };
  return engine.accepts(model, pipeline);
}

function engineNamed(engines: readonly Engine[], name: Engine["name"]): Engine {
  const engine = engines.find((each) => each.name === name);
  if (engine !== undefined) return engine;
  throw mismatch(
    "engine",
    `there is no engine ${name} here; choose from ${engines.map((each) => each.name).join(", ")}`,
  );
}

function mismatch(param: string, message: string): BerthError {
  return new BerthError("invalid_request", message, { param });
}
