import { imageSchema, type Task } from "@berth/api";
import type { Hub } from "@berth/catalog";
import type { Models } from "../services/models.ts";
import type { Handlers } from "./handler.ts";

type ModelRoute = "listModels" | "getModel" | "deleteModel" | "addLocalModel";

export function modelHandlers(models: Models): Pick<Handlers, ModelRoute> {
  return {
    listModels: ({ query }) => models.listing({ profile: query.profile, refresh: query.refresh === "true" }),
    getModel: ({ params }) => models.get(params.id),
    deleteModel: ({ params }, { signal }) => models.remove(params.id, signal),
    addLocalModel: ({ body }, { signal }) => models.add(body, signal),
  };
}

const defaultLimit = 20;

export function hubHandlers(hub: Hub): Pick<Handlers, "searchHub" | "getHubModel"> {
  return {
    searchHub: async ({ query }, { signal }) => {
      const { q, task, limit = defaultLimit } = query;
      return { data: [...(await hub.search({ text: q, task: task && hubTask(task), limit }, signal))] };
    },
    getHubModel: ({ params, query }, { signal }) => hub.describe(params.repo, query.revision, signal),
  };
}

/** Commands' short names are understood too: `embeddings` is the hub's `feature-extraction`. */
function hubTask(task: string): string {
  const image = imageSchema.safeParse(task);
  if (!image.success) return task;
  switch (image.data) {
    case "text-generation":
      return "text-generation" satisfies Task;
    case "embeddings":
      return "feature-extraction" satisfies Task;
    case "rerank":
      return "text-ranking" satisfies Task;
    case "speech-recognition":
      return "automatic-speech-recognition" satisfies Task;
    case "pipeline":
    case "command":
    case "handler":
    case "other":
      return task;
  }
}
