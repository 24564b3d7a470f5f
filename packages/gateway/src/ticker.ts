import type { Clock } from "@berth/std/clock";
import type { ExchangeList } from "./exchange-list.ts";
import { keepWithinBudget } from "./keep-within-budget.ts";

/** Ticks every exchange under way, as long as there is one: one timer for all deadlines, however many requests. */
export class Ticker {
  readonly #exchanges: ExchangeList;
  readonly #clock: Clock;
  readonly #tickMs: number;
  #running = false;

  constructor(exchanges: ExchangeList, clock: Clock, tickMs: number) {
    this.#exchanges = exchanges;
    this.#clock = clock;
    this.#tickMs = tickMs;
  }

  get running(): boolean {
    return this.#running;
  }

  /** Resolves when no exchange is left. Not to be called while it runs. */
  async run(): Promise<void> {
    this.#running = true;
    try {
      while (this.#exchanges.size > 0) {
        await this.#clock.sleep(this.#tickMs);
        const nowMs = this.#clock.monotonic();
        this.#exchanges.forEach((exchange) => {
          keepWithinBudget(exchange, nowMs);
          exchange.tick(nowMs);
        });
      }
    } finally {
      this.#running = false;
    }
  }
}
