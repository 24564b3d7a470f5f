import { BerthError, isBerthError } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import { admit } from "./admit.ts";
import { AnswerCache } from "./answer-cache.ts";
import { answerJson, answerOptions, refuse } from "./answer.ts";
import type { CalledJob } from "./called-job.ts";
import { Callers } from "./caller.ts";
import type { ClientRequest, ClientResponse } from "./client.ts";
import { ClientConnections } from "./client-connections.ts";
import { type EndpointAddress, endpointAddress } from "./endpoint-address.ts";
import { answerHealth, healthPath, requireEndpoint } from "./endpoint-health.ts";
import { EndpointTraffic } from "./endpoint-traffic.ts";
import { Exchange } from "./exchange.ts";
import { ExchangeList } from "./exchange-list.ts";
import { acceptedRequestId } from "./headers.ts";
import type { PeerCheck } from "./http1/connection.ts";
import { ConnectionPool } from "./http1/connection-pool.ts";
import type { ForbidsAddress } from "./http1/peer-address.ts";
import { inferenceErrand } from "./errand.ts";
import { answerFromCache, cacheUse, keepAnswer } from "./from-cache.ts";
import type { LimitBook } from "./key-limits/limit-book.ts";
import { Ledger } from "./ledger.ts";
import { defaultLimits, type GatewayLimits } from "./limits.ts";
import { readOperation, type Operation } from "./operation.ts";
import { requireInference } from "./permission.ts";
import type {
  Activator,
  KeyVerifier,
  Observation,
  Principal,
  RouteSource,
  ServiceUpstream,
  UsageSink,
} from "./ports.ts";
import { parseBody } from "./parse-body.ts";
import { readAsked } from "./read-asked.ts";
import { readBody } from "./read-body.ts";
import { Relay } from "./relay.ts";
import { dialectOf } from "./dialect-of.ts";
import { modelsAsked } from "./models-asked.ts";
import { isOwnServers, Passing } from "./passing.ts";
import { reachable } from "./routing/reachable.ts";
import { OwnLoad, type ProviderLoad } from "./routing/provider-load.ts";
import { namedRoutes, serviceAt, type Entrance } from "./routing/find-route.ts";
import { Sender } from "./sender.ts";
import { Ticker } from "./ticker.ts";
import { WaitingRoom } from "./waiting-room.ts";

export interface GatewayOptions {
  readonly routes: RouteSource;
  readonly keys: KeyVerifier;
  readonly activator: Activator;
  readonly usage: UsageSink;
  readonly clock: Clock;
  /** Makes request ids, for clients that bring none. */
  readonly newId: () => string;
  /** Told of every finished request, refused ones too. */
  readonly observe: (observation: Observation) => void;
  /** Told of errors that nobody foresaw; the client gets a 500 that says nothing. */
  readonly report: (error: unknown, requestId: string | undefined) => void;
  readonly limits?: Partial<GatewayLimits>;
  /** Whether what listens at a service's port may hear requests and secrets; everybody may when absent. */
  readonly isPeer?: PeerCheck;
  /** Addresses that no provider may have; none when absent. */
  readonly forbids?: ForbidsAddress;
  /** What keys may use; nothing is bounded when absent. */
  readonly keyLimits?: LimitBook;
  /** What providers have under way, where other gateways of this server count in the same; its own when absent. */
  readonly providerLoad?: ProviderLoad;
  /** 0 to 1, for strategies that leave something to chance. */
  readonly chance?: () => number;
}

export interface RequestContext {
  /** The service's own port that the request came to. */
  readonly servicePort?: number | undefined;
  /** Who calls, when that is known already; otherwise the request's key tells. */
  readonly principal?: Principal | undefined;
  /** The job that is called. */
  readonly job?: CalledJob | undefined;
}

export interface Gateway {
  /** Answers the request. Resolves when nothing more is to be done for it; never rejects. */
  handle(request: ClientRequest, response: ClientResponse, context: RequestContext): Promise<void>;
  /** Requests being handled, and of these the ones that wait for a service to start. */
  readonly inFlight: number;
  readonly held: number;
  /** What comes to endpoints. */
  readonly traffic: EndpointTraffic;
  /** How many requests each service has under way; those that have none are left out. */
  outstanding(): ReadonlyMap<string, number>;
  /**
   * Refuses new requests and those that wait, and resolves when the others have ended; when the signal aborts, what is
   * left is broken off. The gateway is of no use afterwards.
   */
  drain(signal: AbortSignal): Promise<void>;
}

export function createGateway(options: GatewayOptions): Gateway {
  return new RunningGateway(options);
}

class RunningGateway implements Gateway {
  readonly #options: GatewayOptions;
  readonly #limits: GatewayLimits;
  readonly traffic = new EndpointTraffic();
  readonly #exchanges = new ExchangeList();
  readonly #callers: Callers;
  readonly #cache = new AnswerCache();
  readonly #clients = new ClientConnections();
  readonly #pool: ConnectionPool;
  readonly #room: WaitingRoom;
  readonly #relay: Relay;
  readonly #sender: Sender;
  readonly #passing: Passing;
  readonly #ledger: Ledger;
  readonly #ticker: Ticker;
  readonly #unwatch: () => void;
  #draining = false;
  readonly #onEmpty = new Set<() => void>();

  constructor(options: GatewayOptions) {
    const { routes, keys, activator, usage, clock, newId, observe, report } = options;
    const { isPeer = everybody, forbids = nobody, chance = Math.random } = options;
    const { providerLoad = new OwnLoad() } = options;
    const limits = { ...defaultLimits, ...options.limits };
    this.#options = options;
    this.#limits = limits;
    this.#callers = new Callers(keys);
    this.#pool = new ConnectionPool(() => clock.monotonic(), limits.maxIdleConnections, { isPeer, forbids });
    this.#room = new WaitingRoom(limits, clock);
    this.#relay = new Relay({
      room: this.#room,
      activator,
      limits,
      clock,
      chance,
      providerLoad,
      traffic: this.traffic,
    });
    this.#sender = new Sender({ pool: this.#pool, limits, clock, newId });
    this.#passing = new Passing({ ...options, limits, relay: this.#relay, sender: this.#sender });
    this.#ledger = new Ledger({ usage, observe, clock, report: (error) => report(error, undefined) });
    this.#ticker = new Ticker(this.#exchanges, clock, limits.tickMs);
    this.#unwatch = routes.watch(() => this.#routesChanged());
  }

  get inFlight(): number {
    return this.#exchanges.size;
  }

  get held(): number {
    return this.#room.held;
  }

  outstanding(): ReadonlyMap<string, number> {
    return this.#relay.outstanding();
  }

  async handle(request: ClientRequest, response: ClientResponse, context: RequestContext): Promise<void> {
    const { clock, newId, report } = this.#options;
    const requestId = acceptedRequestId(request) ?? newId();
    const exchange = new Exchange(request, response, requestId, clock.now(), clock.monotonic());
    exchange.job = context.job;
    this.#exchanges.add(exchange);
    this.#clients.enter(exchange);
    if (!this.#ticker.running) this.#ticker.run().catch((error: unknown) => report(error, undefined));
    try {
      await this.#serve(exchange, context).catch((error: unknown) =>
        refuse(exchange, this.#toTell(error, requestId), this.#limits),
      );
    } catch (error) {
      report(error, requestId);
      request.socket.destroy();
    } finally {
      this.#clients.leave(exchange);
      this.#exchanges.delete(exchange);
      this.#ledger.add(exchange);
      if (this.#exchanges.size === 0) for (const tell of this.#onEmpty) tell();
    }
  }

  async drain(signal: AbortSignal): Promise<void> {
    this.#draining = true;
    this.#room.clear(shuttingDown());
    if (this.#exchanges.size > 0) await this.#empty(signal);
    this.#unwatch();
    this.#pool.retain([]);
    this.#ledger.flush();
  }

  /** Resolves when nothing is under way; what is when the signal aborts is broken off. */
  async #empty(signal: AbortSignal): Promise<void> {
    const breakOff = (): void => {
      this.#exchanges.forEach((exchange) => exchange.cancel(shuttingDown()));
    };
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onEmpty.add(resolve);
    if (signal.aborted) breakOff();
    else signal.addEventListener("abort", breakOff, { once: true });
    await promise;
    signal.removeEventListener("abort", breakOff);
    this.#onEmpty.delete(resolve);
  }

  async #serve(exchange: Exchange, context: RequestContext): Promise<void> {
    const { request } = exchange;
    const snapshot = this.#options.routes.snapshot();
    const { servicePort } = context;
    const whole = request.url ?? "/";
    const address = servicePort === undefined ? endpointAddress(whole) : undefined;
    const url = address?.rest ?? whole;
    exchange.path = pathOf(url);
    const entrance = entranceOf(servicePort, address);
    // nobody learns by what is said, or how, that an endpoint is there that is hidden from them
    const endpoint =
      entrance.kind === "endpoint"
        ? requireEndpoint(
            snapshot,
            entrance.fullName,
            this.#identify(exchange, context, undefined),
            context.job !== undefined,
          )
        : undefined;
    const isOwnServer =
      endpoint === undefined
        ? servicePort !== undefined && snapshot.ports.get(servicePort)?.anyPath === true
        : isOwnServers(endpoint);
    const operation = readOperation(request.method ?? "GET", url, isOwnServer);
    // what goes wrong from here on is told in the caller's own terms
    exchange.dialect = dialectOf(operation);
    if (this.#draining) throw shuttingDown();
    const service = entrance.kind === "service" ? serviceAt(snapshot, entrance.port) : undefined;
    if (operation.kind === "options") {
      answerOptions(exchange, operation.allow);
      return;
    }
    const principal = exchange.principal ?? this.#identify(exchange, context, service);
    if (endpoint !== undefined && exchange.path === healthPath) return answerHealth(exchange, endpoint);
    switch (operation.kind) {
      case "inference":
        await this.#infer(exchange, operation, entrance, principal);
        return;
      case "foreign_list":
      case "list_models":
      case "show_model": {
        exchange.operation = "models";
        const isAsked = operation.kind === "foreign_list" && request.method === "POST";
        const body = isAsked ? parseBody(await readBody(exchange, "json", this.#limits)).value : undefined;
        const routes = namedRoutes(snapshot, entrance, principal);
        answerJson(exchange, modelsAsked(operation, request.headers, { routes, principal, body }));
        return;
      }
      case "wrong_method":
      case "unknown":
        await this.#passing.pass(exchange, operation, { snapshot, entrance, principal, service });
    }
  }

  #identify(exchange: Exchange, context: RequestContext, service: ServiceUpstream | undefined): Principal {
    const principal = context.principal ?? this.#callers.identify(exchange.request.headers, service);
    exchange.principal = principal;
    requireInference(principal);
    return principal;
  }

  async #infer(
    exchange: Exchange,
    operation: Extract<Operation, { kind: "inference" }>,
    entrance: Entrance,
    principal: Principal,
  ): Promise<void> {
    exchange.operation = operation.name;
    const asked = await readAsked(exchange, operation, this.#options, this.#limits);
    const { routes } = this.#options;
    const { anyPath, fallback } = routes.snapshot();
    const isForNobody = entrance.kind === "main" && exchange.asked === undefined && fallback === undefined;
    // of OpenAI's responses the model may be named by what is kept there, as a prompt
    if (isForNobody && operation.name === "responses" && anyPath !== undefined)
      return this.#passing.toProvider(exchange, operation.path, principal, anyPath, asked.body);
    const errand = inferenceErrand(exchange, asked, { routes, entrance, principal, sender: this.#sender });
    const route = errand.route();
    const { keyLimits } = this.#options;
    admit(exchange, asked, { principal, route, book: keyLimits, secondsAtMost: firstSeconds });
    const use = cacheUse(asked, route, exchange.request.headers);
    if (use === undefined) return this.#relay.run(exchange, errand, route);
    exchange.route = route;
    if (answerFromCache(exchange, this.#cache, use, this.#options.clock.monotonic())) return undefined;
    await this.#relay.run(exchange, errand, route);
    keepAnswer(exchange, this.#cache, use, this.#options.clock.monotonic());
    return undefined;
  }

  #routesChanged(): void {
    const { upstreams, addresses } = reachable(this.#options.routes.snapshot());
    this.#pool.retain(addresses);
    this.#relay.retain(upstreams);
    this.#room.routesChanged();
    const endpoints = [...this.#options.routes.snapshot().endpoints.values()];
    this.traffic.retain(new Set(endpoints.map(({ endpoint }) => endpoint?.endpointId ?? "")));
  }

  #toTell(error: unknown, requestId: string): BerthError {
    if (isBerthError(error)) return error;
    this.#options.report(error, requestId);
    return new BerthError(
      "internal",
      `something went wrong here; the log tells more under request id ${requestId}`,
    );
  }
}

function entranceOf(servicePort: number | undefined, address: EndpointAddress | undefined): Entrance {
  if (servicePort !== undefined) return { kind: "service", port: servicePort };
  return address === undefined ? { kind: "main" } : { kind: "endpoint", fullName: address.fullName };
}

function pathOf(url: string): string {
  const query = url.indexOf("?");
  return query === -1 ? url : url.slice(0, query);
}

/** Of a GPU's time, what is reserved at first; as a request goes on, more is. */
const firstSeconds = 60;

const everybody: PeerCheck = () => Promise.resolve(true);
const nobody: ForbidsAddress = () => false;

function shuttingDown(): BerthError {
  return new BerthError("shutting_down", "this server is stopping; try again when it is back", {
    details: { retryAfterSeconds: 5 },
  });
}
