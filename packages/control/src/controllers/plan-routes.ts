import {
  hasEnded,
  type EngineOptions,
  type NamedRoute,
  type RoutePolicy,
  type ServiceUpstream,
} from "@berth/api";
import type { ServiceRow } from "@berth/store";
import { launchIdOf, launchSecretOf } from "../services/launch-ref.ts";
import type { LiveFact } from "./live-facts.ts";

export interface RoutedService {
  readonly row: ServiceRow;
  readonly fact: LiveFact | undefined;
  readonly expectedReadyAtMs: number | undefined;
  /** As these make it, where that is known already. */
  readonly upstream?: ServiceUpstream;
}

interface Ranked {
  readonly rank: number;
  readonly at: number;
  readonly upstream: ServiceUpstream;
}

/** What services alone give a name to. */
export interface ServiceNames {
  readonly routes: ReadonlyMap<string, NamedRoute>;
  readonly ports: ReadonlyMap<number, ServiceUpstream>;
}

/** How requests go that name a service or a model, and no configured route. */
export const ownNamePolicy: RoutePolicy = {
  route: undefined,
  strategy: "least-outstanding",
  retries: 1,
  firstTokenMs: null,
  cache: null,
  logBodies: false,
};

/**
 * What can be named in `model`, and where it leads: a service by its id and its name, and the model it serves. Of one
 * name, healthy services come first and keep unhealthy ones out; starting ones follow; only where nothing lives does the
 * service that ended last tell why.
 */
export function planRoutes(services: readonly RoutedService[]): ServiceNames {
  const named = new Map<string, Ranked[]>();
  const ports = new Map<number, ServiceUpstream>();
  for (const {
    row,
    fact,
    expectedReadyAtMs,
    upstream = upstreamOf(row, fact, expectedReadyAtMs),
  } of services) {
    const { service } = row;
    const ranked = { rank: rankOf(row, upstream), at: service.updatedAt, upstream };
    for (const name of new Set([service.id, service.name, upstream.model])) {
      const others = named.get(name);
      if (others === undefined) named.set(name, [ranked]);
      else others.push(ranked);
    }
    if (service.port !== null && !hasEnded(service.status)) ports.set(service.port, upstream);
  }
  const routes = new Map<string, NamedRoute>();
  for (const [name, candidates] of named) {
    const upstreams = preferred(name, candidates).map((upstream) => ({ upstream, weight: 1, group: 0 }));
    routes.set(name, { policy: ownNamePolicy, upstreams });
  }
  return { routes, ports };
}

const healthy = 0;
const unhealthy = 1;
const starting = 2;
const stopping = 3;
const ended = 4;

function rankOf({ service }: ServiceRow, { state }: ServiceUpstream): number {
  if (hasEnded(service.status)) return ended;
  if (state.kind === "unavailable") return stopping;
  if (state.kind === "starting") return starting;
  return service.status === "UNHEALTHY" ? unhealthy : healthy;
}

function preferred(name: string, candidates: readonly Ranked[]): readonly ServiceUpstream[] {
  // whoever bears the name goes before whoever serves a model of that name
  const bearers = candidates.filter(({ upstream, rank }) => upstream.model !== name && rank < ended);
  const pool = bearers.length > 0 ? bearers : candidates;
  const best = Math.min(...pool.map(({ rank }) => rank));
  if (best >= stopping) {
    const [last] = pool.filter(({ rank }) => rank === best).toSorted((a, b) => b.at - a.at);
    return last === undefined ? [] : [last.upstream];
  }
  return pool
    .filter(({ rank }) => rank < stopping && !(best === healthy && rank === unhealthy))
    .toSorted((a, b) => a.rank - b.rank || a.upstream.createdAtMs - b.upstream.createdAtMs)
    .map(({ upstream }) => upstream);
}

/** A service as requests are sent to it. */
export function upstreamOf(
  row: ServiceRow,
  fact: LiveFact | undefined,
  expectedReadyAtMs: number | undefined,
): ServiceUpstream {
  const { service } = row;
  return {
    kind: "service",
    serviceId: service.id,
    ...(service.replicaOf === null ? {} : { endpointId: service.replicaOf.endpointId }),
    name: service.name,
    model: service.model ?? service.name,
    task: service.task,
    state: stateOf(row, fact, expectedReadyAtMs),
    apiKeyHash: row.apiKeyHash ?? undefined,
    contextTokens: service.contextTokens,
    createdAtMs: service.createdAt,
    anyPath: service.engine === "command" || service.engine === "handler" || service.image === "pipeline",
    // its image knows POST /transcribe and nothing else
    takesUploads: service.engine !== "whisper",
    ...(service.options.lora === undefined ? {} : { adapters: adaptersOf(service.options.lora) }),
    gpus: gpusOf(service.resources?.gres),
  };
}

function adaptersOf(lora: NonNullable<EngineOptions["lora"]>): string {
  return lora.map(({ path, scale }) => `${path}=${scale}`).join(" ");
}

function stateOf(
  row: ServiceRow,
  fact: LiveFact | undefined,
  expectedReadyAtMs: number | undefined,
): ServiceUpstream["state"] {
  const { id, name, status, statusReason } = row.service;
  switch (status) {
    case "HEALTHY":
    case "UNHEALTHY": {
      const address = fact?.launchId === launchIdOf(id, row.attempt) ? fact.address : undefined;
      return address === undefined
        ? { kind: "starting", reason: "it is being looked for", expectedReadyAtMs: undefined }
        : { kind: "ready", address, secret: launchSecretOf(row) };
    }
    case "SUBMITTED":
    case "PENDING":
      return { kind: "starting", reason: statusReason ?? "it waits to be launched", expectedReadyAtMs };
    case "STARTING":
      return {
        kind: "starting",
        reason: fact?.progress ?? statusReason ?? "it is starting",
        expectedReadyAtMs,
      };
    case "STOPPING":
      return { kind: "unavailable", reason: `service ${name} is stopping` };
    case "STOPPED":
    case "FAILED":
    case "TIMEOUT":
    case "PREEMPTED":
      return {
        kind: "unavailable",
        reason:
          `service ${name} is ${status}: ${statusReason ?? "no reason was given"}; ` +
          `"berth restart ${name}" starts it again, "berth logs ${name}" shows its log`,
      };
  }
}

/** `2`, `gpu:2`, `gpu:a100:2`; a kind without a count is one. */
function gpusOf(gres: string | undefined): number {
  if (gres === undefined) return 0;
  return Number(/(?:^|:)(\d+)$/.exec(gres)?.[1] ?? 1);
}
