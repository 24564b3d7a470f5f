import type { IncomingMessage, ServerResponse } from "node:http";
import { BerthError, isBerthError, runnerHealthPath, type RunnerAddress } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import { answerJson, answerOptions, refuse } from "./answer.ts";
import { Callers } from "./caller.ts";
import { ClientConnections } from "./client-connections.ts";
import { Exchange } from "./exchange.ts";
import { acceptedRequestId, inferenceHeaders, passthroughHeaders } from "./headers.ts";
import type { PeerCheck } from "./http1/connection.ts";
import { ConnectionPool } from "./http1/connection-pool.ts";
import type { RequestBody } from "./http1/upstream-request.ts";
import { Ledger } from "./ledger.ts";
import { defaultLimits, type GatewayLimits } from "./limits.ts";
import { callableModels, findModel, modelNotFound } from "./model-list.ts";
import { readOperation, type Operation, type OperationName } from "./operation.ts";
import { parseBody } from "./parse-body.ts";
import { parseForm } from "./parse-form.ts";
import { permitted, requireInference } from "./permission.ts";
import type {
  Activator,
  KeyVerifier,
  Observation,
  Principal,
  RouteSource,
  ServiceUpstream,
  UsageSink,
} from "./ports.ts";
import { reachableRoutes, serviceAt, type Entrance } from "./reachable-routes.ts";
import { readBody } from "./read-body.ts";
import { Relay } from "./relay.ts";
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
  /** Whether what listens at an upstream's port may hear requests and secrets; everybody may when absent. */
  readonly isPeer?: PeerCheck;
}

export interface RequestContext {
  /** The service's own port that the request came to. */
  readonly servicePort?: number | undefined;
  /** Who calls, when that is known already; otherwise the request's key tells. */
  readonly principal?: Principal | undefined;
}

export interface Gateway {
  /** Answers the request. Resolves when nothing more is to be done for it; never rejects. */
  handle(request: IncomingMessage, response: ServerResponse, context: RequestContext): Promise<void>;
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
  readonly #audioLimits: GatewayLimits;
  readonly #exchanges = new Set<Exchange>();
  readonly #callers: Callers;
  readonly #clients = new ClientConnections();
  readonly #pool: ConnectionPool;
  readonly #room: WaitingRoom;
  readonly #relay: Relay;
  readonly #ledger: Ledger;
  readonly #ticker: Ticker;
  readonly #unwatch: () => void;
  #draining = false;
  readonly #onEmpty = new Set<() => void>();

  constructor(options: GatewayOptions) {
    const { routes, keys, activator, usage, clock, observe, report, isPeer = everybody } = options;
    const limits = { ...defaultLimits, ...options.limits };
    const nowMs = (): number => clock.monotonic();
    this.#options = options;
    this.#limits = limits;
    this.#audioLimits = { ...limits, firstByteMs: limits.audioFirstByteMs };
    this.#callers = new Callers(keys);
    this.#pool = new ConnectionPool(nowMs, limits.maxIdleConnections, isPeer);
    this.#room = new WaitingRoom(limits, clock);
    this.#relay = new Relay({ pool: this.#pool, room: this.#room, activator, limits, nowMs });
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

  async handle(request: IncomingMessage, response: ServerResponse, context: RequestContext): Promise<void> {
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
      for (const exchange of this.#exchanges) exchange.cancel(shuttingDown());
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
    if (this.#draining) throw shuttingDown();
    const { request } = exchange;
    const operation = readOperation(request.method ?? "GET", request.url ?? "/");
    const entrance: Entrance =
      context.servicePort === undefined ? { kind: "main" } : { kind: "service", port: context.servicePort };
    const snapshot = this.#options.routes.snapshot();
    const service = entrance.kind === "service" ? serviceAt(snapshot, entrance.port) : undefined;
    exchange.path = request.url?.split("?", 1)[0] ?? "/";
    if (operation.kind === "options") {
      answerOptions(exchange, operation.allow);
      return;
    }
    const principal = context.principal ?? this.#callers.identify(request.headers, service);
    exchange.principal = principal;
    requireInference(principal);
    switch (operation.kind) {
      case "inference":
        // a user's own server may mean something else by a path that is not OpenAI's
        if (operation.name === "transcribe" && service?.anyPath === true)
          await this.#passThrough(exchange, operation.path, entrance, principal, service);
        else await this.#infer(exchange, operation, entrance, principal);
        return;
      case "list_models": {
        exchange.operation = "models";
        const data = callableModels(reachableRoutes(snapshot, entrance), principal);
        answerJson(exchange, { object: "list", data });
        return;
      }
      case "show_model":
        exchange.operation = "models";
        answerJson(exchange, findModel(reachableRoutes(snapshot, entrance), principal, operation.model));
        return;
      case "wrong_method":
        throw new BerthError(
          "method_not_allowed",
          `${request.method} is not for this path; use ${operation.allow}`,
          {
            details: { allow: operation.allow },
          },
        );
      case "unknown":
        if (entrance.kind === "service" && service?.anyPath === true && operation.path !== runnerHealthPath) {
          await this.#passThrough(exchange, operation.target, entrance, principal, service);
          return;
        }
        throw new BerthError(
          "not_found",
          `there is nothing at ${operation.path}; /api/docs lists every path`,
        );
    }
  }

  async #infer(
    exchange: Exchange,
    operation: Extract<Operation, { kind: "inference" }>,
    entrance: Entrance,
    principal: Principal,
  ): Promise<void> {
    const { request, requestId } = exchange;
    exchange.operation = operation.name;
    const bytes = await readBody(exchange, operation.body, this.#limits);
    const asked =
      operation.body === "json" ? parseBody(bytes) : parseForm(bytes, request.headers["content-type"]);
    const name = asked.model ?? this.#nameAt(entrance, operation);
    exchange.asked = name;
    await this.#relay.run(exchange, {
      path: operation.path,
      body: { kind: "bytes", bytes },
      stream: asked.stream && operation.streams,
      endsWithDone: operation.streams && operation.body === "json",
      limits: hearsAudio(operation.name) ? this.#audioLimits : undefined,
      headersFor: (upstream) => inferenceHeaders(request, operation.body, requestId, upstream),
      candidates: () => {
        const candidates = this.#candidates(entrance, principal, name);
        return operation.body === "form" ? takingUploads(candidates, name) : candidates;
      },
    });
  }

  async #passThrough(
    exchange: Exchange,
    path: string,
    entrance: Entrance,
    principal: Principal,
    service: ServiceUpstream,
  ): Promise<void> {
    const { request, requestId } = exchange;
    exchange.operation = "passthrough";
    exchange.asked = service.name;
    await this.#relay.run(exchange, {
      path,
      body: streamedBody(request),
      stream: false,
      endsWithDone: false,
      headersFor: (upstream) => passthroughHeaders(request, requestId, upstream),
      candidates: () => this.#candidates(entrance, principal, service.name),
    });
  }

  #candidates(entrance: Entrance, principal: Principal, name: string): readonly ServiceUpstream[] {
    const routes = reachableRoutes(this.#options.routes.snapshot(), entrance);
    const upstreams = routes.get(name);
    if (upstreams === undefined || upstreams.length === 0) throw modelNotFound(name, routes, principal);
    return permitted(principal, name, upstreams);
  }

  /** What is meant by a request that names no model. */
  #nameAt(
    entrance: Entrance,
    { name, path }: { readonly name: OperationName; readonly path: string },
  ): string {
    switch (entrance.kind) {
      case "service":
        return serviceAt(this.#options.routes.snapshot(), entrance.port).name;
      case "main": {
        const inQuery = name === "transcribe" ? URL.parse(path, "http://x")?.searchParams.get("model") : null;
        if (inQuery !== null && inQuery !== undefined && inQuery !== "") return inQuery;
        throw new BerthError("model_required", "say which model: GET /v1/models lists what can be named", {
          param: "model",
        });
      }
    }
  }

  #routesChanged(): void {
    const addresses: RunnerAddress[] = [];
    const { routes, ports } = this.#options.routes.snapshot();
    const services = [...routes.values()].flatMap(({ upstreams }) =>
      upstreams.flatMap(({ upstream }) => (upstream.kind === "service" ? [upstream] : [])),
    );
    for (const { state } of [...services, ...ports.values()])
      if (state.kind === "ready") addresses.push(state.address);
    this.#pool.retain(addresses);
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

function hearsAudio(name: OperationName): boolean {
  return name === "audio.transcriptions" || name === "audio.translations" || name === "transcribe";
}

/** Throws `unsupported` where none of them does. */
function takingUploads(candidates: readonly ServiceUpstream[], name: string): readonly ServiceUpstream[] {
  const able = candidates.filter(({ takesUploads }) => takesUploads);
  if (able.length > 0) return able;
  throw new BerthError(
    "unsupported",
    `\`${name}\` is served by the whisper container, which hears only files that lie where it runs: POST /transcribe with their audio_path; for uploads, launch an ONNX or GGML Whisper model (engines transformers-js and whisper-cpp)`,
    { param: "model" },
  );
}

/** The client's body, passed on as it comes. */
function streamedBody(request: IncomingMessage): RequestBody {
  if (request.headers["transfer-encoding"] !== undefined)
    return { kind: "stream", stream: request, length: undefined };
  const length = Number(request.headers["content-length"] ?? 0);
  return length === 0 ? { kind: "none" } : { kind: "stream", stream: request, length };
}

const everybody: PeerCheck = () => Promise.resolve(true);

function shuttingDown(): BerthError {
  return new BerthError("shutting_down", "this server is stopping; try again when it is back", {
    details: { retryAfterSeconds: 5 },
  });
}
