import type { Clock } from "@berth/std/clock";
import { longestLaterMs } from "./job-queue.ts";

interface Limited {
  untilMs: number;
  room: number;
}

/**
 * The keys that have reached a limit. Until it is over none of their jobs are called, but for one for each that ends: a key that
 * may have two at once has two at once. Else a long queue of its would be called from end to end, and refused, before anybody's behind it.
 */
export class LimitedKeys {
  readonly #clock: Pick<Clock, "monotonic" | "sleep">;
  readonly #closing: AbortSignal;
  readonly #onRoom: () => void;
  readonly #limited = new Map<string | null, Limited>();

  /** `onRoom`: more of some key's may be called than before. */
  constructor(clock: Pick<Clock, "monotonic" | "sleep">, closing: AbortSignal, onRoom: () => void) {
    this.#clock = clock;
    this.#closing = closing;
    this.#onRoom = onRoom;
  }

  /** How many of a key's may be called now; of those that are not there, any number. */
  room(): ReadonlyMap<string | null, number> {
    return new Map([...this.#limited].map(([keyId, { room }]) => [keyId, room]));
  }

  /** One of its jobs is called. */
  began(keyId: string | null): void {
    const limited = this.#limited.get(keyId);
    if (limited !== undefined) limited.room = Math.max(0, limited.room - 1);
  }

  /** One that was called has ended, whatever came of it. */
  ended(keyId: string | null): void {
    const limited = this.#limited.get(keyId);
    if (limited === undefined) return;
    limited.room += 1;
    this.#onRoom();
  }

  /** One was refused: its key has reached a limit, for so long. */
  refused(keyId: string | null, pauseMs: number): void {
    const untilMs = this.#clock.monotonic() + Math.min(pauseMs, longestLaterMs);
    const limited = this.#limited.get(keyId);
    if (limited !== undefined) {
      limited.untilMs = Math.max(limited.untilMs, untilMs);
      return;
    }
    const begun = { untilMs, room: 0 };
    this.#limited.set(keyId, begun);
    void this.#wait(keyId, begun).catch(() => undefined);
  }

  async #wait(keyId: string | null, limited: Limited): Promise<void> {
    for (;;) {
      const leftMs = limited.untilMs - this.#clock.monotonic();
      if (leftMs <= 0) break;
      await this.#clock.sleep(leftMs, this.#closing);
    }
    this.#limited.delete(keyId);
    this.#onRoom();
  }
}
