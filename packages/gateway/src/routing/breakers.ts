import { backoffMs } from "@berth/std/backoff";
import type { Upstream } from "../ports.ts";
import { upstreamId } from "./upstream-id.ts";

/** Failures in a row until an upstream is left alone, and for how long: doubling while it goes on. */
const opensAfter = 5;
const pauses = { firstMs: 5_000, maxMs: 5 * 60_000, jitter: 0 };

interface Breaker {
  /** In a row, since the last success. */
  failures: number;
  /** It is left alone until then. */
  untilMs: number;
}

/**
 * Which upstreams are left alone for a while, because they have failed again and again or have said so themselves
 * (`Retry-After`). When the time is over one request more is tried; its failure prolongs the pause.
 */
export class Breakers {
  readonly #broken = new Map<string, Breaker>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Costs nothing as long as nobody has failed. */
  isOpen(upstream: Upstream): boolean {
    if (this.#broken.size === 0) return false;
    return this.openUntilMs(upstream) > this.#nowMs();
  }

  /** Monotonic; 0 for one that was never broken. */
  openUntilMs(upstream: Upstream): number {
    return this.#broken.get(upstreamId(upstream))?.untilMs ?? 0;
  }

  succeeded(upstream: Upstream): void {
    if (this.#broken.size > 0) this.#broken.delete(upstreamId(upstream));
  }

  failed(upstream: Upstream, retryAfterMs: number | undefined): void {
    const id = upstreamId(upstream);
    const breaker = this.#broken.get(id) ?? { failures: 0, untilMs: 0 };
    breaker.failures += 1;
    const pauseMs =
      retryAfterMs ??
      (breaker.failures < opensAfter ? 0 : backoffMs(breaker.failures - opensAfter + 1, pauses));
    breaker.untilMs = Math.max(breaker.untilMs, this.#nowMs() + Math.min(pauseMs, pauses.maxMs));
    this.#broken.set(id, breaker);
  }

  /** Forgets those that are not there any more. */
  retain(upstreams: Iterable<Upstream>): void {
    const ids = new Set(Array.from(upstreams, upstreamId));
    for (const id of this.#broken.keys()) if (!ids.has(id)) this.#broken.delete(id);
  }
}
