import type { Clock } from "@berth/std/clock";
import { noTokens } from "./answer-tail.ts";
import type { Exchange } from "./exchange.ts";
import type { Observation, Outcome, UsageSink } from "./ports.ts";

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
    const counts = exchange.tokens ?? exchange.tail?.usage();
    const tokens = counts ?? noTokens;
    const observation: Observation = {
      operation: exchange.operation,
      service: service?.name,
      provider: provider?.target.provider,
      model: upstream?.model,
      status: exchange.status,
      outcome: outcomeOf(exchange),
      durationMs: endedMs - exchange.beganMs,
      firstByteMs: exchange.firstByteMs,
      heldMs: exchange.heldMs,
      retried: exchange.tries > 1,
      tokens,
    };
    this.#observe(observation);
    const asked = exchange.asked;
    if (exchange.principal === undefined || asked === undefined) return;
    this.#usage.record({
      requestId: exchange.requestId,
      keyId: exchange.principal.keyId,
      model: asked,
      route: exchange.route?.policy.route,
      operation: exchange.operation,
      serviceId: service?.serviceId,
      provider: provider?.target.provider,
      upstreamModel: upstream?.model,
      errorCode: exchange.errorCode,
      stream: exchange.eventStream,
      status: exchange.status,
      startedAtMs: exchange.startedAtMs,
      durationMs: observation.durationMs,
      firstByteMs: exchange.firstByteMs,
      heldMs: exchange.heldMs,
      overheadMs: exchange.overheadMs,
      tries: exchange.tries,
      tokens,
      tokensFrom: counts === undefined ? "none" : "upstream",
      costUsd: undefined,
      gpuSeconds: undefined,
      cached: false,
      bodies: undefined,
      outcome: observation.outcome,
    });
  }
}

function outcomeOf(exchange: Exchange): Outcome {
  if (exchange.clientGone) return "client_closed";
  return exchange.failed || exchange.status >= 400 ? "error" : "ok";
}
