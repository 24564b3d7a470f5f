import { BerthError, type ColdStart, notBegunHeader } from "@berth/api";
import { backoffMs } from "@berth/std/backoff";
import type { Clock } from "@berth/std/clock";
import { answerRefusal } from "./answer-refusal.ts";
import { coldRefusal, coldStartOf } from "./cold-start.ts";
import type { EndpointTraffic, Visits } from "./endpoint-traffic.ts";
import type { Exchange } from "./exchange.ts";
import { judge, mostTelling, type Failure } from "./failure.ts";
import type { Forwarded } from "./forward.ts";
import { headerOf } from "./http1/response-head.ts";
import type { GatewayLimits } from "./limits.ts";
import { pause } from "./pause.ts";
import type { Activator, NamedRoute, RoutePolicy, Upstream } from "./ports.ts";
import { Breakers } from "./routing/breakers.ts";
import { chooseUpstream, type Choice, type Sight } from "./routing/choose-upstream.ts";
import { Loads } from "./routing/loads.ts";
import type { ProviderLoad } from "./routing/provider-load.ts";
import { PrefixMemory } from "./routing/prefix-memory.ts";
import { upstreamId, type ReadyUpstream } from "./routing/upstream-id.ts";
import type { WaitingRoom } from "./waiting-room.ts";

/** A request that is to go to an upstream. */
export interface Errand {
  /** Of the body, which is kept until somebody has answered; `undefined` where it is passed on as it comes, once. */
  readonly keptBytes: number | undefined;
  /** The client has asked for a stream and can be told why it waits. */
  readonly stream: boolean;
  /** Who may answer, by the routes as they are now. Throws BerthError when nobody may. */
  readonly route: () => NamedRoute;
  /** Digests of its conversation's beginnings, for strategies that look at them; as `prefixesOf`. */
  readonly prefixes: () => readonly string[];
  /** Whoever answers in place of an endpoint that has nobody ready can. */
  readonly fallsBack: boolean;
  /** US dollars that it may cost there. */
  readonly costUsd: (upstream: Upstream) => number | undefined;
  /** Sends it there, and passes the answer on. `hasOthers`: somebody else could be asked instead. */
  readonly ask: (upstream: ReadyUpstream, policy: RoutePolicy, hasOthers: boolean) => Promise<Forwarded>;
}

export interface RelayOptions {
  readonly room: WaitingRoom;
  readonly activator: Activator;
  readonly limits: GatewayLimits;
  readonly clock: Clock;
  readonly chance: () => number;
  readonly providerLoad: ProviderLoad;
  readonly traffic: EndpointTraffic;
}

const pauses = { firstMs: 250, maxMs: 4_000, jitter: 0.5 };

/** Brings requests to upstreams: chooses, waits, sends, and asks again where the client has heard nothing yet. */
export class Relay {
  readonly #options: RelayOptions;
  readonly #loads: Loads;
  readonly #breakers: Breakers;
  readonly #prefixes = new PrefixMemory();
  readonly #seen: Seen;

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#loads = new Loads(options.providerLoad);
    this.#breakers = new Breakers(() => options.clock.monotonic());
    const { chance } = options;
    this.#seen = { loads: this.#loads, breakers: this.#breakers, prefixes: this.#prefixes, chance };
  }

  /** Forgets what it knows of upstreams that are not there any more. */
  retain(upstreams: Iterable<Upstream>): void {
    this.#breakers.retain(upstreams);
  }

  /** Resolves when the client has the whole answer; rejects with BerthError when it gets none, or not all of it. */
  async run(exchange: Exchange, errand: Errand, { endpoint } = errand.route()): Promise<void> {
    // a word that means nothing is told of before anything is woken
    const said = coldStartOf(exchange);
    const coldStart = exchange.job === undefined ? said : "fail";
    const visits = this.#options.traffic.visits(exchange.job !== undefined);
    if (endpoint !== undefined) visits.at(endpoint.endpointId);
    try {
      return await this.#run(exchange, errand, coldStart, visits);
    } finally {
      visits.end(exchange.hasBegun);
    }
  }

  /** How many requests each service has under way. */
  outstanding(): ReadonlyMap<string, number> {
    return this.#loads.byUpstream;
  }

  async #run(
    exchange: Exchange,
    errand: Errand,
    coldStart: ColdStart | undefined,
    visits: Visits,
  ): Promise<void> {
    let tried: readonly string[] = [];
    const failures: Failure[] = [];
    for (;;) {
      const { route, choice } = this.#choose(exchange, errand, tried);
      if (failures.length > 0 && !isAnotherChance(choice, tried)) {
        const pauseMs = this.#pauseMs(failures, route.policy, exchange.tries);
        if (pauseMs === undefined) return this.#tell(exchange, failures);
        await this.#pause(exchange, pauseMs);
        tried = [];
        continue;
      }
      const upstream = await this.#upstream(exchange, errand, route, choice, coldStart, visits);
      // somebody else was faster: choose anew
      if (upstream === undefined) continue;
      if (upstream.kind === "service") visits.at(upstream.endpointId);
      const forwarded = await this.#ask(exchange, errand, upstream, route, tried);
      if (forwarded.kind === "answered") {
        this.#answered(route, upstream, errand);
        return;
      }
      const failure = judge(upstream, forwarded, this.#options.clock.now());
      failures.push(failure);
      this.#note(failure);
      const isOnce = errand.keptBytes === undefined || (exchange.job !== undefined && exchange.hasBegun);
      if (failure.again === "nobody" || isOnce || exchange.tries >= mostTries(route))
        return this.#tell(exchange, failures);
      tried = [...tried, ...excludedBy(failure, route)];
    }
  }

  #choose(
    exchange: Exchange,
    errand: Errand,
    tried: readonly string[],
  ): { readonly route: NamedRoute; readonly choice: Choice } {
    const route = errand.route();
    exchange.route = route;
    return { route, choice: chooseUpstream(route, new ErrandSight(this.#seen, errand, tried)) };
  }

  /** Whom to ask, counted among the loads; `undefined` when there is no room there any more. */
  async #upstream(
    exchange: Exchange,
    errand: Errand,
    route: NamedRoute,
    choice: Choice,
    coldStart: ColdStart | undefined,
    visits: Visits,
  ): Promise<ReadyUpstream | undefined> {
    switch (choice.kind) {
      case "send":
        return this.#loads.begin(choice.upstream) ? choice.upstream : undefined;
      case "refuse":
        throw choice.error;
      case "hold": {
        const [first] = choice.upstreams;
        exchange.upstream = first;
        for (const { serviceId, endpointId } of choice.upstreams) {
          this.#options.activator.wake(serviceId);
          visits.at(endpointId);
        }
        if (route.endpoint !== undefined) this.#options.activator.wake(route.endpoint.endpointId);
        switch (coldStart ?? route.endpoint?.coldStart ?? "hold") {
          case "hold":
            break;
          case "fail":
            throw coldRefusal(first, this.#options.clock.now());
          case "fallback": {
            const instead = this.#instead(errand, route);
            if (instead !== undefined) return instead;
          }
        }
        let isCounted = false;
        const choose = (): Choice => {
          const { choice: now } = this.#choose(exchange, errand, []);
          // those who wait behind must see that it is taken
          if (now.kind === "send") isCounted = this.#loads.begin(now.upstream);
          return now;
        };
        const waiting = { bytes: errand.keptBytes ?? 0, stream: errand.stream, choose };
        const upstream = await visits.held(() => this.#options.room.wait(exchange, waiting, first));
        return isCounted ? upstream : undefined;
      }
    }
  }

  /** Who answers in place of an endpoint that has nobody; counted among the loads. */
  #instead(errand: Errand, { policy, endpoint }: NamedRoute): ReadyUpstream | undefined {
    if (endpoint === undefined || endpoint.fallback.length === 0 || !errand.fallsBack) return undefined;
    const choice = chooseUpstream(
      { policy, upstreams: endpoint.fallback },
      new ErrandSight(this.#seen, errand, []),
    );
    return choice.kind === "send" && this.#loads.begin(choice.upstream) ? choice.upstream : undefined;
  }

  async #ask(
    exchange: Exchange,
    errand: Errand,
    upstream: ReadyUpstream,
    { policy, upstreams }: NamedRoute,
    tried: readonly string[],
  ): Promise<Forwarded> {
    // it is among the loads already
    exchange.upstream = upstream;
    exchange.tries += 1;
    const hasOthers = upstreams.some(
      (other) => other.upstream !== upstream && !tried.includes(upstreamId(other.upstream)),
    );
    const { hasBegun } = exchange;
    // until it is known that it has not
    exchange.hasBegun = true;
    this.#breakers.begins(upstream);
    try {
      const forwarded = await errand.ask(upstream, policy, hasOthers);
      exchange.hasBegun = hasBegun || mayHaveBegun(upstream, forwarded);
      return forwarded;
    } finally {
      this.#loads.end(upstream);
    }
  }

  #answered({ policy }: NamedRoute, upstream: ReadyUpstream, errand: Errand): void {
    this.#breakers.succeeded(upstream);
    if (policy.strategy === "prefix-affine") this.#prefixes.remember(errand.prefixes(), upstreamId(upstream));
  }

  #note({ upstream, counts, again, retryAfterMs }: Failure): void {
    if (counts || (retryAfterMs !== undefined && upstream.kind === "provider"))
      this.#breakers.failed(upstream, retryAfterMs);
    const { activator } = this.#options;
    if (upstream.kind === "service" && again === "others") activator.wake(upstream.serviceId);
    if (upstream.kind === "provider" && counts) activator.suspect(upstream.target.providerId);
  }

  /** How long to wait before all of them are asked anew; `undefined` when that would help nobody. */
  #pauseMs(failures: readonly Failure[], policy: RoutePolicy, tries: number): number | undefined {
    const passing = failures.filter(({ passes }) => passes);
    if (passing.length === 0 || tries > policy.retries) return undefined;
    const asked = passing.map(({ retryAfterMs }) => retryAfterMs).filter((ms) => ms !== undefined);
    const ownMs = backoffMs(tries, pauses, this.#options.chance);
    const pauseMs = asked.length === 0 ? ownMs : Math.max(ownMs, Math.min(...asked));
    return pauseMs <= this.#options.limits.maxRetryPauseMs ? pauseMs : undefined;
  }

  async #pause(exchange: Exchange, ms: number): Promise<void> {
    const { clock } = this.#options;
    const sinceMs = clock.monotonic();
    try {
      await pause(exchange, ms, clock);
    } finally {
      exchange.queuedMs += clock.monotonic() - sinceMs;
    }
  }

  #tell(exchange: Exchange, failures: readonly Failure[]): void {
    const [first, ...others] = failures;
    if (first === undefined) throw new TypeError("nothing has failed");
    const { upstream, tell } = mostTelling([first, ...others]);
    switch (tell.kind) {
      case "error":
        throw failures.length === 1 ? tell.error : withTries(tell.error, failures);
      case "refusal":
        answerRefusal(exchange, upstream, tell.refusal, this.#options.clock.monotonic());
    }
  }
}

/** What a relay knows of upstreams. */
interface Seen {
  readonly loads: Loads;
  readonly breakers: Breakers;
  readonly prefixes: PrefixMemory;
  readonly chance: () => number;
}

/** What it knows, for one errand. */
class ErrandSight implements Sight {
  readonly #seen: Seen;
  readonly #errand: Errand;
  readonly tried: readonly string[];

  constructor(seen: Seen, errand: Errand, tried: readonly string[]) {
    this.#seen = seen;
    this.#errand = errand;
    this.tried = tried;
  }

  outstanding(upstream: Upstream): number {
    return this.#seen.loads.of(upstream);
  }

  isFull(upstream: Upstream): boolean {
    return this.#seen.loads.isFull(upstream);
  }

  isOpen(upstream: Upstream): boolean {
    return this.#seen.breakers.isOpen(upstream);
  }

  chance(): number {
    return this.#seen.chance();
  }

  costUsd(upstream: Upstream): number | undefined {
    return this.#errand.costUsd(upstream);
  }

  knowers(): Iterable<string> {
    return this.#seen.prefixes.whoHasSeen(this.#errand.prefixes());
  }
}

/** Whether somebody may have begun to work on it. A runner says where its engine has seen nothing of it. */
function mayHaveBegun(upstream: Upstream, forwarded: Forwarded): boolean {
  switch (forwarded.kind) {
    case "answered":
      return true;
    case "refused":
      return upstream.kind === "provider" || headerOf(forwarded.refusal, notBegunHeader) === undefined;
    case "failed":
      return forwarded.isUnsent !== true;
  }
}

/** A configured route asks everybody it names; otherwise only as often as it is to be retried. */
function mostTries({ policy, upstreams }: NamedRoute): number {
  const retried = 1 + policy.retries;
  return policy.route === undefined ? retried : Math.max(retried, upstreams.length);
}

/** Leaves out who has failed, and with a prompt that is too long everybody who takes no longer ones. */
function excludedBy({ upstream, again }: Failure, { upstreams }: NamedRoute): readonly string[] {
  if (again === "anybody") return [];
  const limit = again === "bigger" ? upstream.contextTokens : null;
  const noBigger = upstreams.filter(
    ({ upstream: { contextTokens } }) => limit !== null && contextTokens !== null && contextTokens <= limit,
  );
  return [upstreamId(upstream), ...noBigger.map((other) => upstreamId(other.upstream))];
}

/** Whether there is somebody to ask who has not failed yet; one that starts anew is another. */
function isAnotherChance(choice: Choice, tried: readonly string[]): boolean {
  switch (choice.kind) {
    case "send":
      return !tried.includes(upstreamId(choice.upstream));
    case "hold":
      return true;
    case "refuse":
      return false;
  }
}

function withTries(error: BerthError, failures: readonly Failure[]): BerthError {
  const tried = failures.map(({ upstream, tell }) => ({
    upstream: upstream.kind === "service" ? upstream.name : upstream.id,
    failure: tell.kind === "error" ? tell.error.message : `status ${tell.refusal.status}`,
  }));
  return new BerthError(error.code, error.message, {
    param: error.param,
    details: { ...error.details, tried },
    cause: error,
  });
}
