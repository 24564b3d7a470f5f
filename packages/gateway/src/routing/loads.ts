import type { Upstream } from "../ports.ts";
import type { ProviderLoad } from "./provider-load.ts";
import { upstreamId } from "./upstream-id.ts";

/** How many requests are under way, by upstream and by provider. */
export class Loads {
  readonly #byUpstream = new Map<string, number>();
  readonly #byProvider: ProviderLoad;

  constructor(byProvider: ProviderLoad) {
    this.#byProvider = byProvider;
  }

  /** Those that have any. */
  get byUpstream(): ReadonlyMap<string, number> {
    return this.#byUpstream;
  }

  of(upstream: Upstream): number {
    return this.#byUpstream.get(upstreamId(upstream)) ?? 0;
  }

  /** Whether its provider has as many as it may have at once. */
  isFull(upstream: Upstream): boolean {
    if (upstream.kind === "service" || upstream.target.maxParallel === null) return false;
    return this.#byProvider.of(upstream.target.providerId) >= upstream.target.maxParallel;
  }

  /** Counts one more; false when its provider has become full meanwhile, and nothing is counted. */
  begin(upstream: Upstream): boolean {
    if (upstream.kind === "provider") {
      const { providerId, maxParallel } = upstream.target;
      if (!this.#byProvider.begin(providerId, maxParallel)) return false;
    }
    add(this.#byUpstream, upstreamId(upstream), 1);
    return true;
  }

  end(upstream: Upstream): void {
    add(this.#byUpstream, upstreamId(upstream), -1);
    if (upstream.kind === "provider") this.#byProvider.end(upstream.target.providerId);
  }
}

function add(counts: Map<string, number>, key: string, change: number): void {
  const count = (counts.get(key) ?? 0) + change;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
