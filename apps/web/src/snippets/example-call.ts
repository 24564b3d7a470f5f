import type { Task } from "@berth/api";
import type { Call } from "./snippet.ts";

/** A small call that the model can answer, to show how it is called. */
export function exampleCall(model: string, task: Task): Omit<Call, "baseUrl"> {
  switch (task) {
    case "feature-extraction":
      return { operation: "embeddings", model, body: { input: ["Orcas hunt in families."] } };
    case "text-ranking":
      return {
        operation: "rerank",
        model,
        body: {
          query: "Who hunts in families?",
          documents: ["Orcas hunt in families.", "Gulls nest on ledges."],
        },
      };
    case "automatic-speech-recognition":
      return { operation: "transcription", model, body: { response_format: "verbose_json" } };
    case "text-generation":
    case "text-classification":
    case "unknown":
      return {
        operation: "chat",
        model,
        body: { messages: [{ role: "user", content: "Why are orcas so awesome?" }] },
      };
  }
}
