import type { CallableModel } from "../../model-list.ts";

/** `GET /v1/models/{id}` as Anthropic's clients read it. */
export function anthropicModel({ id, created, context_length }: CallableModel): object {
  return {
    type: "model",
    id,
    display_name: id,
    created_at: new Date(created * 1000).toISOString(),
    lifecycle: "active",
    max_input_tokens: context_length,
  };
}

/** `GET /v1/models` as Anthropic's clients read it. */
export function anthropicModels(models: readonly CallableModel[]): object {
  return {
    data: models.map(anthropicModel),
    has_more: false,
    first_id: models[0]?.id ?? null,
    last_id: models.at(-1)?.id ?? null,
  };
}
