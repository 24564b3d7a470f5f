import { BerthError, runnerHealthPath } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import { admitUnknown } from "./admit-unknown.ts";
import type { ClientRequest } from "./client.ts";
import { passErrand } from "./errand.ts";
import type { Exchange } from "./exchange.ts";
import type { RequestBody } from "./http1/upstream-request.ts";
import type { LimitBook } from "./key-limits/limit-book.ts";
import type { GatewayLimits } from "./limits.ts";
import type { Operation } from "./operation.ts";
import { readBody } from "./read-body.ts";
import { requirePlainPath } from "./plain-path.ts";
import type {
  NamedRoute,
  Principal,
  ProviderTarget,
  RouteSource,
  RoutingSnapshot,
  ServiceUpstream,
} from "./ports.ts";
import { authHeaders } from "./providers/auth-headers.ts";
import type { Relay } from "./relay.ts";
import type { Entrance } from "./routing/find-route.ts";
import type { Sender } from "./sender.ts";

export interface PassingOptions {
  readonly routes: RouteSource;
  readonly relay: Relay;
  readonly sender: Sender;
  readonly limits: GatewayLimits;
  readonly clock: Clock;
  readonly keyLimits?: LimitBook;
}

/** Passes on what is none of ours: a user's own server on its port knows it, or the provider that takes such paths. */
export class Passing {
  readonly #options: PassingOptions;

  constructor(options: PassingOptions) {
    this.#options = options;
  }

  /** Rejects with `not_found` or `method_not_allowed` when nobody takes it. */
  async pass(
    exchange: Exchange,
    operation: Extract<Operation, { kind: "unknown" | "wrong_method" }>,
    known: {
      readonly snapshot: RoutingSnapshot;
      readonly entrance: Entrance;
      readonly principal: Principal;
      readonly service: ServiceUpstream | undefined;
    },
  ): Promise<void> {
    const { snapshot, entrance, principal, service } = known;
    const { path, target } = operation;
    if (service?.anyPath === true && path !== runnerHealthPath)
      return this.#toService(exchange, target, entrance, principal, service);
    if (entrance.kind === "endpoint" && passesToEndpoint(snapshot, entrance, path))
      return this.#toEndpoint(exchange, target, entrance, principal);
    const provider = snapshot.anyPath;
    if (entrance.kind === "main" && provider !== undefined && path.startsWith("/v1/"))
      return this.toProvider(exchange, target, principal, provider, streamedBody(exchange.request));
    if (operation.kind === "unknown")
      throw new BerthError("not_found", `there is nothing at ${path}; /api/docs lists every path`);
    const { allow } = operation;
    const message = `${exchange.request.method} is not for this path; use ${allow}`;
    throw new BerthError("method_not_allowed", message, { details: { allow } });
  }

  /** To the provider that takes what nobody else is meant by. */
  async toProvider(
    exchange: Exchange,
    target: string,
    principal: Principal,
    provider: ProviderTarget,
    body: RequestBody,
  ): Promise<void> {
    const { keyLimits, limits, clock, sender } = this.#options;
    const { path } = exchange;
    requirePlainPath(path);
    if (principal.models !== null)
      throw new BerthError("forbidden", `this key is limited to some models, and ${path} names none`, {
        param: "Authorization",
      });
    exchange.operation = "passthrough";
    exchange.asked = `${provider.provider}${path}`;
    exchange.passedTo = provider.provider;
    admitUnknown(exchange, principal, keyLimits, limits.maxBodyBytes);
    exchange.askedMs = clock.monotonic();
    exchange.tries = 1;
    await sender.passOnToProvider(exchange, {
      path: target.slice("/v1".length),
      body,
      target: provider,
      ownHeaders: authHeaders(provider),
    });
  }

  async #toService(
    exchange: Exchange,
    path: string,
    entrance: Entrance,
    principal: Principal,
    service: ServiceUpstream,
  ): Promise<void> {
    const { routes, relay, sender, clock } = this.#options;
    exchange.operation = "passthrough";
    exchange.asked = service.name;
    exchange.askedMs = clock.monotonic();
    const body = streamedBody(exchange.request);
    const given = { routes, entrance, principal, sender };
    await relay.run(exchange, passErrand(exchange, path, body, service.name, given));
  }

  /** To a replica, started if there is none. What is short is kept, so that another may be asked when the first one is lost. */
  async #toEndpoint(
    exchange: Exchange,
    path: string,
    entrance: Extract<Entrance, { kind: "endpoint" }>,
    principal: Principal,
  ): Promise<void> {
    const { routes, relay, sender, limits, clock, keyLimits } = this.#options;
    const { fullName } = entrance;
    requirePlainPath(exchange.path);
    exchange.operation = "passthrough";
    exchange.asked = fullName;
    const length = Number(exchange.request.headers["content-length"] ?? Infinity);
    const body =
      length <= keptBodyBytes
        ? ({ kind: "bytes", bytes: await readBody(exchange, "any", limits) } as const)
        : streamedBody(exchange.request);
    exchange.bodyBytes = body.kind === "bytes" ? body.bytes.length : 0;
    admitUnknown(exchange, principal, keyLimits, limits.maxBodyBytes);
    exchange.askedMs = clock.monotonic();
    const given = { routes, entrance, principal, sender };
    await relay.run(exchange, passErrand(exchange, path, body, fullName, given));
  }
}

const keptBodyBytes = 1024 * 1024;

/** A model's own server has paths that are nobody's business but the runner's; `/predict` is what all of them may be asked. */
function passesToEndpoint(
  { endpoints }: RoutingSnapshot,
  { fullName }: Extract<Entrance, { kind: "endpoint" }>,
  path: string,
): boolean {
  if (path === runnerHealthPath) return false;
  if (path === "/predict" || path.startsWith("/predict/")) return true;
  const route = endpoints.get(fullName);
  return route !== undefined && isOwnServers(route);
}

/** Whether an endpoint's replicas are a user's own servers, which may mean something else by a path than we do. */
export function isOwnServers({ upstreams }: Pick<NamedRoute, "upstreams">): boolean {
  return upstreams.some(({ upstream }) => upstream.kind === "service" && upstream.anyPath);
}

/** The client's body, passed on as it comes. */
function streamedBody(request: ClientRequest): RequestBody {
  if ("wholeBody" in request) return { kind: "bytes", bytes: request.wholeBody };
  if (request.headers["transfer-encoding"] !== undefined)
    return { kind: "stream", stream: request, length: undefined };
  const length = Number(request.headers["content-length"] ?? 0);
  return length === 0 ? { kind: "none" } : { kind: "stream", stream: request, length };
}
