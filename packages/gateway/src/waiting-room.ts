import { BerthError } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import { startEventStream, writeWaiting } from "./answer.ts";
import { coldRefusal, readyInWords, retryAfterSeconds } from "./cold-start.ts";
import type { Choice } from "./routing/choose-upstream.ts";
import { isFailing, type ReadyUpstream, type StartingService } from "./routing/upstream-id.ts";
import type { Activity, Exchange } from "./exchange.ts";
import type { GatewayLimits } from "./limits.ts";

export interface Waiting {
  /** Of the body, which is kept meanwhile. */
  readonly bytes: number;
  /** The client has asked for a stream and can be told why it waits. */
  readonly stream: boolean;
  /** Decides anew, by the routes as they are then. Throws BerthError when the caller may not go on. */
  readonly choose: () => Choice;
}

/** Holds requests until a service that starts is ready; bounded in number, bytes and time. */
export class WaitingRoom {
  readonly #limits: GatewayLimits;
  readonly #clock: Clock;
  readonly #guests = new Set<Guest>();
  #bytes = 0;

  constructor(limits: GatewayLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  get held(): number {
    return this.#guests.size;
  }

  /**
   * Resolves with the upstream to send to, which is ready. Rejects with `too_many_waiting` when there is no room, with
   * `service_unavailable` when it takes too long or starts fail again and again, with whatever `choose` refuses with when the service will not be
   * ready, and with the exchange's reason when it is cancelled.
   */
  async wait(exchange: Exchange, waiting: Waiting, first: StartingService): Promise<ReadyUpstream> {
    const { maxHeld, maxHeldBytes } = this.#limits;
    if (isFailing(first)) throw coldRefusal(first, this.#clock.now());
    if (this.#guests.size >= maxHeld || this.#bytes + waiting.bytes > maxHeldBytes) {
      throw new BerthError(
        "too_many_waiting",
        `too many requests wait for services to start already; \`${first.name}\` is starting: ${first.state.reason}`,
        { details: { retryAfterSeconds: this.#retryAfterSeconds(first), maxHeld, maxHeldBytes } },
      );
    }
    const sinceMs = this.#clock.monotonic();
    this.#bytes += waiting.bytes;
    let guest: Guest | undefined;
    try {
      return await new Promise<ReadyUpstream>((resolve, reject) => {
        guest = new Guest({
          exchange,
          waiting,
          sinceMs,
          limits: this.#limits,
          upstream: first,
          tooLong: (upstream) => this.#tooLong(upstream),
          readyIn: (upstream) => readyInWords(upstream, this.#clock.now()),
          failing: (upstream) => coldRefusal(upstream, this.#clock.now()),
          resolve,
          reject,
        });
        this.#guests.add(guest);
        exchange.begin(guest);
      });
    } finally {
      this.#bytes -= waiting.bytes;
      if (guest !== undefined) this.#guests.delete(guest);
      exchange.heldMs += this.#clock.monotonic() - sinceMs;
    }
  }

  /** To be called after each change of the routes. Those who came first go first. */
  routesChanged(): void {
    for (const guest of this.#guests) guest.look();
  }

  /** Sends everybody away. */
  clear(reason: BerthError): void {
    for (const guest of this.#guests) guest.cancel(reason);
  }

  #tooLong(upstream: StartingService): BerthError {
    return new BerthError(
      "service_unavailable",
      `\`${upstream.name}\` was not ready within ${this.#limits.maxHoldMs / 1000} s: ${upstream.state.reason}`,
      {
        param: "model",
        details: { service: upstream.name, retryAfterSeconds: this.#retryAfterSeconds(upstream) },
      },
    );
  }

  #retryAfterSeconds(upstream: StartingService): number {
    return retryAfterSeconds(upstream, this.#clock.now(), 300);
  }
}

interface GuestOptions {
  readonly exchange: Exchange;
  readonly waiting: Waiting;
  readonly sinceMs: number;
  readonly limits: GatewayLimits;
  readonly upstream: StartingService;
  readonly tooLong: (upstream: StartingService) => BerthError;
  /** Behind the reason. */
  readonly readyIn: (upstream: StartingService) => string;
  readonly failing: (upstream: StartingService) => BerthError;
  readonly resolve: (upstream: ReadyUpstream) => void;
  readonly reject: (error: unknown) => void;
}

/** One request that waits. */
class Guest implements Activity {
  readonly #options: GuestOptions;
  #upstream: StartingService;
  #commentDueMs: number;

  constructor(options: GuestOptions) {
    this.#options = options;
    this.#upstream = options.upstream;
    this.#commentDueMs = options.sinceMs + options.limits.firstCommentMs;
  }

  tick(nowMs: number): void {
    const { exchange, waiting, sinceMs, limits, tooLong, readyIn } = this.#options;
    if (nowMs - sinceMs > limits.maxHoldMs) {
      this.#fail(tooLong(this.#upstream));
    } else if (waiting.stream && nowMs >= this.#commentDueMs) {
      this.#commentDueMs = nowMs + limits.commentMs;
      if (!exchange.response.headersSent) startEventStream(exchange);
      const { name, state } = this.#upstream;
      writeWaiting(exchange, `waiting for ${name}: ${state.reason}${readyIn(this.#upstream)}`);
    }
  }

  cancel(reason: BerthError): void {
    this.#fail(reason);
  }

  look(): void {
    const { exchange, waiting, failing, resolve } = this.#options;
    try {
      const choice = waiting.choose();
      switch (choice.kind) {
        case "send":
          exchange.end();
          resolve(choice.upstream);
          return;
        case "hold":
          this.#upstream = choice.upstreams[0];
          if (isFailing(this.#upstream)) this.#fail(failing(this.#upstream));
          return;
        case "refuse":
          this.#fail(choice.error);
          return;
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#options.exchange.end();
    this.#options.reject(error);
  }
}
