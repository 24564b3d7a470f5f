import { BerthError, type Model, type Task } from "@berth/api";

/** Why a model's files cannot be served at all, or `null`. */
export function whyNotReady(model: Model): string | null {
  if (model.status === "ready") return null;
  return `${model.repo} is ${model.status}${model.statusReason === null ? "" : `: ${model.statusReason}`}`;
}

/** Throws BerthError `invalid_request` for any task but speech recognition. */
export function refuseOtherTask(engine: string, task: Task): void {
  if (task === "automatic-speech-recognition") return;
  throw new BerthError("invalid_request", `${engine} does not serve ${task}; it serves speech recognition`, {
    param: "image",
  });
}
