/**
 * Lets answers that are written at the same time take their steps together, so that the model reads its weights once
 * for all of them. Left to themselves they drift apart, one in each batch, and a model whose weights do not fit into the
 * processor's cache loses a third of its speed.
 */
export class Lockstep {
  #members = 0;
  #waiting: (() => void)[] = [];

  join(): void {
    this.#members++;
  }

  /** A member that ends, or that has to wait for something else, holds up nobody. */
  leave(): void {
    this.#members--;
    if (this.#waiting.length >= this.#members) this.#go();
  }

  /** A member is ready for its next step. `undefined`: go now, all others are off as well. Else a promise for that moment. */
  ready(): Promise<void> | undefined {
    if (this.#waiting.length + 1 < this.#members)
      return new Promise((resolve) => this.#waiting.push(resolve));
    this.#go();
    return undefined;
  }

  #go(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

/** One answer among those that step together: a member from its first token to its end. */
export class Walker {
  readonly #lockstep: Lockstep;
  #isMember = false;

  constructor(lockstep: Lockstep) {
    this.#lockstep = lockstep;
  }

  join(): void {
    if (!this.#isMember) this.#lockstep.join();
    this.#isMember = true;
  }

  /** Safe to call twice. */
  leave(): void {
    if (this.#isMember) this.#lockstep.leave();
    this.#isMember = false;
  }

  /** See `Lockstep.ready`. */
  ready(): Promise<void> | undefined {
    return this.#lockstep.ready();
  }

  /** Waits for something else than a step: a slow reader holds up its own answer only. */
  async without(pause: Promise<void>): Promise<void> {
    this.leave();
    await pause;
    this.join();
  }
}
