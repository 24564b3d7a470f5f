import { BerthError, isVisibleTo } from "@berth/api";
import type { NamedRoute, Principal, Upstream } from "./ports.ts";
import { upstreamId } from "./routing/upstream-id.ts";

const namedAtMost = 10;

/** Throws `forbidden` unless the caller may use models at all. */
export function requireInference(principal: Principal): void {
  if (principal.scopes.includes("inference")) return;
  throw new BerthError("forbidden", "this key may not call models; use one with the scope inference", {
    param: "Authorization",
  });
}

/** A key that is limited to some models may call a service by any of its names if it may by one. */
export function mayCall(principal: Principal, name: string, upstream: Upstream): boolean {
  const models = principal.models;
  return (
    models === null ||
    models.includes(name) ||
    models.includes(upstream.name) ||
    models.includes(upstream.model) ||
    models.includes(upstreamId(upstream))
  );
}

/** Whether the caller may know of the name at all: others' private endpoints are as if they were not there. */
export function isVisible(principal: Principal, { endpoint }: NamedRoute): boolean {
  return endpoint === undefined || isVisibleTo(endpoint, principal);
}

/** The route behind `name` with those upstreams that the caller may use. Throws `forbidden` when there are none. */
export function permitted(principal: Principal, name: string, route: NamedRoute): NamedRoute {
  const { endpoint } = route;
  if (principal.models === null || principal.models.includes(name)) return route;
  if (endpoint !== undefined && principal.models.includes(endpoint.fullName)) return route;
  const upstreams = route.upstreams.filter(({ upstream }) => mayCall(principal, name, upstream));
  // an endpoint is called by its names, not by those of its replicas
  if (upstreams.length > 0 && endpoint === undefined) return { ...route, upstreams };
  const some = principal.models.slice(0, namedAtMost).map((model) => `\`${model}\``);
  const rest = principal.models.length - some.length;
  const may = some.length === 0 ? "none" : some.join(", ") + (rest > 0 ? ` and ${rest} more` : "");
  throw new BerthError("forbidden", `this key may not call \`${name}\`; it may call ${may}`, {
    param: "model",
  });
}
