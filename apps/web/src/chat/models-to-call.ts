import type { Service, ServiceStatus } from "@berth/api";
import type { CallableModel } from "@berth/client";
import { isOver } from "../services/service-state.tsx";

/** A name that can be put into `model`, and what is known of what answers. */
export interface ModelToCall {
  readonly name: string;
  readonly model: string | undefined;
  readonly status: ServiceStatus | undefined;
  readonly contextTokens: number | undefined;
}

/** What a person can chat with: services by name first, then the names of models that any of them answers to. */
export function modelsToCall(
  callable: readonly CallableModel[],
  services: readonly Service[],
): readonly ModelToCall[] {
  const chatting = services.filter((one) => one.task === "text-generation" && !isOver(one.status));
  const named = chatting.map((one) => ({
    name: one.name,
    model: one.model ?? undefined,
    status: one.status,
    contextTokens: one.contextTokens ?? undefined,
  }));
  const others = callable
    .filter(
      ({ id, task }) =>
        !named.some(({ name }) => name === id) && (task ?? "text-generation") === "text-generation",
    )
    .filter(({ id }) => !services.some((one) => one.id === id))
    .map(({ id, status, context_length: context }) => ({
      name: id,
      model: undefined,
      status: status === "starting" ? ("STARTING" as const) : ("HEALTHY" as const),
      contextTokens: typeof context === "number" ? context : undefined,
    }));
  return [...named, ...others];
}

/** The one to begin with: the one used last if it can be called, else one that answers now. */
export function firstChoice(models: readonly ModelToCall[], last: string | undefined): string | undefined {
  if (models.some(({ name }) => name === last)) return last;
  return (models.find(({ status }) => status === "HEALTHY") ?? models[0])?.name;
}
