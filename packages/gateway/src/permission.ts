import { BerthError, isVisibleTo, type RoutedEndpoint } from "@berth/api";
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

/** What a name leads to for the caller; nothing where it leads to what is hidden from them. */
export function seenBy(principal: Principal, route: NamedRoute | undefined): NamedRoute | undefined {
  for (let one = route; one !== undefined; one = one.behind) if (isVisible(principal, one)) return one;
  return undefined;
}

/** An endpoint is called by its own names, not by those of its replicas or of their model. */
export function mayCallEndpoint(
  { models }: Principal,
  name: string,
  { endpoint, upstreams }: NamedRoute & { readonly endpoint: RoutedEndpoint },
): boolean {
  const { endpointId, fullName, owner } = endpoint;
  if (models === null || models.includes(endpointId) || models.includes(fullName)) return true;
  const isOwn =
    `${owner}/${name}` === fullName ||
    upstreams.every(({ upstream }) => upstream.model !== name && upstream.name !== name);
  return isOwn && models.includes(name);
}

/** The route behind `name` with those upstreams that the caller may use. Throws `forbidden` when there are none. */
export function permitted(principal: Principal, name: string, route: NamedRoute): NamedRoute {
  const { endpoint } = route;
  if (principal.models === null) return route;
  if (endpoint !== undefined) {
    if (mayCallEndpoint(principal, name, { ...route, endpoint })) return route;
    throw mayNotCall(principal.models, name);
  }
  if (principal.models.includes(name)) return route;
  const upstreams = route.upstreams.filter(({ upstream }) => mayCall(principal, name, upstream));
  if (upstreams.length > 0) return { ...route, upstreams };
  throw mayNotCall(principal.models, name);
}

function mayNotCall(models: readonly string[], name: string): BerthError {
  const some = models.slice(0, namedAtMost).map((model) => `\`${model}\``);
  const rest = models.length - some.length;
  const may = some.length === 0 ? "none" : some.join(", ") + (rest > 0 ? ` and ${rest} more` : "");
  return new BerthError("forbidden", `this key may not call \`${name}\`; it may call ${may}`, {
    param: "model",
  });
}
