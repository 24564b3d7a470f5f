import { BerthError } from "@berth/api";
import { nearest } from "@berth/std/nearest";
import { isVisible, mayCall, mayCallEndpoint } from "./permission.ts";
import type { NamedRoute, Principal, Upstream } from "./ports.ts";
import { isReady } from "./routing/upstream-id.ts";

type Routes = ReadonlyMap<string, NamedRoute>;

/** One name that can be given as `model`: OpenAI's four fields, and what helps to choose. */
export interface CallableModel {
  readonly id: string;
  readonly object: "model";
  /** Seconds since 1970 UTC. */
  readonly created: number;
  /** `berth`, or the provider's name. */
  readonly owned_by: string;
  /** The model behind the name. */
  readonly root: string;
  readonly task: string;
  readonly status: "ready" | "starting";
  readonly context_length: number | null;
  /** An endpoint's, where it has one. */
  readonly description?: string;
}

/** Every model and service name that the caller may use and that can answer, now or when it has started. */
export function callableModels(routes: Routes, principal: Principal): CallableModel[] {
  const models: CallableModel[] = [];
  for (const [name, route] of routes) {
    if (!isVisible(principal, route) || isOnlyAlias(name, route)) continue;
    // ids are good in `model` too, but would list everything twice
    if (route.upstreams.every(({ upstream }) => isIdOnly(name, upstream))) continue;
    const model = callableModel(name, route, principal);
    if (model !== undefined) models.push(model);
  }
  return models;
}

/** Throws `model_not_found`, with what may have been meant. */
export function findModel(routes: Routes, principal: Principal, name: string): CallableModel {
  const model = callableModel(name, routes.get(name), principal);
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
  route: NamedRoute | undefined,
  principal: Principal,
): CallableModel | undefined {
  if (route === undefined || !isVisible(principal, route)) return undefined;
  const upstreams = route.upstreams.map(({ upstream }) => upstream);
  const { endpoint } = route;
  const isCallable =
    endpoint === undefined
      ? (upstream: Upstream) => mayCall(principal, name, upstream)
      : () => mayCallEndpoint(principal, name, { ...route, endpoint });
  const callable = upstreams.filter((upstream) => canAnswer(upstream) && isCallable(upstream));
  const [first] = callable;
  if (first === undefined) return undefined;
  const shown = callable.find(isReady) ?? first;
  return {
    id: name,
    object: "model",
    created: Math.floor(Math.min(...callable.map((upstream) => upstream.createdAtMs)) / 1000),
    owned_by: shown.kind === "service" ? "berth" : shown.target.provider,
    root: shown.model,
    task: shown.task,
    status: isReady(shown) ? "ready" : "starting",
    context_length: shown.contextTokens,
    ...(endpoint?.description == null ? {} : { description: endpoint.description }),
  };
}

/** An endpoint is listed by its names of today. */
function isOnlyAlias(name: string, { endpoint }: NamedRoute): boolean {
  if (endpoint === undefined) return false;
  const { fullName, owner } = endpoint;
  return name !== fullName && `${owner}/${name}` !== fullName;
}

function isIdOnly(name: string, upstream: Upstream): boolean {
  return upstream.kind === "service" && upstream.serviceId === name && upstream.name !== name;
}

function canAnswer(upstream: Upstream): boolean {
  return upstream.kind === "provider" || upstream.state.kind !== "unavailable";
}
