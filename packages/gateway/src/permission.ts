import { BerthError } from "@berth/api";
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

/** The route behind `name` with those upstreams that the caller may use. Throws `forbidden` when there are none. */
export function permitted(principal: Principal, name: string, route: NamedRoute): NamedRoute {
  if (principal.models === null || principal.models.includes(name)) return route;
  const upstreams = route.upstreams.filter(({ upstream }) => mayCall(principal, name, upstream));
  if (upstreams.length > 0) return { policy: route.policy, upstreams };
  const some = principal.models.slice(0, namedAtMost).map((model) => `\`${model}\``);
  const rest = principal.models.length - some.length;
  const may = some.length === 0 ? "none" : some.join(", ") + (rest > 0 ? ` and ${rest} more` : "");
  throw new BerthError("forbidden", `this key may not call \`${name}\`; it may call ${may}`, {
    param: "model",
  });
}
