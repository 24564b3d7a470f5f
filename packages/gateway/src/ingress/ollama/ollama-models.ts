import type { CallableModel } from "../../model-list.ts";

/** The version of Ollama whose API this is; clients look at it to know what they may ask. */
export const ollamaVersion = { version: "0.13.0" };

/** `GET /api/tags`: what can be called. Sizes and digests are not known of models that run elsewhere. */
export function ollamaTags(models: readonly CallableModel[]): object {
  return { models: models.map((model) => listed(model)) };
}

/** `GET /api/ps`: what is ready. */
export function ollamaRunning(models: readonly CallableModel[]): object {
  return {
    models: models
      .filter(({ status }) => status === "ready")
      .map((model) => ({
        ...listed(model),
        // there until somebody stops it
        expires_at: "9999-12-31T23:59:59Z",
        size_vram: 0,
        ...(model.context_length === null ? {} : { context_length: model.context_length }),
      })),
  };
}

/** `POST /api/show`. */
export function ollamaShow({ created, root, task, context_length }: CallableModel): object {
  return {
    modelfile: "",
    parameters: "",
    template: "",
    details: details(),
    model_info: {
      "general.architecture": "unknown",
      "general.basename": root,
      ...(context_length === null ? {} : { "unknown.context_length": context_length }),
    },
    capabilities: capabilitiesOf(task),
    modified_at: timeOf(created),
  };
}

/** Of a provider's models nobody says what they do; most chat. */
function capabilitiesOf(task: string): readonly string[] {
  switch (task) {
    case "text-generation":
    case "unknown":
      return ["completion", "tools"];
    case "feature-extraction":
      return ["embedding"];
  }
  return [];
}

function listed({ id, created }: CallableModel): object {
  return { name: id, model: id, modified_at: timeOf(created), size: 0, digest: "", details: details() };
}

function details(): object {
  return {
    parent_model: "",
    format: "",
    family: "",
    families: [],
    parameter_size: "",
    quantization_level: "",
  };
}

function timeOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
