import type {
  NamedRoute,
  ProviderModel,
  ProviderUpstream,
  RoutedUpstream,
  RoutingSnapshot,
  Upstream,
} from "@berth/api";
import { type ConfiguredRoute, weighed } from "../providers/configured-route.ts";
import { planEndpointNames, type RoutedEndpointRow } from "../endpoints/plan-endpoint-names.ts";
import type { RoutedProvider } from "../providers/routed-provider.ts";
import { ownNamePolicy, type ServiceNames } from "./plan-routes.ts";

/** Everything that can be named, and what a route's target leads to. */
export interface PlannedNames extends Omit<RoutingSnapshot, "version"> {
  /** Who answers for a target of a route; nobody when nothing has the name. Other routes are not among them. */
  readonly resolve: (model: string) => readonly Upstream[];
}

/**
 * Puts together what can be named in `model`. Of one name, a configured route goes before services, and these before
 * providers' models: what a service has been asked for never goes to a paid server unless a route says so. A model that
 * several providers have leads to the one that was made first, and to the others when that cannot answer.
 */
export function planNames(
  services: ServiceNames,
  providers: readonly RoutedProvider[],
  configured: readonly ConfiguredRoute[],
  endpointRows: readonly RoutedEndpointRow[] = [],
): PlannedNames {
  const routes = new Map<string, NamedRoute>();
  for (const provider of providers) {
    for (const model of provider.models) {
      const upstream = providerUpstream(provider, model);
      routes.set(upstream.id, { policy: ownNamePolicy, upstreams: [{ upstream, weight: 1, group: 0 }] });
    }
  }
  for (const [name, upstreams] of byPlainName([...routes.values()])) {
    // another provider's whole name, `lab/llama`, goes before a model that is called so
    if (!routes.has(name)) routes.set(name, { policy: ownNamePolicy, upstreams });
  }
  // who answers for a fallback is never an endpoint: nothing goes round in circles
  const beside = new Map([...routes, ...services.routes]);
  const endpoints = planEndpointNames(endpointRows, (model) => firstOf(beside.get(model)));
  for (const [name, route] of services.routes) routes.set(name, route);
  // an endpoint's name goes before a model's, but not before that of a service that lives
  for (const [name, route] of endpoints.routes) {
    const behind = routes.get(name);
    if (!isBorne(services.routes.get(name), name)) routes.set(name, lastBehind(route, behind));
  }

  // a target never leads to a route: a route may bear its model's name, and nothing goes round in circles
  const own = new Map(routes);
  const resolve = (model: string): readonly Upstream[] => firstOf(own.get(model));
  const named = (route: ConfiguredRoute): NamedRoute => ({
    policy: route.policy,
    upstreams: routedUpstreams(route, resolve),
  });
  const patterns: { readonly pattern: RegExp; readonly route: NamedRoute }[] = [];
  let fallback: NamedRoute | undefined;
  for (const route of configured) {
    switch (route.row.match) {
      case "exact":
        routes.set(route.row.name, named(route));
        break;
      case "regex":
        if (route.pattern !== undefined) patterns.push({ pattern: route.pattern, route: named(route) });
        break;
      case "default":
        fallback = named(route);
        break;
    }
  }
  const anyPath = providers.find((provider) => provider.anyPath)?.target;
  return {
    routes,
    endpoints: endpoints.endpoints,
    patterns,
    fallback,
    ports: services.ports,
    anyPath,
    resolve,
  };
}

/** Of several providers the first: the others may cost, and can be written down by their whole names. */
function firstOf(route: NamedRoute | undefined): readonly Upstream[] {
  return (route?.upstreams ?? []).filter(({ group }) => group === 0).map(({ upstream }) => upstream);
}

/** From whom an endpoint is hidden, what else has its name is not. */
function lastBehind(route: NamedRoute, behind: NamedRoute | undefined): NamedRoute {
  if (behind === undefined || route.endpoint?.visibility === "public") return route;
  return { ...route, behind: route.behind === undefined ? behind : lastBehind(route.behind, behind) };
}

function isBorne(route: NamedRoute | undefined, name: string): boolean {
  return (route?.upstreams ?? []).some(
    ({ upstream }) =>
      upstream.kind === "service" &&
      upstream.state.kind !== "unavailable" &&
      (upstream.name === name || upstream.serviceId === name),
  );
}

function byPlainName(models: readonly NamedRoute[]): Map<string, RoutedUpstream[]> {
  const names = new Map<string, RoutedUpstream[]>();
  for (const { upstream } of models.flatMap(({ upstreams }) => upstreams)) {
    const others = names.get(upstream.name) ?? [];
    others.push({ upstream, weight: 1, group: others.length });
    names.set(upstream.name, others);
  }
  return names;
}

/** Those of one target share its weight. Whoever two targets lead to has the first's place. */
function routedUpstreams(
  { row }: ConfiguredRoute,
  resolve: (model: string) => readonly Upstream[],
): RoutedUpstream[] {
  const found = new Map<string, RoutedUpstream>();
  for (const { model, weight, group } of weighed(row)) {
    const upstreams = resolve(model);
    for (const upstream of upstreams) {
      const id = upstream.kind === "service" ? upstream.serviceId : upstream.id;
      if (!found.has(id)) found.set(id, { upstream, weight: weight / upstreams.length, group });
    }
  }
  return [...found.values()].toSorted((a, b) => a.group - b.group);
}

function providerUpstream(
  { target, isDown, createdAtMs }: RoutedProvider,
  model: ProviderModel,
): ProviderUpstream {
  return {
    kind: "provider",
    id: `${target.provider}/${model.name}`,
    name: model.name,
    model: model.upstreamName,
    task: model.task,
    contextTokens: model.contextTokens,
    createdAtMs,
    target,
    isDown,
    maxOutputTokens: model.maxOutputTokens,
    price: model.price,
    prompt: model.prompt,
    defaults: model.defaults,
  };
}
