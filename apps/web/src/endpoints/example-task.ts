import type { EndpointTemplate, Image, Task } from "@berth/api";

const tasks: Readonly<Record<Image, Task>> = {
  "text-generation": "text-generation",
  embeddings: "feature-extraction",
  rerank: "text-ranking",
  "speech-recognition": "automatic-speech-recognition",
  command: "unknown",
  other: "unknown",
};

/** What an endpoint's replicas do, as far as the template says: most models generate text. */
export function exampleTask(template: Pick<EndpointTemplate, "image"> | null): Task {
  return template === null ? "unknown" : tasks[template.image ?? "text-generation"];
}

/** A body for `/predict` such as those that do this task understand. */
export function exampleInput(task: Task): Record<string, unknown> {
  switch (task) {
    case "text-generation":
      return { prompts: "Why are orcas so awesome?" };
    case "feature-extraction":
      return { args: "Orcas hunt in families." };
    case "text-classification":
      return { texts: "Orcas hunt in families." };
    case "text-ranking":
      return {
        query: "Who hunts in families?",
        documents: ["Orcas hunt in families.", "Gulls nest on ledges."],
      };
    case "automatic-speech-recognition":
    case "unknown":
      return { input: "Orcas hunt in families." };
  }
}
