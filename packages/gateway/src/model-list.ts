import { BerthError } from "@berth/api";
import { nearest } from "@berth/std/nearest";
import { mayCall } from "./permission.ts";
import type { Principal, ServiceUpstream } from "./ports.ts";
import type { Routes } from "./reachable-routes.ts";

/** One name that can be given as `model`: OpenAI's four fields, and what helps to choose. */
export interface CallableModel {
  readonly id: string;
  readonly object: "model";
  /** Seconds since 1970 UTC. */
  readonly created: number;
  readonly owned_by: "berth";
  /** The model behind a service's name. */
  readonly root: string;
  readonly task: string;
  readonly status: "ready" | "starting";
  readonly context_length: number | null;
}

/** Every model and service name that the caller may use and that can answer, now or when it has started. */
export function callableModels(routes: Routes, principal: Principal): CallableModel[] {
  const models: CallableModel[] = [];
  for (const [name, upstreams] of routes) {
    // ids are good in `model` too, but would list everything twice
    if (upstreams.every((upstream) => upstream.serviceId === name && upstream.name !== name)) continue;
    const model = callableModel(name, upstreams, principal);
    if (model !== undefined) models.push(model);
  }
  return models;
}

/** Throws `model_not_found`, with what may have been meant. */
export function findModel(routes: Routes, principal: Principal, name: string): CallableModel {
  const model = callableModel(name, routes.get(name) ?? [], principal);
  if (model === undefined) throw modelNotFound(name, routes, principal);
  return model;
}

export function modelNotFound(name: string, routes: Routes, principal: Principal): BerthError {
  const names = callableModels(routes, principal).map(({ id }) => id);
  const near = nearest(name, names);
  const guess = near.length === 0 ? "" : ` Did you mean ${near.map((id) => `\`${id}\``).join(" or ")}?`;
  const shown = name.length > 200 ? `${name.slice(0, 200)}...` : name;
  return new BerthError(
    "model_not_found",
    `there is no model \`${shown}\`.${guess} GET /v1/models lists what can be called`,
    { param: "model", details: { nearest: near } },
  );
}

function callableModel(
  name: string,
  upstreams: readonly ServiceUpstream[],
  principal: Principal,
): CallableModel | undefined {
  const callable = upstreams.filter(
    (upstream) => upstream.state.kind !== "unavailable" && mayCall(principal, name, upstream),
  );
  const [first] = callable;
  if (first === undefined) return undefined;
  const shown = callable.find((upstream) => upstream.state.kind === "ready") ?? first;
  return {
    id: name,
    object: "model",
    created: Math.floor(Math.min(...callable.map((upstream) => upstream.createdAtMs)) / 1000),
    owned_by: "berth",
    root: shown.model,
    task: shown.task,
    status: shown.state.kind === "ready" ? "ready" : "starting",
    context_length: shown.contextTokens,
  };
}
