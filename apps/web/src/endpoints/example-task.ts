import type { EndpointTemplate, Image, Task } from "@berth/api";
import { findPipelineForm } from "@berth/api/pipelines";

const tasks: Readonly<Record<Image, Task>> = {
  "text-generation": "text-generation",
  embeddings: "feature-extraction",
  rerank: "text-ranking",
  "speech-recognition": "automatic-speech-recognition",
  pipeline: "unknown",
  command: "unknown",
  handler: "unknown",
  other: "unknown",
};

/** What an endpoint's replicas do, as far as the template says: most models generate text. */
export function exampleTask(
  template: Pick<EndpointTemplate, "image" | "task" | "command" | "handler"> | null,
): Task {
  if (template === null || template.command !== undefined || template.handler !== undefined) return "unknown";
  return template.task ?? tasks[template.image ?? "text-generation"];
}

/** A body for `/predict` such as those that do this task understand. */
export function exampleInput(task: Task): Record<string, unknown> {
  if (task === "text-ranking")
    return {
      query: "Who hunts in families?",
      documents: ["Orcas hunt in families.", "Gulls nest on ledges."],
    };
  const form = findPipelineForm(task);
  return form === undefined ? { input: "Orcas hunt in families." } : { ...form.example.request };
}
