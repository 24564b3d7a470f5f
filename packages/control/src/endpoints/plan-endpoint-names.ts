import type { EndpointTemplate, NamedRoute, RoutedUpstream, ServiceUpstream, Upstream } from "@berth/api";
import type { EndpointRow } from "@berth/store";
import { ownNamePolicy } from "../controllers/plan-routes.ts";

/** An endpoint with whom its calls go to. */
export interface RoutedEndpointRow {
  readonly row: EndpointRow;
  /** Those that get new requests, ready or starting. */
  readonly replicas: readonly ServiceUpstream[];
  /** Why there is nobody, and since when somebody is expected; told while requests wait. */
  readonly absence: ServiceUpstream["state"] & { readonly kind: "starting" | "unavailable" };
}

/** What endpoints give a name to. */
export interface EndpointNames {
  /** Ids, full names, and short names: of several endpoints of one name, the first one's that the caller sees. */
  readonly routes: ReadonlyMap<string, NamedRoute>;
  /** By full names, former ones included. */
  readonly endpoints: ReadonlyMap<string, NamedRoute>;
}

/**
 * The names of endpoints, and where they lead. One that has no replica leads to a service that is not there yet: calls wait for
 * it, and waking it wakes the endpoint. `resolve` tells who answers for a fallback.
 */
export function planEndpointNames(
  endpoints: readonly RoutedEndpointRow[],
  resolve: (model: string) => readonly Upstream[],
): EndpointNames {
  const routes = new Map<string, NamedRoute>();
  const byFullName = new Map<string, NamedRoute>();
  const shortNames = new Map<string, NamedRoute[]>();
  const live = endpoints.filter(({ row }) => !row.isDeleted && hasReplicas(row));
  for (const endpoint of live) {
    const { owner, name, id } = endpoint.row;
    const route = routeOf(endpoint, resolve);
    byFullName.set(`${owner}/${name}`, route);
    routes.set(id, route);
    const namesakes = shortNames.get(name);
    if (namesakes === undefined) shortNames.set(name, [route]);
    else namesakes.push(route);
  }
  for (const [name, namesakes] of shortNames) {
    // another's id is never taken
    if (!routes.has(name)) routes.set(name, chained(namesakes));
  }
  for (const { row } of live) {
    const route = routes.get(row.id);
    for (const former of row.formerNames) {
      const fullName = `${row.owner}/${former}`;
      if (route !== undefined && !byFullName.has(fullName)) byFullName.set(fullName, route);
    }
  }
  for (const [fullName, route] of byFullName) routes.set(fullName, route);
  return { routes, endpoints: byFullName };
}

/** What was deployed answers, whatever has been ordered for the next time. */
function hasReplicas({ configuration, currentDeployment, nextDeployment }: EndpointRow): boolean {
  return configuration.template !== null || currentDeployment !== null || nextDeployment !== null;
}

/** The first one's, and behind it the next one's, for those from whom it is hidden. */
function chained([first, ...others]: readonly NamedRoute[]): NamedRoute {
  if (first === undefined) throw new TypeError("nobody has the name");
  return others.length === 0 || first.endpoint?.visibility === "public"
    ? first
    : { ...first, behind: chained(others) };
}

function routeOf(
  { row, replicas, absence }: RoutedEndpointRow,
  resolve: (model: string) => readonly Upstream[],
): NamedRoute {
  const { id: endpointId, owner, name, description, visibility, fallback, coldStart } = row;
  const { concurrency: atOnce } = row.scaling;
  const fullName = `${owner}/${name}`;
  const bounded = atOnce === null ? replicas : replicas.map((replica) => ({ ...replica, atOnce }));
  const upstreams = bounded.length > 0 ? bounded : [placeholder(row, absence)];
  return {
    policy: ownNamePolicy,
    upstreams: routed(upstreams),
    endpoint: {
      endpointId,
      fullName,
      owner,
      description,
      visibility,
      fallback: fallback === null ? [] : routed(resolve(fallback)),
      coldStart,
    },
  };
}

function placeholder(row: EndpointRow, state: RoutedEndpointRow["absence"]): ServiceUpstream {
  const { id, owner, name, createdAt, configuration } = row;
  const { template } = configuration;
  return {
    kind: "service",
    serviceId: id,
    endpointId: id,
    name: `${owner}/${name}`,
    model: template?.model ?? name,
    task: "unknown",
    state,
    apiKeyHash: undefined,
    contextTokens: null,
    createdAtMs: createdAt,
    anyPath: template !== null && takesAnyPath(template),
    takesUploads: true,
    gpus: 0,
  };
}

/** As of a replica that is there: what a path means does not change when the endpoint comes to nothing. */
function takesAnyPath({ engine, image, command, handler }: EndpointTemplate): boolean {
  return engine === "command" || command !== undefined || handler !== undefined || image === "pipeline";
}

function routed(upstreams: readonly Upstream[]): RoutedUpstream[] {
  return upstreams.map((upstream) => ({ upstream, weight: 1, group: 0 }));
}
