import { BerthError, isBerthError, runnerHealthPath } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import { admit } from "./admit.ts";
import { admitUnknown } from "./admit-unknown.ts";
import { AnswerCache } from "./answer-cache.ts";
import { answerJson, answerOptions, refuse } from "./answer.ts";
import { openAiDialect, type Dialect } from "./dialect.ts";
import { Callers } from "./caller.ts";
import type { ClientRequest, ClientResponse } from "./client.ts";
import { ClientConnections } from "./client-connections.ts";
import { Exchange } from "./exchange.ts";
import { ExchangeList } from "./exchange-list.ts";
import { acceptedRequestId } from "./headers.ts";
import type { PeerCheck } from "./http1/connection.ts";
import { ConnectionPool } from "./http1/connection-pool.ts";
import type { ForbidsAddress, PeerAddress } from "./http1/peer-address.ts";
import type { RequestBody } from "./http1/upstream-request.ts";
import { inferenceErrand, passErrand } from "./errand.ts";
import { answerFromCache, cacheUse, keepAnswer } from "./from-cache.ts";
import type { LimitBook } from "./key-limits/limit-book.ts";
import { Ledger } from "./ledger.ts";
import { defaultLimits, type GatewayLimits } from "./limits.ts";
import { callableModels, findModel } from "./model-list.ts";
import { anthropicModel, anthropicModels } from "./ingress/anthropic/anthropic-models.ts";
import { foreignList } from "./ingress/foreign-list.ts";
import { ingressDialect } from "./ingress/ingress-dialect.ts";
import { readOperation, type Operation } from "./operation.ts";
import { requireInference } from "./permission.ts";
import { requirePlainPath } from "./plain-path.ts";
import type {
  Activator,
  KeyVerifier,
  Observation,
  Principal,
  ProviderTarget,
  RouteSource,
  RoutingSnapshot,
  ServiceUpstream,
  Upstream,
  UsageSink,
} from "./ports.ts";
import { authHeaders } from "./providers/auth-headers.ts";
import { parseBody } from "./parse-body.ts";
import { readAsked } from "./read-asked.ts";
import { readBody } from "./read-body.ts";
import { Relay } from "./relay.ts";
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
}

export interface Gateway {
  /** Answers the request. Resolves when nothing more is to be done for it; never rejects. */
  handle(request: ClientRequest, response: ClientResponse, context: RequestContext): Promise<void>;
  /** Requests being handled, and of these the ones that wait for a service to start. */
  readonly inFlight: number;
  readonly held: number;
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
  readonly #exchanges = new ExchangeList();
  readonly #callers: Callers;
  readonly #cache = new AnswerCache();
  readonly #clients = new ClientConnections();
  readonly #pool: ConnectionPool;
  readonly #room: WaitingRoom;
  readonly #relay: Relay;
  readonly #sender: Sender;
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
    this.#relay = new Relay({ room: this.#room, activator, limits, clock, chance, providerLoad });
    this.#sender = new Sender({ pool: this.#pool, limits, clock, newId });
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

  async handle(request: ClientRequest, response: ClientResponse, context: RequestContext): Promise<void> {
    const { clock, newId, report } = this.#options;
    const requestId = acceptedRequestId(request) ?? newId();
    const exchange = new Exchange(request, response, requestId, clock.now(), clock.monotonic());
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
    const isOwnServer = servicePort !== undefined && snapshot.ports.get(servicePort)?.anyPath === true;
    const operation = readOperation(request.method ?? "GET", request.url ?? "/", isOwnServer);
    // what goes wrong from here on is told in the caller's own terms
    exchange.dialect = dialectOf(operation);
    if (this.#draining) throw shuttingDown();
    const entrance: Entrance =
      servicePort === undefined ? { kind: "main" } : { kind: "service", port: servicePort };
    const service = entrance.kind === "service" ? serviceAt(snapshot, entrance.port) : undefined;
    exchange.path = pathOf(request.url ?? "/");
    if (operation.kind === "options") {
      answerOptions(exchange, operation.allow);
      return;
    }
    const principal = context.principal ?? this.#callers.identify(request.headers, service);
    exchange.principal = principal;
    requireInference(principal);
    switch (operation.kind) {
      case "inference":
        await this.#infer(exchange, operation, entrance, principal);
        return;
      case "foreign_list": {
        exchange.operation = "models";
        const isAsked = request.method === "POST";
        const body = isAsked ? parseBody(await readBody(exchange, "json", this.#limits)).value : undefined;
        answerJson(exchange, foreignList(operation.list, namedRoutes(snapshot, entrance), principal, body));
        return;
      }
      case "list_models": {
        exchange.operation = "models";
        const data = callableModels(namedRoutes(snapshot, entrance), principal);
        answerJson(exchange, isAnthropic(request) ? anthropicModels(data) : { object: "list", data });
        return;
      }
      case "show_model": {
        exchange.operation = "models";
        const model = findModel(namedRoutes(snapshot, entrance), principal, operation.model);
        answerJson(exchange, isAnthropic(request) ? anthropicModel(model) : model);
        return;
      }
      case "wrong_method":
      case "unknown":
        await this.#unknown(exchange, operation, { snapshot, entrance, principal, service });
    }
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
      return this.#passToProvider(exchange, operation.path, principal, anyPath, asked.body);
    const errand = inferenceErrand(exchange, asked, { routes, entrance, principal, sender: this.#sender });
    const route = errand.route();
    const { keyLimits } = this.#options;
    admit(exchange, asked, { principal, route, book: keyLimits, secondsAtMost: firstSeconds });
    const use = cacheUse(asked, route, exchange.request.headers);
    if (use === undefined) return this.#relay.run(exchange, errand);
    exchange.route = route;
    if (answerFromCache(exchange, this.#cache, use, this.#options.clock.monotonic())) return undefined;
    await this.#relay.run(exchange, errand);
    keepAnswer(exchange, this.#cache, use, this.#options.clock.monotonic());
    return undefined;
  }

  async #passOn(
    exchange: Exchange,
    path: string,
    entrance: Entrance,
    principal: Principal,
    service: ServiceUpstream,
  ): Promise<void> {
    exchange.operation = "passthrough";
    exchange.asked = service.name;
    exchange.askedMs = this.#options.clock.monotonic();
    const body = streamedBody(exchange.request);
    const { routes } = this.#options;
    const given = { routes, entrance, principal, sender: this.#sender };
    await this.#relay.run(exchange, passErrand(exchange, path, body, service, given));
  }

  /** What is none of ours: a user's own server on its port knows it, or the provider that takes such paths. */
  async #unknown(
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
    if (service?.anyPath === true && path !== runnerHealthPath) {
      await this.#passOn(exchange, target, entrance, principal, service);
      return;
    }
    const provider = snapshot.anyPath;
    if (entrance.kind === "main" && provider !== undefined && path.startsWith("/v1/")) {
      await this.#passToProvider(exchange, target, principal, provider, streamedBody(exchange.request));
      return;
    }
    if (operation.kind === "unknown")
      throw new BerthError("not_found", `there is nothing at ${path}; /api/docs lists every path`);
    const { allow } = operation;
    const message = `${exchange.request.method} is not for this path; use ${allow}`;
    throw new BerthError("method_not_allowed", message, { details: { allow } });
  }

  /** To the provider that takes what nobody else is meant by. */
  async #passToProvider(
    exchange: Exchange,
    target: string,
    principal: Principal,
    provider: ProviderTarget,
    body: RequestBody,
  ): Promise<void> {
    const { path } = exchange;
    requirePlainPath(path);
    if (principal.models !== null)
      throw new BerthError("forbidden", `this key is limited to some models, and ${path} names none`, {
        param: "Authorization",
      });
    exchange.operation = "passthrough";
    exchange.asked = `${provider.provider}${path}`;
    exchange.passedTo = provider.provider;
    admitUnknown(exchange, principal, this.#options.keyLimits, this.#limits.maxBodyBytes);
    exchange.askedMs = this.#options.clock.monotonic();
    exchange.tries = 1;
    await this.#sender.passOnToProvider(exchange, {
      path: target.slice("/v1".length),
      body,
      target: provider,
      ownHeaders: authHeaders(provider),
    });
  }

  #routesChanged(): void {
    const { routes, patterns, fallback, ports, anyPath } = this.#options.routes.snapshot();
    const named = [...routes.values(), ...patterns.map(({ route }) => route)];
    if (fallback !== undefined) named.push(fallback);
    const upstreams = [
      ...named.flatMap((route) => route.upstreams.map(({ upstream }) => upstream)),
      ...ports.values(),
    ];
    const addresses = upstreams.flatMap(addressesOf);
    if (anyPath !== undefined) addresses.push({ kind: "public", url: anyPath.url });
    this.#pool.retain(addresses);
    this.#relay.retain(upstreams);
    this.#room.routesChanged();
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

/** Where connections may be kept to. */
function addressesOf(upstream: Upstream): PeerAddress[] {
  switch (upstream.kind) {
    case "service":
      return upstream.state.kind === "ready" ? [upstream.state.address] : [];
    case "provider": {
      const { url } = upstream.target;
      return [
        { kind: "public", url },
        { kind: "public", url: new URL(url).origin },
      ];
    }
  }
}

/** Some paths are both OpenAI's and Anthropic's; this header is what the latter's clients always send. */
function isAnthropic({ headers }: ClientRequest): boolean {
  return headers["anthropic-version"] !== undefined;
}

function dialectOf(operation: Operation): Dialect {
  switch (operation.kind) {
    case "inference":
      return operation.foreign === undefined
        ? openAiDialect
        : ingressDialect(operation.foreign.ingress.error);
    case "foreign_list":
      return ingressDialect(operation.error);
    case "list_models":
    case "show_model":
    case "options":
    case "wrong_method":
    case "unknown":
      return openAiDialect;
  }
}

function pathOf(url: string): string {
  const query = url.indexOf("?");
  return query === -1 ? url : url.slice(0, query);
}

/** The client's body, passed on as it comes. */
function streamedBody(request: ClientRequest): RequestBody {
  if ("wholeBody" in request) return { kind: "bytes", bytes: request.wholeBody };
  if (request.headers["transfer-encoding"] !== undefined)
    return { kind: "stream", stream: request, length: undefined };
  const length = Number(request.headers["content-length"] ?? 0);
  return length === 0 ? { kind: "none" } : { kind: "stream", stream: request, length };
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
