import type { Upstream } from "../ports.ts";
import { upstreamId } from "./upstream-id.ts";

/** How many requests are under way, by upstream and by provider. */
export class Loads {
  readonly #byUpstream = new Map<string, number>();
  readonly #byProvider = new Map<string, number>();

  of(upstream: Upstream): number {
    return this.#byUpstream.get(upstreamId(upstream)) ?? 0;
  }

  /** Whether its provider has as many as it may have at once. */
  isFull(upstream: Upstream): boolean {
    if (upstream.kind === "service" || upstream.target.maxParallel === null) return false;
    return (this.#byProvider.get(upstream.target.providerId) ?? 0) >= upstream.target.maxParallel;
  }

  begin(upstream: Upstream): void {
    add(this.#byUpstream, upstreamId(upstream), 1);
    if (upstream.kind === "provider") add(this.#byProvider, upstream.target.providerId, 1);
  }

  end(upstream: Upstream): void {
    add(this.#byUpstream, upstreamId(upstream), -1);
    if (upstream.kind === "provider") add(this.#byProvider, upstream.target.providerId, -1);
  }
}

function add(counts: Map<string, number>, key: string, change: number): void {
  const count = (counts.get(key) ?? 0) + change;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
