import type { Clock } from "@berth/std/clock";
import { accountOf } from "./account.ts";
import type { Exchange } from "./exchange.ts";
import type { Observation, Outcome, Usage, UsageSink } from "./ports.ts";

interface Entry {
  readonly exchange: Exchange;
  readonly endedMs: number;
}

export interface LedgerOptions {
  readonly usage: UsageSink;
  readonly observe: (observation: Observation) => void;
  readonly clock: Clock;
  /** Told when somebody above has thrown. */
  readonly report: (error: unknown) => void;
}

/** Writes down finished exchanges after the turn in which they end, so that nobody waits for it. */
export class Ledger {
  readonly #usage: UsageSink;
  readonly #observe: (observation: Observation) => void;
  readonly #clock: Clock;
  readonly #report: (error: unknown) => void;
  #entries: Entry[] = [];

  constructor(options: LedgerOptions) {
    this.#usage = options.usage;
    this.#observe = options.observe;
    this.#clock = options.clock;
    this.#report = options.report;
  }

  add(exchange: Exchange): void {
    this.#entries.push({ exchange, endedMs: this.#clock.monotonic() });
    if (this.#entries.length === 1) setImmediate(() => this.flush());
  }

  flush(): void {
    for (const entry of this.#entries.splice(0)) {
      try {
        this.#write(entry);
      } catch (error) {
        // one that cannot be written must not take the others with it
        this.#report(error);
      }
    }
  }

  #write({ exchange, endedMs }: Entry): void {
    const { upstream } = exchange;
    const service = upstream?.kind === "service" ? upstream : undefined;
    const provider = upstream?.kind === "provider" ? upstream : undefined;
    const { tokens, tokensFrom, costUsd, gpuSeconds } = accountOf(exchange, endedMs);
    exchange.admission.settle(
      {
        tokens: (tokens.inputTokens ?? 0) + (tokens.outputTokens ?? 0),
        costUsd: costUsd ?? 0,
        gpuSeconds: gpuSeconds ?? 0,
      },
      exchange.startedAtMs,
    );
    const observation: Observation = {
      operation: exchange.operation,
      service: service?.name,
      provider: provider?.target.provider ?? exchange.passedTo,
      model: upstream?.model,
      route: exchange.route?.policy.route,
      status: exchange.status,
      outcome: outcomeOf(exchange),
      errorCode: exchange.errorCode,
      durationMs: endedMs - exchange.beganMs,
      firstByteMs: exchange.firstByteMs,
      heldMs: exchange.heldMs,
      retried: exchange.tries > 1,
      tokens,
      costUsd,
    };
    this.#observe(observation);
    const asked = exchange.asked;
    if (exchange.principal === undefined || asked === undefined) return;
    this.#usage.record({
      requestId: exchange.requestId,
      keyId: exchange.principal.keyId,
      model: asked,
      route: observation.route,
      operation: exchange.operation,
      serviceId: service?.serviceId,
      provider: observation.provider,
      upstreamModel: upstream?.model,
      errorCode: observation.errorCode,
      stream: exchange.eventStream,
      status: exchange.status,
      startedAtMs: exchange.startedAtMs,
      durationMs: observation.durationMs,
      firstByteMs: exchange.firstByteMs,
      heldMs: exchange.heldMs,
      overheadMs: exchange.overheadMs,
      tries: exchange.tries,
      tokens,
      tokensFrom,
      costUsd,
      gpuSeconds,
      cached: exchange.cachedAnswer,
      traceparent: traceparentOf(exchange),
      bodies: bodiesOf(exchange),
      outcome: observation.outcome,
    });
  }
}

function bodiesOf({ requestText, capture }: Exchange): Usage["bodies"] {
  if (requestText === undefined) return undefined;
  return { request: requestText, response: capture?.bytes().toString("utf8") ?? "" };
}

function outcomeOf(exchange: Exchange): Outcome {
  if (exchange.clientGone) return "client_closed";
  return exchange.failed || exchange.status >= 400 ? "error" : "ok";
}

function traceparentOf({ request }: Exchange): string | undefined {
  const sent = request.headers["traceparent"];
  return typeof sent === "string" ? sent : undefined;
}
