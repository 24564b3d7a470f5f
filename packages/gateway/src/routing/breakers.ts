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
  /** The one request that tries whether it is well again is under way. */
  isTried: boolean;
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

  /** A request goes there. After a pause it is the one that tries: others wait for what becomes of it. */
  begins(upstream: Upstream): void {
    const breaker = this.#broken.size === 0 ? undefined : this.#broken.get(upstreamId(upstream));
    if (breaker === undefined || breaker.failures < opensAfter) return;
    breaker.isTried = true;
    breaker.untilMs = Math.max(breaker.untilMs, this.#nowMs() + pauses.firstMs);
  }

  succeeded(upstream: Upstream): void {
    if (this.#broken.size > 0) this.#broken.delete(upstreamId(upstream));
  }

  /** Those that were under way when it was left alone say nothing more. `retryAfterMs`: as it has asked itself. */
  failed(upstream: Upstream, retryAfterMs: number | undefined): void {
    const id = upstreamId(upstream);
    const breaker = this.#broken.get(id) ?? { failures: 0, untilMs: 0, isTried: false };
    const isOpen = breaker.untilMs > this.#nowMs();
    if (isOpen && !breaker.isTried && retryAfterMs === undefined) return;
    breaker.isTried = false;
    breaker.failures += 1;
    const pauseMs =
      (retryAfterMs === 0 ? undefined : retryAfterMs) ??
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
