import type { Service, Task } from "@berth/api";
import { findPipelineForm } from "@berth/api/pipelines";
import type { Call } from "./snippet.ts";

/** A small call that the service can answer, to show how it is called. */
export function exampleServiceCall({
  name,
  image,
  task,
}: Pick<Service, "name" | "image" | "task">): Omit<Call, "baseUrl"> {
  const form = image === "pipeline" ? findPipelineForm(task) : undefined;
  if (form === undefined) return exampleCall(name, task);
  return { operation: "predict", model: name, body: form.example.request };
}

/** A small call that the model can answer, to show how it is called. */
export function exampleCall(model: string, task: Task): Omit<Call, "baseUrl"> {
  if (task === "feature-extraction")
    return { operation: "embeddings", model, body: { input: ["Orcas hunt in families."] } };
  if (task === "text-ranking")
    return {
      operation: "rerank",
      model,
      body: {
        query: "Who hunts in families?",
        documents: ["Orcas hunt in families.", "Gulls nest on ledges."],
      },
    };
  if (task === "automatic-speech-recognition")
    return { operation: "transcription", model, body: { response_format: "verbose_json" } };
  return {
    operation: "chat",
    model,
    body: { messages: [{ role: "user", content: "Why are orcas so awesome?" }] },
  };
}
