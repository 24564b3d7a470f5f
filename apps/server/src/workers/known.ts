import type { JudgedKey } from "@berth/control";
import type { LimitBook, Principal, RoutingSnapshot, SharedLoad } from "@berth/gateway";
import type { Clock } from "@berth/std/clock";
import { keepIdentities } from "./keep-identities.ts";
import type { News, RoutesNews } from "./thread-messages.ts";

const nothing: RoutingSnapshot = {
  version: 0,
  routes: new Map(),
  endpoints: new Map(),
  patterns: [],
  fallback: undefined,
  ports: new Map(),
  anyPath: undefined,
};

/** What a thread knows of routes, keys and limits: as much as it was told. */
export class Known {
  readonly #book: Pick<LimitBook, "know">;
  readonly #load: Pick<SharedLoad, "know">;
  readonly #clock: Pick<Clock, "now">;
  readonly #keys = new Map<string, JudgedKey>();
  readonly #listeners = new Set<() => void>();
  #snapshot = nothing;

  constructor(book: Pick<LimitBook, "know">, load: Pick<SharedLoad, "know">, clock: Pick<Clock, "now">) {
    this.#book = book;
    this.#load = load;
    this.#clock = clock;
  }

  get snapshot(): RoutingSnapshot {
    return this.#snapshot;
  }

  watch(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** As `Keys.verify`. */
  verifyHash(keyHash: string): Principal | undefined {
    const key = this.#keys.get(keyHash);
    if (key === undefined || (key.expiresAt !== null && key.expiresAt <= this.#clock.now())) return undefined;
    return key.holder;
  }

  apply(news: News): void {
    switch (news.kind) {
      case "all":
        for (const [hash, key] of news.keys) this.#keys.set(hash, key);
        for (const [keyId, slot] of news.slots) this.#book.know(keyId, slot);
        this.#route(news.routes);
        return;
      case "routes":
        this.#route(news.routes);
        return;
      case "key":
        if (news.key === undefined) this.#keys.delete(news.hash);
        else this.#keys.set(news.hash, news.key);
        return;
      case "slot":
        this.#book.know(news.keyId, news.slot);
    }
  }

  #route({ snapshot, counts }: RoutesNews): void {
    for (const [providerId, count] of counts) this.#load.know(providerId, count);
    this.#snapshot = keepIdentities(this.#snapshot, snapshot);
    for (const listener of this.#listeners) listener();
  }
}
