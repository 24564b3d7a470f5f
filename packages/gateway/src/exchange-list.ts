import type { Exchange } from "./exchange.ts";

/**
 * Exchanges under way. No `Set`: when one of those makes itself a new table, the old one goes on pointing to it and to
 * all that was in it, and once the garbage collector takes the oldest for long-lived, nothing that came later dies young.
 */
export class ExchangeList {
  readonly #all: Exchange[] = [];

  get size(): number {
    return this.#all.length;
  }

  add(exchange: Exchange): void {
    exchange.place = this.#all.length;
    this.#all.push(exchange);
  }

  /** It must be in the list. */
  delete(exchange: Exchange): void {
    const last = this.#all.pop();
    if (last === undefined || last === exchange) return;
    this.#all[exchange.place] = last;
    last.place = exchange.place;
  }

  /** Those that are in the list from the start to the end of this, and perhaps others; some maybe twice. */
  forEach(look: (exchange: Exchange) => void): void {
    for (let at = this.#all.length - 1; at >= 0; at -= 1) {
      const exchange = this.#all[at];
      if (exchange !== undefined) look(exchange);
    }
  }
}
