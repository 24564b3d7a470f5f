import { backoffMs, type BackoffOptions } from "@berth/std/backoff";
import type { Clock } from "@berth/std/clock";

/** Brings what is closer to what is wanted, one key at a time. It is told which key, never what happened to it. */
export interface Reconciler {
  readonly name: string;
  /** Every key that needs care, for the periodic resync. */
  list(signal: AbortSignal): Promise<readonly string[]>;
  /** Looks, decides, acts. Resolves to when it wants to look again; `undefined`: not before it is woken. */
  reconcile(key: string, signal: AbortSignal): Promise<{ readonly requeueAfterMs: number } | undefined>;
}

export interface ControllerOptions {
  readonly clock: Clock;
  readonly resyncMs: number;
  readonly backoff: BackoffOptions;
  /** Told of every failed run; `key` is absent when it was the listing that failed. */
  readonly onError: (
    error: unknown,
    about: { readonly reconciler: string; readonly key: string | undefined; readonly failures: number },
  ) => void;
}

interface Turn {
  /** Woken since the present run began. */
  dirty: boolean;
  /** Ends the present nap; absent during a run and while backing off. */
  nap: AbortController | undefined;
}

/**
 * A level-based loop around a reconciler: one run per key at a time; wakes during a run collapse into one more; a
 * failure backs off and a success resets the count; a resync makes lost wakes harmless.
 */
export class Controller {
  readonly #reconciler: Reconciler;
  readonly #options: ControllerOptions;
  readonly #turns = new Map<string, Turn>();
  readonly #inFlight = new Set<Promise<void>>();
  #signal: AbortSignal | undefined;

  constructor(reconciler: Reconciler, options: ControllerOptions) {
    this.#reconciler = reconciler;
    this.#options = options;
  }

  /**
   * Asks for a run now. During a back-off it waits for its end, so that eager callers cannot defeat it. Before `run`
   * and after its end it does nothing: the first resync sees the key anyway.
   */
  wake(key: string): void {
    const signal = this.#signal;
    if (signal === undefined || signal.aborted) return;
    const turn = this.#turns.get(key);
    if (turn !== undefined) {
      turn.dirty = true;
      turn.nap?.abort();
      return;
    }
    const opened: Turn = { dirty: false, nap: undefined };
    this.#turns.set(key, opened);
    const served = this.#serve(key, opened, signal).finally(() => this.#inFlight.delete(served));
    this.#inFlight.add(served);
  }

  /** Resolves when the signal has aborted and everything in flight has settled. */
  async run(signal: AbortSignal): Promise<void> {
    this.#signal = signal;
    let failures = 0;
    while (!signal.aborted) {
      try {
        for (const key of await this.#reconciler.list(signal)) this.wake(key);
        failures = 0;
      } catch (error) {
        if (signal.aborted) break;
        failures += 1;
        this.#options.onError(error, { reconciler: this.#reconciler.name, key: undefined, failures });
      }
      const waitMs = failures === 0 ? this.#options.resyncMs : backoffMs(failures, this.#options.backoff);
      await this.#sleep(waitMs, signal);
    }
    for (const turn of this.#turns.values()) turn.nap?.abort();
    while (this.#inFlight.size > 0) await Promise.all(this.#inFlight);
  }

  /** Owns the key until its reconciler has nothing more to do. */
  async #serve(key: string, turn: Turn, signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      turn.dirty = false;
      let waitMs: number | undefined;
      try {
        waitMs = (await this.#reconciler.reconcile(key, signal))?.requeueAfterMs;
        failures = 0;
      } catch (error) {
        if (signal.aborted) break;
        failures += 1;
        this.#options.onError(error, { reconciler: this.#reconciler.name, key, failures });
        await this.#sleep(backoffMs(failures, this.#options.backoff), signal);
        continue;
      }
      if (turn.dirty) continue;
      if (waitMs === undefined) break;
      turn.nap = new AbortController();
      if (!signal.aborted) await this.#sleep(waitMs, turn.nap.signal);
      turn.nap = undefined;
    }
    this.#turns.delete(key);
  }

  async #sleep(ms: number, signal: AbortSignal): Promise<void> {
    try {
      await this.#options.clock.sleep(ms, signal);
    } catch (error) {
      // a sleep ends early only because it was told to
      if (!signal.aborted) throw error;
    }
  }
}
